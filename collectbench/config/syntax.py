"""TOML itself: parses documents, and quotes strings and keys."""

from __future__ import annotations

import re
import sys
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def parse(text: str) -> dict[str, Any]:
    """Parse the TOML document in `text`.

    Raises:
        ValueError: it is not TOML; the message gives line and column.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:  # pragma: no cover (the standard library has its own parser from 3.11 on)
        import tomli as tomllib
    try:
        document: dict[str, Any] = tomllib.loads(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return document


def own_table(document: dict[str, Any]) -> object | None:
    """Return the value of `tool.collectbench`, of any type; None if it is absent."""
    tool = document.get("tool")
    return tool.get("collectbench") if isinstance(tool, dict) else None


def line_of_table(text: str, name: str, position: int) -> int:
    """Return the line of a table in an array of tables, from 1, or of the array if it is written as a value.

    Args:
        text: a document that holds it.
        name: the last part of the name of the array.
        position: of the table in the array, from 1.
    """
    lines = text.splitlines()
    key = rf"[\"']?{re.escape(name)}[\"']?[ \t]*"
    header = re.compile(rf"[ \t]*\[\[(?:[^\]#]*\.)?[ \t]*{key}\]\]")
    headers = [number for number, line in enumerate(lines, start=1) if header.match(line)]
    if position <= len(headers):
        return headers[position - 1]
    value = re.compile(rf"[ \t]*(?:[^=#]*\.)?[ \t]*{key}=")
    return next((number for number, line in enumerate(lines, start=1) if value.match(line)), 1)


def quote(text: str) -> str:
    """Return `text` as a TOML basic string on one line, with all unprintable characters escaped.

    Lone surrogates, which TOML cannot hold, are escaped too: the result can be shown, but not parsed.
    """
    return '"' + "".join(_escaped(character) for character in text) + '"'


def quote_key(name: str) -> str:
    """Return `name` as a TOML key, bare if the syntax allows it."""
    return name if _BARE_KEY.fullmatch(name) else quote(name)


def dotted(*names: str) -> str:
    """Return the dotted TOML key of `names`."""
    return ".".join(quote_key(name) for name in names)


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
