"""The shapes of JSON data: one function for each, which returns how to read and how to describe it."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

Schema = dict[str, Any]


_BEYOND = 1e15
"""No figure reaches it, in seconds or as a ratio. Sums and squares of such numbers would leave the range of floats."""


_TOO_LONG = 10**19
"""No size in bytes and no count has 20 digits."""


class DecodeError(ValueError):
    """Data that does not have the shape of its type.

    Attributes:
        path: the place in the document, such as `targets[3].samples[0].wall_s`.
        problem: the expected and the given value.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.path = ""
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One form of JSON data.

    Attributes:
        decode: turns data into a value; raises DecodeError.
        schema: returns the JSON Schema; puts the schemas of dataclasses into the given dict, by name.
    """

    decode: Callable[[object], Any]
    schema: Callable[[dict[str, Schema]], Schema]


def describe(data: object) -> str:
    """Return a printable description of JSON data: `a list`, `an object`, or the value itself."""
    if isinstance(data, dict):
        return "an object"
    if isinstance(data, list):
        return "a list"
    text = json.dumps(data)
    return text if len(text) <= 60 else text[:56] + " ..."


def scalar(cls: type, json_type: str, expected: str) -> Shape:
    """A string, a whole number or a truth value."""

    def decode(data: object) -> object:
        # Not isinstance: bool is a subclass of int, and True is not a number of items.
        if type(data) is not cls:
            raise _mismatch(expected, data)
        if isinstance(data, int) and abs(data) >= _TOO_LONG:
            raise _mismatch("a whole number of at most 19 digits", data)
        return data

    return Shape(decode=decode, schema=lambda _: {"type": json_type})


def number() -> Shape:
    """A float of a size that can be measured; whole numbers are accepted."""

    def decode(data: object) -> float:
        if type(data) is not float and type(data) is not int:
            raise _mismatch("a number", data)
        try:
            value = float(data)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise _mismatch("a finite number", data)
        if abs(value) >= _BEYOND:
            raise _mismatch(f"a number below {_BEYOND:g}", data)
        return value

    return Shape(decode=decode, schema=lambda _: {"type": "number"})


def choice(members: dict[str, Enum]) -> Shape:
    """The value of a member of a str enum."""

    def decode(data: object) -> Enum:
        if not isinstance(data, str) or data not in members:
            raise _mismatch(f"one of {', '.join(members)}", data)
        return members[data]

    return Shape(decode=decode, schema=lambda _: {"enum": list(members)})


def nullable(inner: Shape) -> Shape:
    """The shape `inner`, or null for None."""

    def decode(data: object) -> object:
        return None if data is None else inner.decode(data)

    return Shape(decode=decode, schema=lambda definitions: {"anyOf": [inner.schema(definitions), {"type": "null"}]})


def sequence(item: Shape) -> Shape:
    """A list of any length, for `tuple[T, ...]`."""

    def decode(data: object) -> tuple[object, ...]:
        if not isinstance(data, list):
            raise _mismatch("a list", data)
        return tuple(_decode_at(f"[{index}]", item, part) for index, part in enumerate(data))

    return Shape(decode=decode, schema=lambda definitions: {"type": "array", "items": item.schema(definitions)})


def row(*items: Shape) -> Shape:
    """A list of fixed length, for `tuple[A, B]`."""
    length = len(items)

    def decode(data: object) -> tuple[object, ...]:
        if not isinstance(data, list):
            raise _mismatch(f"a list of {length}", data)
        if len(data) != length:
            raise DecodeError(f"expected a list of {length}, got one of {len(data)}")
        return tuple(_decode_at(f"[{index}]", items[index], part) for index, part in enumerate(data))

    def schema(definitions: dict[str, Schema]) -> Schema:
        parts = [item.schema(definitions) for item in items]
        return {"type": "array", "prefixItems": parts, "minItems": length, "maxItems": length}

    return Shape(decode=decode, schema=schema)


def mapping(value: Shape) -> Shape:
    """An object with any keys, for `dict[str, T]`."""

    def decode(data: object) -> dict[str, object]:
        if not isinstance(data, dict):
            raise _mismatch("an object", data)
        decoded = {}
        for key, part in data.items():
            try:
                decoded[key] = value.decode(part)
            except DecodeError as error:  # its path is written only now: a history has millions of keys
                error.path = f"[{json.dumps(key)}]{error.path}"
                raise
        return decoded

    return Shape(
        decode=decode,
        schema=lambda definitions: {"type": "object", "additionalProperties": value.schema(definitions)},
    )


def record(cls: type, members: dict[str, Shape], required: frozenset[str]) -> Shape:
    """An object with known keys, for a dataclass; `required` are those without a default."""

    def decode(data: object) -> object:
        if not isinstance(data, dict):
            raise _mismatch("an object", data)
        for name in members:
            if name in required and name not in data:
                raise DecodeError(f'the key "{name}" is missing')
        given = {name: shape for name, shape in members.items() if name in data}
        return cls(**{name: _decode_at(f".{name}", shape, data[name]) for name, shape in given.items()})

    def schema(definitions: dict[str, Schema]) -> Schema:
        if cls.__name__ not in definitions:
            definitions[cls.__name__] = {
                "type": "object",
                "description": inspect.getdoc(cls),
                "properties": {name: shape.schema(definitions) for name, shape in members.items()},
                "required": [name for name in members if name in required],
            }
        return {"$ref": f"#/$defs/{cls.__name__}"}

    return Shape(decode=decode, schema=schema)


def _decode_at(step: str, shape: Shape, data: object) -> object:
    try:
        return shape.decode(data)
    except DecodeError as error:
        error.path = step + error.path
        raise


def _mismatch(expected: str, data: object) -> DecodeError:
    return DecodeError(f"expected {expected}, got {describe(data)}")
