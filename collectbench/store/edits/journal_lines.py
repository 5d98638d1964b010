"""The lines of a journal: what each says, and how damage of one is noticed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

SCHEMA = 1
_DIGITS = 16
_DIGEST = re.compile("[0-9a-f]{64}")
_TEXT = re.compile(r"[^\0]+", re.DOTALL)
_HEAD = {"root": re.compile(r"/[^\0]*", re.DOTALL), "codemod": _TEXT, "created": _TEXT}
_WRITE = {"path": _TEXT, "before": _DIGEST, "after": _DIGEST, "temporary": _TEXT}
_MADE = {"made": _TEXT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write of a file: digests of the bytes before and after; None if it did not or does not exist."""

    path: str
    before: str | None
    after: str | None
    temporary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeDirectory:
    """A directory that was made for a new file."""

    made: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The first line: for which tree, by which codemod, and when (UTC, ISO 8601)."""

    root: str
    codemod: str
    created: str
    schema: int = SCHEMA


def digest_of(content: bytes) -> str:
    """Return the digest under which bytes are kept."""
    return hashlib.sha256(content).hexdigest()


def line_of(entry: Head | Write | MadeDirectory) -> str:
    """Return the line that says it, in ASCII, with a digest of its text in front."""
    text = json.dumps(asdict(entry))
    return f"{digest_of(text.encode())[:_DIGITS]} {text}\n"


def rows_of(content: bytes) -> Iterator[dict[str, Any]]:
    """Yield the object of each line. A last line that is cut off is left out: the kill came before its write.

    Raises:
        ValueError: a line is damaged.
        TypeError: a line holds no object.
    """
    lines = content.split(b"\n")[:-1]  # after the last one is nothing, or a line that a kill has cut off
    for number, line in enumerate(lines, start=1):
        digest, _, text = line.partition(b" ")
        if digest_of(text)[:_DIGITS].encode() != digest:
            raise ValueError(f"line {number} does not have the digest that it begins with")
        row = json.loads(text)
        if not isinstance(row, dict):
            raise TypeError(f"line {number} is not an object")
        yield row


def head_of(row: dict[str, Any]) -> Head:
    """Return the first line.

    Raises:
        ValueError: its texts do not look as we write them.
        TypeError: it has other keys.
    """
    return Head(**_checked(row, _HEAD))


def entry_of(row: dict[str, Any]) -> Write | MadeDirectory:
    """Return one of the other lines.

    Raises:
        ValueError: as `head_of`.
        TypeError: likewise.
    """
    return MadeDirectory(**_checked(row, _MADE)) if "made" in row else Write(**_checked(row, _WRITE))


def _checked(row: dict[str, Any], shapes: dict[str, re.Pattern[str]]) -> dict[str, Any]:
    """A row whose texts look as we write them. None is kept where it is allowed: for a file that does not exist."""
    for key, shape in shapes.items():
        value = row.get(key)
        if value is None and shape is _DIGEST:
            continue
        if not isinstance(value, str) or not shape.fullmatch(value):
            raise ValueError(f"{key} is {value!r:.80}")
    return row
