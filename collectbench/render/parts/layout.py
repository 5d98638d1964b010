"""Text that fits into the columns of a terminal. All widths are terminal columns, not code points."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

ELLIPSIS = "…"


def display_width(text: str) -> int:
    """Return the columns of printable text: two for wide characters and emoji, none for combining marks."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def _char_width(char: str) -> int:
    if unicodedata.category(char) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def pad(text: str, width: int) -> str:
    """Return `text` with blanks behind it up to `width` columns."""
    return text + " " * (width - display_width(text))


def shorten(text: str, width: int) -> str:
    """Return `text` in at most `width` (>= 1) columns, with an ellipsis for an omitted middle."""
    if display_width(text) <= width:
        return text
    room = width - 1
    head = _prefix(text, room // 2)
    tail = _prefix(text[::-1], room - display_width(head))[::-1]
    return head + ELLIPSIS + tail


def fold(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` (>= 2) columns, with nothing added or lost."""
    lines = []
    while text:
        lines.append(_prefix(text, width))
        text = text[len(lines[-1]) :]
    return lines or [""]


def _prefix(text: str, width: int) -> str:
    """Return as much of the beginning of `text` as fits."""
    used = 0
    for position, char in enumerate(text):
        used += _char_width(char)
        if used > width:
            return text[:position]
    return text


def fill(pieces: Iterable[str], width: int, *, separator: str = " ", indent: str = "  ") -> list[str]:
    """Return pieces joined into lines of at most `width` columns; lines after the first are indented.

    A line breaks between pieces. It breaks inside a piece only if the piece is wider than a line.
    """
    room = width - len(indent)
    lines: list[str] = []
    line = ""
    for piece in _folded(pieces, room):
        candidate = f"{line}{separator}{piece}" if line else piece
        if line and display_width(candidate) > (room if lines else width):
            lines.append(line)
            line = piece
        else:
            line = candidate
    lines.append(line)
    return [lines[0], *(indent + line for line in lines[1:])]


def _folded(pieces: Iterable[str], width: int) -> Iterator[str]:
    for piece in pieces:
        yield from fold(piece, width)
