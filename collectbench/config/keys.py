"""The keys of the configuration: the values that each may hold, and the field that it fills."""

from __future__ import annotations

from collections.abc import Mapping

from collectbench.config.readers import (
    Reader,
    count,
    duration,
    integer,
    list_of,
    measure,
    path_or_name,
    shown,
    string,
    table,
)
from collectbench.config.syntax import quote
from collectbench.model.units import parse_percent, parse_size


def _rounds(value: object) -> int | None:
    return None if value == "auto" else _at_least_one(value)


def _paths(value: object) -> tuple[str, ...]:
    paths: tuple[str, ...] = list_of(path_or_name, '["tests/api"]')(value)
    if not paths:
        raise ValueError('the list is empty; name what to collect, like ["tests/api"]')
    return paths


def _environment(value: object) -> dict[str, str]:
    mistakes = []
    for name, content in table(value).items():
        if not name or "=" in name or "\0" in name:
            mistakes.append(f"{quote(name)} cannot be the name of an environment variable")
        if not isinstance(content, str):
            mistakes.append(f"expected a string for {quote(name)}, got {shown(content)}; put it in quotes")
        elif "\0" in content:
            mistakes.append(f"the value of {quote(name)} contains a NUL character")
    if mistakes:
        raise ValueError(*mistakes)
    return table(value)


def _expression(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'expected an expression such as "not slow", got {shown(value)}')
    return value.strip()


def target_name(name: str) -> str:
    """Return a name unchanged if a target may have it.

    Raises:
        ValueError: it is empty, padded, reserved or not printable, or looks like an option.
    """
    if not name.strip() or name != name.strip():
        raise ValueError("a target's name must be neither empty nor padded with blanks")
    if not name.isprintable():
        raise ValueError("a target's name must not contain control characters")
    if name.startswith("-"):
        raise ValueError('a target\'s name must not begin with "-", like an option')
    if name == "suite":
        raise ValueError('"suite" is reserved for all targets together; choose another name')
    return name


_size = measure("size", "512MiB", parse_size)
_percent = measure("percentage", "85%", parse_percent)
_at_least_one = integer(1, '"auto" or an integer of at least 1')
_arguments = list_of(string, '["-m", "not slow"]')

TOP: Mapping[str, tuple[str, Reader]] = {
    "baseline": ("baseline", path_or_name),
    "baseline-dir": ("baseline_dir", path_or_name),
    "history-dir": ("history_dir", path_or_name),
    "rounds": ("rounds", _rounds),
    "timeout": ("timeout_s", duration),
    "pytest-args": ("pytest_args", _arguments),
    "suite-budget": ("suite_budget_s", duration),
    "targets": ("targets", table),
    "lint": ("lint", table),
    "cost": ("cost", table),
}
"""The keys of `[tool.collectbench]`: the field of Config and the reader of each."""

TARGET: Mapping[str, tuple[str, Reader]] = {
    "paths": ("paths", _paths),
    "pytest-args": ("pytest_args", _arguments),
    "markers": ("markers", _expression),
    "keywords": ("keywords", _expression),
    "env": ("env", _environment),
}
"""The keys that describe a target: fields of Target."""

LIMITS: Mapping[str, tuple[str, Reader]] = {
    "budget": ("budget_s", duration),
    "goal": ("goal_s", duration),
    "goal-reduction": ("goal_reduction", _percent),
    "memory-budget": ("memory_budget_bytes", _size),
    "max-warnings": ("max_warnings", count),
    "max-errors": ("max_errors", count),
    "max-collection-warnings": ("max_collection_warnings", count),
    "warning-reduction": ("warning_reduction", _percent),
    "min-items": ("min_items", count),
}
"""The keys with the limits of a target: fields of Limits."""
