"""Lays a document out as text: one line for each sample, so that people can read a diff of two baselines."""

from __future__ import annotations

import json
from typing import Any

# ASCII only: safe on every terminal and in every locale, and the lone surrogates
# of undecodable file names come back as they were.
_ONE_LINE = json.JSONEncoder(ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode

_LEVELS_IN_A_LINE = 2
"""A sample holds its phases and its noise: two levels of braces. Deeper values get several lines."""


def layout(document: dict[str, Any]) -> str:
    """Write a JSON document as text, with a newline at its end.

    Raises:
        ValueError: a number in it is not finite.
    """
    return _lines(document, depth=0) + "\n"


def _lines(value: Any, depth: int) -> str:
    # The document and its direct members always get several lines, so that each key of the environment has its own.
    if not value or not isinstance(value, dict | list) or (depth > 1 and _is_flat(value, _LEVELS_IN_A_LINE)):
        return _ONE_LINE(value)
    if isinstance(value, dict):
        brackets = "{}"
        parts = [f"{_ONE_LINE(key)}: {_lines(item, depth + 1)}" for key, item in value.items()]
    else:
        brackets = "[]"
        parts = [_lines(item, depth + 1) for item in value]
    indent = "\n" + " " * depth
    return f"{brackets[0]}{indent} {f',{indent} '.join(parts)}{indent}{brackets[1]}"


def _is_flat(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    members = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_flat(member, levels - 1) for member in members)
