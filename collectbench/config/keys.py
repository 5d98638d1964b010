"""The keys of the configuration: the values that each may hold, and the field that it fills.

A reader turns a TOML value into a field's value, or raises ValueError with one argument for each mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collectbench.config.syntax import quote
from collectbench.model.units import parse_duration, parse_percent, parse_size

Reader = Callable[[object], Any]

_LARGEST = 2**63 - 1  # of TOML's integers


def shown(value: object) -> str:
    """Return a TOML value for a message: scalars as they are written, other values by their kind."""
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "an integer beyond 64 bits"
    if isinstance(value, (int, float)):
        return str(value).lower()
    if isinstance(value, list):
        return "a list"
    return "a table" if isinstance(value, dict) else "a date or time"


def _measure(noun: str, example: str, parse: Callable[[str], float]) -> Reader:
    """Return a reader of quantities that are written with their unit."""

    def read(value: object) -> float:
        if isinstance(value, str):
            return parse(value)
        bare = isinstance(value, (int, float)) and not isinstance(value, bool)
        unit = " without its unit" if bare else ""
        raise ValueError(f'expected a {noun} like "{example}", got {shown(value)}{unit}')

    return read


def _integer(lowest: int, expected: str) -> Reader:
    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= _LARGEST:
            return value
        raise ValueError(f"expected {expected}, got {shown(value)}")

    return read


def _rounds(value: object) -> int | None:
    return None if value == "auto" else _at_least_one(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected a string, got {shown(value)}")  # noqa: TRY004 (see the top of the file)
    if "\0" in value:
        raise ValueError(f"{quote(value)} contains a NUL character, which no path or argument can hold")
    return value


def _name(value: object) -> str:
    """A name or path. The store checks names of baselines, and expand_paths checks whether paths exist."""
    if not (name := _text(value)).strip():
        raise ValueError("expected a name or path, got an empty string")
    return name


def _list_of(read_item: Reader, example: str) -> Reader:
    def read(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"expected a list like {example}, got {shown(value)}")  # noqa: TRY004
        items, mistakes = [], []
        for position, item in enumerate(value, start=1):
            try:
                items.append(read_item(item))
            except ValueError as error:
                mistakes += [f"item {position}: {mistake}" for mistake in error.args]
        if mistakes:
            raise ValueError(*mistakes)
        return tuple(items)

    return read


def _paths(value: object) -> tuple[str, ...]:
    paths: tuple[str, ...] = _list_of(_name, '["tests/api"]')(value)
    if not paths:
        raise ValueError('the list is empty; name what to collect, like ["tests/api"]')
    return paths


def table(value: object) -> dict[str, Any]:
    """Return a TOML table unchanged.

    Raises:
        ValueError: it is not a table.
    """
    if not isinstance(value, dict):
        raise ValueError(f"expected a table, got {shown(value)}")  # noqa: TRY004
    return value


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


_duration = _measure("duration", "5s", parse_duration)
_size = _measure("size", "512MiB", parse_size)
_percent = _measure("percentage", "85%", parse_percent)
_count = _integer(0, "an integer of at least 0")
_at_least_one = _integer(1, '"auto" or an integer of at least 1')
_arguments = _list_of(_text, '["-m", "not slow"]')

TOP: Mapping[str, tuple[str, Reader]] = {
    "baseline": ("baseline", _name),
    "baseline-dir": ("baseline_dir", _name),
    "rounds": ("rounds", _rounds),
    "timeout": ("timeout_s", _duration),
    "pytest-args": ("pytest_args", _arguments),
    "suite-budget": ("suite_budget_s", _duration),
    "targets": ("targets", table),
    "lint": ("lint", table),
}
"""The keys of `[tool.collectbench]`: the field of Config and the reader of each."""

TARGET: Mapping[str, tuple[str, Reader]] = {
    "paths": ("paths", _paths),
    "pytest-args": ("pytest_args", _arguments),
    "env": ("env", _environment),
}
"""The keys that describe a target: fields of Target."""

LIMITS: Mapping[str, tuple[str, Reader]] = {
    "budget": ("budget_s", _duration),
    "goal": ("goal_s", _duration),
    "goal-reduction": ("goal_reduction", _percent),
    "memory-budget": ("memory_budget_bytes", _size),
    "max-warnings": ("max_warnings", _count),
    "max-errors": ("max_errors", _count),
    "min-items": ("min_items", _count),
}
"""The keys with the limits of a target: fields of Limits."""
