"""The limit of a comment on GitHub, and how a long document stays within it."""

from __future__ import annotations

from collections.abc import Callable

LIMIT = 65_536
"""The most characters of a comment; GitHub refuses a longer one."""
_ALL = 1_000_000
_FEWER = (_ALL, 300, 100, 30, 10, 3, 0)


def shortened(render: Callable[[int], str]) -> str:
    """Return a comment of at most `LIMIT` characters.

    `render` gets the most rows of each table and lines of each kind, fewer in turn until the comment fits. With 0 it
    always has to fit.
    """
    comments = map(render, _FEWER)
    return next(comment for comment in comments if _size(comment) <= LIMIT)


def omitted_line(omitted: list[str]) -> list[str]:
    """Return a line that names what a shortened comment omits; nothing if that is nothing."""
    return [f"_Omitted, since a comment holds {LIMIT:,} characters: {', '.join(omitted)}._"] if omitted else []


def _size(comment: str) -> int:
    """Return the number of characters as JavaScript counts them, which is the largest of all ways to count."""
    return len(comment.encode("utf-16-le")) // 2
