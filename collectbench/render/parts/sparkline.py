"""A row of numbers as a row of bars, one character each."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"
GAP = "·"
"""A run without the number."""

_LEAST_SPAN = 0.1
"""The lowest and the highest bar are at least this part of the largest number apart: noise is not a mountain."""


def sparkline(numbers: Sequence[float | None], width: int) -> str:
    """Return the last `width` numbers as bars between their lowest and their highest one."""
    shown = numbers[-width:]
    known = [number for number in shown if number is not None]
    if not known:
        return GAP * len(shown)
    low, high = min(known), max(known)
    missing = max(0.0, high * _LEAST_SPAN - (high - low))
    low, span = low - missing / 2, high - low + missing
    return "".join(GAP if number is None else _bar((number - low) / span if span else 0.0) for number in shown)


def _bar(share: float) -> str:
    return BARS[min(len(BARS) - 1, int(share * len(BARS)))]
