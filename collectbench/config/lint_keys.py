"""The keys of `[tool.collectbench.lint]`: the values that each may hold, and the field that it fills."""

from __future__ import annotations

import re
from collections.abc import Mapping

from collectbench.config.readers import (
    Reader,
    duration,
    hint,
    integer,
    list_of,
    measure,
    path_or_name,
    shown,
    string,
    table,
)
from collectbench.config.syntax import quote
from collectbench.model.units import parse_growth

OF_IGNORES = "unused-ignore"
"""The rule about comments that ignore nothing. It is no rule about files, so that it is not among the others."""

_MODULE = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def _rule(value: object) -> str:
    from collectbench.lint import RULES  # other commands do without the rules

    known = (*(rule.id for rule in RULES), OF_IGNORES)
    if (written := string(value)) not in known:
        raise ValueError(f"unknown rule {quote(written)}; {hint(written, dict.fromkeys(known))}")
    return written


def _module(value: object) -> str:
    if not _MODULE.fullmatch(written := string(value)):
        raise ValueError(f'expected the name of a module like "pkg.module", got {quote(written)}')
    return written


def _module_pattern(value: object) -> str:
    written = string(value)
    if not _MODULE.fullmatch(written.replace("*", "x")):
        raise ValueError(f'expected the name of a module like "pkg.module" or "pkg.*", got {quote(written)}')
    return written


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected true or false, got {shown(value)}")  # noqa: TRY004 - as all readers
    return value


def _parse_share(text: str) -> float:
    fraction = parse_growth(text)
    if fraction > 1:
        raise ValueError(f"{text!r} is above 100%")
    return fraction


def _tables(value: object) -> tuple[object, ...]:
    """Each table has keys of its own, which are read with their place in the file."""
    if not isinstance(value, list):
        raise ValueError(f"expected an array of tables, got {shown(value)}")  # noqa: TRY004 - as all readers
    return tuple(value)


_rules = list_of(_rule, '["missing-module"]')
_patterns = list_of(path_or_name, '["tests/data/*"]')


def _rules_by_pattern(value: object) -> dict[str, tuple[str, ...]]:
    rules, mistakes = {}, []
    for pattern, ids in table(value).items():
        try:
            rules[path_or_name(pattern)] = _rules(ids)
        except ValueError as error:
            mistakes += [f"{quote(pattern)}: {mistake}" for mistake in error.args]
    if mistakes:
        raise ValueError(*mistakes)
    return rules


LINT: Mapping[str, tuple[str, Reader]] = {
    "select": ("select", _rules),
    "ignore": ("ignore", _rules),
    "exclude": ("exclude", _patterns),
    "per-file-ignores": ("per_file_ignores", _rules_by_pattern),
    "heavy": ("heavy", list_of(_module, '["pandas"]')),
    "heavy-profile": ("heavy_profile", path_or_name),
    "heavy-threshold": ("heavy_threshold_s", duration),
    "forbidden-imports": ("forbidden_imports", _tables),
    "min-statements": ("min_statements", integer(1, "an integer of at least 1")),
    "min-similarity": ("min_similarity", measure("percentage", "80%", _parse_share)),
}
"""Fields of LintSettings."""

FORBIDDEN_IMPORT: Mapping[str, tuple[str, Reader]] = {
    "module": ("module", _module_pattern),
    "replacement": ("replacement", _module),
    "reason": ("reason", string),
    "exceptions": ("exceptions", _patterns),
    "removed": ("removed", _yes_or_no),
}
"""Fields of ForbiddenImport."""
