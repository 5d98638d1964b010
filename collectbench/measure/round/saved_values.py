"""Values in a file of JSON, so that the next command can go on with them if this one is killed.

Objects are written with their class and attributes, and read again only if their class is among those that the reader
names: unlike pickle, a file cannot run code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any


def save(value: object, file: Path) -> None:
    """Write a value: atomically, but without waiting for the disk, as only the process may die.

    An error is ignored, such as that of a full disk: then the next command cannot go on with it.
    """
    text = json.dumps(_plain(value), separators=(",", ":"))
    with suppress(OSError):
        new = file.with_name(f"{file.name}.new")
        new.write_text(text, encoding="ascii")
        new.replace(file)


def load(file: Path, classes: Mapping[str, type]) -> Any:
    """Read a value.

    Args:
        file: written by `save`.
        classes: those of the objects in it, by name.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is not from `save`, or holds an object of another class.
    """
    try:
        return _value(json.loads(file.read_text(encoding="ascii")), classes)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{file}: written by another version") from error


def _plain(value: object) -> object:
    """The value out of lists, texts, numbers and `{kind: …}`."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Path):
        return {"path": os.fspath(value)}
    if isinstance(value, Enum):
        return {"enum": [type(value).__name__, value.value]}
    if isinstance(value, Mapping):
        return {"map": [[_plain(key), _plain(entry)] for key, entry in value.items()]}
    if isinstance(value, (set, frozenset)):
        return {type(value).__name__: [_plain(entry) for entry in value]}
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return [_plain(entry) for entry in value]
    return {"object": [type(value).__name__, {name: _plain(entry) for name, entry in _attributes(value).items()}]}


def _attributes(value: object) -> dict[str, object]:
    """The attributes of a NamedTuple, a dataclass or a plain object."""
    if hasattr(value, "_asdict"):
        return dict(value._asdict())
    if is_dataclass(value):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return vars(value)


def _value(plain: Any, classes: Mapping[str, type]) -> Any:
    """The value again."""
    if isinstance(plain, list):
        return tuple(_value(entry, classes) for entry in plain)
    if not isinstance(plain, dict):
        return plain
    ((kind, inner),) = plain.items()
    match kind:
        case "path":
            return Path(inner)
        case "enum":
            return classes[inner[0]](inner[1])
        case "map":
            return {_value(key, classes): _value(entry, classes) for key, entry in inner}
        case "set" | "frozenset":
            values = (_value(entry, classes) for entry in inner)
            return set(values) if kind == "set" else frozenset(values)
        case "object":
            attributes = {name: _value(entry, classes) for name, entry in inner[1].items()}
            return _object(classes[inner[0]], attributes)
        case _:
            raise KeyError(kind)


def _object(kind: Any, attributes: Mapping[str, Any]) -> Any:
    if issubclass(kind, tuple):
        return kind(**attributes)
    made = kind.__new__(kind)
    for name, entry in attributes.items():
        object.__setattr__(made, name, entry)  # also if it is frozen
    return made
