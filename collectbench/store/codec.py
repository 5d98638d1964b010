"""Turns the model's dataclasses into JSON-ready data and back, by their type hints alone.

The model uses few types: str, int, float, bool, Optional, str enums, frozen dataclasses, `dict[str, T]`,
`tuple[T, ...]` and tuples of fixed length. All other types raise a TypeError.
"""

from __future__ import annotations

import math
import types
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from collectbench.model.omission import OMIT_DEFAULT
from collectbench.store import shapes
from collectbench.store.shapes import DecodeError, Schema, Shape

T = TypeVar("T")

# Filled when a type is used first, so that its hints are resolved once.
_SHAPES: dict[object, Shape] = {
    str: shapes.scalar(str, "string", "a string"),
    int: shapes.scalar(int, "integer", "a whole number"),
    bool: shapes.scalar(bool, "boolean", "true or false"),
    float: shapes.number(),
}


def encode(value: object) -> Any:
    """Turn a value of the model into dicts, lists, strings and numbers; nothing is rounded.

    A field with the metadata OMIT_DEFAULT is absent while it has its default: it costs only the documents that use it.

    Raises:
        ValueError: a number is not finite: JSON cannot hold it, and no measurement yields it.
        TypeError: a value of a type that has no JSON form.
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} is not a measurement and cannot be stored")
        return value
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if is_dataclass(value):
        present = (field.name for field in fields(value) if not _is_omitted(field, value))
        return {name: encode(getattr(value, name)) for name in present}
    raise TypeError(f"a {type(value).__name__} has no JSON form")


def _is_omitted(field: Field[Any], value: object) -> bool:
    return field.metadata == OMIT_DEFAULT and getattr(value, field.name) == field.default


def decode(cls: type[T], data: object, where: str = "document") -> T:
    """Make an instance of a dataclass from JSON data.

    Unknown keys are ignored, so that a schema can grow; missing keys take the field's default.

    Args:
        cls: a frozen dataclass of the model.
        data: the value that `json.loads` returned.
        where: the name of the whole in an error that concerns no single part.

    Raises:
        DecodeError: the data does not have that shape; the message names the path to the place.
        TypeError: the type has no JSON form.
    """
    try:
        value: T = _shape_of(cls).decode(data)
    except DecodeError as error:
        error.path = error.path.removeprefix(".") or where
        raise
    return value


def schema(cls: type) -> Schema:
    """Describe the data that `decode` accepts for `cls`, as JSON Schema (draft 2020-12).

    Raises:
        TypeError: the type has no JSON form.
    """
    definitions: dict[str, Schema] = {}
    reference = _shape_of(cls).schema(definitions)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **reference, "$defs": definitions}


def _shape_of(hint: Any) -> Shape:
    if hint not in _SHAPES:
        _SHAPES[hint] = _new_shape(hint)
    return _SHAPES[hint]


def _new_shape(hint: Any) -> Shape:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        inner = [argument for argument in arguments if argument is not types.NoneType]
        if len(inner) == 1:
            return shapes.nullable(_shape_of(inner[0]))
    elif origin is tuple and arguments[1:] == (...,):
        return shapes.sequence(_shape_of(arguments[0]))
    elif origin is tuple:
        return shapes.row(*map(_shape_of, arguments))
    elif origin is dict and arguments[0] is str:
        return shapes.mapping(_shape_of(arguments[1]))
    elif isinstance(hint, type) and issubclass(hint, Enum):
        return shapes.choice({member.value: member for member in hint})
    elif isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    raise TypeError(f"{hint!r} has no JSON form")


def _record(cls: type) -> Shape:
    hints = get_type_hints(cls)
    members = {field.name: _shape_of(hints[field.name]) for field in fields(cls)}
    without_default = (
        field.name for field in fields(cls) if field.default is MISSING and field.default_factory is MISSING
    )
    return shapes.record(cls, members, frozenset(without_default))
