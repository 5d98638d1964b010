"""Where a violation is, and the fingerprint by which services find it again."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from posixpath import normpath

from collectbench.model.lint import Violation
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import RenderOptions


def place(violation: Violation, prefix: str = "") -> str:
    """Return `path:line`, printable, as terminals and editors open it; `prefix` leads to where the path begins."""
    return f"{printable(normpath(prefix + violation.path) if prefix else violation.path)}:{violation.line}"


def message_and_fix(violation: Violation) -> str:
    """Return what is wrong and what to do about it, raw."""
    return f"{violation.message}; fix: {violation.fix}" if violation.fix else violation.message


def repository_path(path: str, options: RenderOptions) -> str:
    """Return a path from the root of the repository."""
    return normpath(options.path_prefix + path)


def fingerprints(violations: Iterable[Violation], options: RenderOptions) -> Iterator[str]:
    """Yield a digest for each violation that stays the same if lines move, and that no other violation has.

    Violations with one identity in one file are numbered from the top.
    """
    seen = Counter[tuple[str, str, str]]()
    for violation in violations:
        identity = violation.identity
        words = ("collectbench lint", options.path_prefix, *identity, seen[identity])
        seen[identity] += 1
        yield hashlib.sha256(json.dumps(words).encode("ascii")).hexdigest()
