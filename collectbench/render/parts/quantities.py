"""Numbers as text. A table has one time scale, so that a reader can compare a column by its decimal points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collectbench.model.units import format_duration, format_ratio

MISSING = "–"


@dataclass(frozen=True, slots=True)
class TimeScale:
    """One unit and one number of decimals for many durations; without a unit (None) each duration chooses its own."""

    unit: str | None
    factor: float = 1.0
    decimals: int = 0

    def amount(self, seconds: float) -> str:
        """Return a duration: `1.040 s`."""
        return format_duration(seconds) if self.unit is None else f"{self._number(seconds)} {self.unit}"

    def span(self, low_s: float, high_s: float, between: str = "–") -> str:
        """Return two durations: `1.020 – 1.071 s`."""
        low = format_duration(low_s) if self.unit is None else self._number(low_s)
        return f"{low} {between} {self.amount(high_s)}"

    def _number(self, seconds: float) -> str:
        return f"{seconds * self.factor:,.{self.decimals}f}"


def time_scale(seconds: Iterable[float]) -> TimeScale:
    """Return the scale for the largest duration: three to five digits, tenths of ms at the least, minutes as such."""
    largest = max(seconds, default=0.0)
    if largest < 0.9995:
        return TimeScale("ms", 1000.0, decimals=1 if largest < 0.09995 else 0)
    if largest < 99.95:
        return TimeScale("s", decimals=3 if largest < 9.9995 else 2)
    return TimeScale(None)


def ratio_span(low: float, high: float) -> str:
    """Return an interval of a ratio: `+1.2 … +5.0 %`."""
    return f"{format_ratio(low).removesuffix(' %')} … {format_ratio(high)}"


def count(number: int) -> str:
    """Return a whole number with thousands separators."""
    return f"{number:,}"


def pluralize(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 plugin`, `4 plugins`; `plural` is for nouns that take more than an s."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"
