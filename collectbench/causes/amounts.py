"""Numbers of things in evidence."""

from __future__ import annotations


def counted(number: int, noun: str, plural: str = "") -> str:
    """Returns a number with its noun: `1 file`, `1,200 files`. By default, the plural ends in `s`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
