"""The keys of `[tool.collectbench.cost]`: the values that each may hold, and the field that it fills."""

from __future__ import annotations

import math
from collections.abc import Mapping

from collectbench.config.readers import Reader, integer, shown, string


def _positive(example: str) -> Reader:
    def read(value: object) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and 0 < value < math.inf:  # type: ignore[operator]
            return float(value)  # type: ignore[arg-type]
        raise ValueError(f"expected a number above 0 like {example}, got {shown(value)}")

    return read


def _currency(value: object) -> str:
    written = string(value)
    if not written.strip() or not written.isprintable() or len(written) > 12:
        raise ValueError(f'expected a word like "EUR", got {shown(value)}')
    return written.strip()


COST: Mapping[str, tuple[str, Reader]] = {
    "runs-per-day": ("runs_per_day", _positive("200")),
    "workers": ("workers", integer(1, "an integer of at least 1")),
    "price-per-minute": ("price_per_minute", _positive("0.008")),
    "currency": ("currency", _currency),
}
"""Fields of CostSettings."""
