"""Values as the page of a profile holds them: short, printable, without needless digits."""

from __future__ import annotations

from collections.abc import Sequence

from collectbench.render.parts.escape import printable

MOST_CHARACTERS = 300
"""Longer texts lose their middle, because both ends of a path or node id help the reader."""


def short_text(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return printable text; if it is longer than `most` characters, without its middle."""
    if len(text) > most:
        text = f"{text[: most // 2]}…{text[-most // 2 :]}"
    return printable(text)


def rounded_s(seconds: float) -> float:
    """Return seconds, rounded to microseconds."""
    return round(seconds, 6)


def thin_out(timeline: Sequence[tuple[float, int]], most: int) -> list[tuple[float, int]]:
    """Return at most `most` points: the highest of each stretch, so that no peak is lost."""
    stretch = -(-len(timeline) // most) or 1
    groups = (timeline[begin : begin + stretch] for begin in range(0, len(timeline), stretch))
    return [(round(at_s, 4), size) for at_s, size in (max(group, key=lambda point: point[1]) for group in groups)]
