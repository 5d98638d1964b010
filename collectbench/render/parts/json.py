"""JSON as text, for each format that is JSON."""

from __future__ import annotations

import json
import re
from typing import Any

_NOT_ASCII = re.compile(r"[^\n\x20-\x7e]")


def dump_json(data: Any, *, indent: int | None = None) -> str:
    """Return JSON that a terminal can show, ending in a newline.

    Printable characters stay as they are. All others could steer a terminal or have no encoding, so they are escaped.
    Such a character can only be inside a string, where JSON allows an escape.

    Raises:
        ValueError: a number in `data` is not finite.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(data, indent=indent, separators=separators, ensure_ascii=False, allow_nan=False)
    return _NOT_ASCII.sub(_escape_unprintable, text) + "\n"


def _escape_unprintable(match: re.Match[str]) -> str:
    char = match[0]
    return char if char.isprintable() else json.dumps(char)[1:-1]
