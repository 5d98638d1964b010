"""Readers of TOML values, for the keys of the configuration.

A reader turns a TOML value into a field's value, or raises ValueError with one argument for each mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from collectbench.config.syntax import quote
from collectbench.model.units import parse_duration

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


def hint(word: str, known: Iterable[str]) -> str:
    """Return what an unknown word may have meant: the nearest known one, or all of them."""
    from difflib import get_close_matches  # only needed for mistakes

    nearest = get_close_matches(word, known := tuple(known), n=1)
    return f'did you mean "{nearest[0]}"?' if nearest else "known are " + ", ".join(known)


def measure(noun: str, example: str, parse: Callable[[str], float]) -> Reader:
    """Return a reader of quantities that are written with their unit."""

    def read(value: object) -> float:
        if isinstance(value, str):
            return parse(value)
        bare = isinstance(value, (int, float)) and not isinstance(value, bool)
        unit = " without its unit" if bare else ""
        raise ValueError(f'expected a {noun} like "{example}", got {shown(value)}{unit}')

    return read


def integer(lowest: int, expected: str) -> Reader:
    """Return a reader of integers; `expected` says in a message which ones."""

    def read(value: object) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= _LARGEST:
            return value
        raise ValueError(f"expected {expected}, got {shown(value)}")

    return read


def string(value: object) -> str:
    """Return a string that a path or an argument can hold."""
    if not isinstance(value, str):
        raise ValueError(f"expected a string, got {shown(value)}")  # noqa: TRY004 (see the top of the file)
    if "\0" in value:
        raise ValueError(f"{quote(value)} contains a NUL character, which no path or argument can hold")
    return value


def path_or_name(value: object) -> str:
    """Return a name or path. The store checks names of baselines, and expand_paths checks whether paths exist."""
    if not (written := string(value)).strip():
        raise ValueError("expected a name or path, got an empty string")
    return written


def list_of(read_item: Reader, example: str) -> Reader:
    """Return a reader of lists; the result is a tuple."""

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


def table(value: object) -> dict[str, Any]:
    """Return a TOML table unchanged.

    Raises:
        ValueError: it is not a table.
    """
    if not isinstance(value, dict):
        raise ValueError(f"expected a table, got {shown(value)}")  # noqa: TRY004
    return value


duration = measure("duration", "5s", parse_duration)
count = integer(0, "an integer of at least 0")
