"""Numbers of entries of a table as stretches, `first, count, …`: what belongs together often stands together there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from collectbench.store.shapes import DecodeError, Schema

STRETCHES: Schema = {
    "type": "array",
    "items": {"type": "integer", "minimum": 0},
    "description": "numbers of entries of a table, counted from 0: the first of a stretch, how many, and so on",
}


def stretches(numbers: Iterable[int]) -> list[int]:
    """Return `5, 6, 7, 2` as `5, 3, 2, 1`: any numbers in any order."""
    packed: list[int] = []
    for number in numbers:
        if packed and packed[-2] + packed[-1] == number:
            packed[-1] += 1
        else:
            packed += [number, 1]
    return packed


def entries_of(packed: object, table: Sequence[Any], where: str) -> list[Any]:
    """Return the entries of a table that stretches name.

    Raises:
        DecodeError: they are not stretches, or a number is not in the table.
    """
    numbers = list_of(packed, where)
    if len(numbers) % 2 or not all(type(number) is int for number in numbers):
        raise at(where, "expected pairs of whole numbers: the first of a stretch, and how many")
    entries: list[Any] = []
    for first, count in zip(numbers[::2], numbers[1::2], strict=True):
        if first < 0 or count < 1 or first + count > len(table):
            raise at(where, f"{first}, {count} are not entries of a table of {len(table)}")
        entries += table[first : first + count]
    return entries


def list_of(value: object, where: str) -> list[Any]:
    """Return a list as it is.

    Raises:
        DecodeError: it is not a list.
    """
    if not isinstance(value, list):
        raise at(where, "expected a list")
    return value


def at(where: str, problem: str) -> DecodeError:
    """Return the error about a place in a document."""
    error = DecodeError(problem)
    error.path = where
    return error


def with_properties(definition: Schema, properties: Schema) -> Schema:
    """Return the JSON schema of an object with further or other properties."""
    return {**definition, "properties": {**definition["properties"], **properties}}
