"""Small files in which the kernel says one thing. One that is missing or cannot be read says nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def text(file: Path) -> str:
    """What a file says, without the blanks around it; empty where it cannot be read."""
    try:
        return file.read_text(errors="replace").strip()
    except OSError:
        return ""


def number(file: Path) -> int | None:
    """The whole number in a file; None where there is none."""
    found = text(file)
    return int(found) if found.removeprefix("-").isdecimal() else None


def count(numbers: Sequence[int]) -> int | None:
    """Their sum; None where there are none."""
    return sum(numbers) if numbers else None


def pairs(file: Path) -> dict[str, int]:
    """Lines of a name and a whole number."""
    lines = (line.split() for line in text(file).splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) == 2 and words[1].isdecimal()}
