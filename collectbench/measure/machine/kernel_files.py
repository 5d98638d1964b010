"""Reads small files of the kernel. A file that is missing or cannot be read counts as empty."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def text(file: Path) -> str:
    """The text of a file, stripped; empty if it cannot be read."""
    try:
        return file.read_text(errors="replace").strip()
    except OSError:
        return ""


def number(file: Path) -> int | None:
    """The whole number in a file; None if it holds anything else."""
    digits = text(file)
    return int(digits) if digits.removeprefix("-").isdecimal() else None


def count(numbers: Sequence[int]) -> int | None:
    """The sum of the numbers; None if there are none."""
    return sum(numbers) if numbers else None


def pairs(file: Path) -> dict[str, int]:
    """The numbers of a file by their names, from its lines of a name and a whole number."""
    lines = (line.split() for line in text(file).splitlines())
    return {fields[0]: int(fields[1]) for fields in lines if len(fields) == 2 and fields[1].isdecimal()}
