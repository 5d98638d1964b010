"""The patterns of pytest as compiled expressions, each compiled once for many paths."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable


class Patterns:
    """Some patterns as pytest's `fnmatch_ex` reads them: without a separator for the name, else for the path."""

    def __init__(self, patterns: Iterable[str]) -> None:
        texts = tuple(patterns)
        self._name = _any_of(text for text in texts if "/" not in text)
        self._path = _any_of(text if text.startswith("/") else f"*/{text}" for text in texts if "/" in text)

    def match(self, directory: str, name: str) -> bool:
        """Whether one of them matches a name in a directory, which is absolute."""
        if self._name is not None and self._name.match(name):
            return True
        return self._path is not None and bool(self._path.match(f"{directory}/{name}"))


class PathPatterns:
    """Patterns of whole paths, as those of `--ignore-glob`. Relative ones begin at the root."""

    def __init__(self, patterns: Iterable[str], root: str = "/") -> None:
        self._path = _any_of(os.path.normpath(os.path.join(root, text)) for text in patterns)  # noqa: PTH118

    def match(self, path: str) -> bool:
        """Whether one of them matches an absolute path."""
        return self._path is not None and bool(self._path.match(path))


def _any_of(patterns: Iterable[str]) -> re.Pattern[str] | None:
    texts = [f"(?:{fnmatch.translate(pattern)})" for pattern in patterns]
    return re.compile("|".join(texts)) if texts else None


class Glob:
    """A relative pattern as `glob.glob(pattern, recursive=True)` reads it, for paths that are known already.

    `*` matches no separator, `**` matches any number of directories, and neither matches a hidden name.
    """

    def __init__(self, pattern: str) -> None:
        parts = [part for part in pattern.split("/") if part not in ("", ".")]
        self._parts = [None if part == "**" else _of_name(part) for part in parts]

    def match(self, path: str) -> bool:
        """Whether it matches a path."""
        return self._match(path.split("/"), 0, 0)

    def _match(self, names: list[str], at: int, part: int) -> bool:
        if part == len(self._parts):
            return at == len(names)
        expected = self._parts[part]
        if expected is None and self._match(names, at, part + 1):
            return True
        if at == len(names):
            return False
        if expected is None:
            return not names[at].startswith(".") and self._match(names, at + 1, part)
        return bool(expected.match(names[at])) and self._match(names, at + 1, part + 1)


def is_glob(text: str) -> bool:
    """Whether the module glob takes a text for a pattern."""
    return any(mark in text for mark in "*?[")


def _of_name(pattern: str) -> re.Pattern[str]:
    not_hidden = r"(?!\.)" if pattern[0] in "*?[" else ""
    return re.compile(not_hidden + fnmatch.translate(pattern))
