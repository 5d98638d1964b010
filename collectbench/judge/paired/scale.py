"""The scale on which two figures are compared, and the margin on that scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from collectbench.judge.change import MARGIN_FLOOR, margin
from collectbench.judge.statistics import median
from collectbench.judge.waits import wait_margin_s

if TYPE_CHECKING:
    from collectbench.judge.paired.panel import Pair

Margin = Callable[[Sequence["Pair"]], float]
"""From pairs (at least one) to the growth that is tolerated, on the scale of the comparison."""


class Scale(Enum):
    """How two figures are compared."""

    LOG_RATIO = "log ratio"
    """By the difference of their natural logarithms: figures must be positive."""

    DIFFERENCE = "difference"
    """By their difference, in the figure's own unit: zero and negative figures are data."""

    def accepts(self, figure: float) -> bool:
        """Whether a figure has a place on the scale."""
        return math.isfinite(figure) and (self is Scale.DIFFERENCE or figure > 0)

    def values(self, figures: Sequence[float]) -> list[float]:
        """The place of each figure on the scale."""
        return list(map(math.log, figures)) if self is Scale.LOG_RATIO else list(figures)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeMargin:
    """The margin of a comparison of times in seconds, on `Scale.LOG_RATIO`; `floor` is a fraction of the base."""

    floor: float = MARGIN_FLOOR

    def growth(self, base_s: Sequence[float]) -> float:
        """The tolerated growth as a fraction: see `judge.change.margin`."""
        return margin(median(base_s), self.floor)

    def __call__(self, pairs: Sequence[Pair]) -> float:
        """The same on the scale: the logarithm of one plus that fraction."""
        return math.log1p(self.growth([pair.base for pair in pairs]))


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitMargin:
    """The margin of a comparison of waits, in seconds on `Scale.DIFFERENCE`; `floor` is a fraction of the wall time."""

    floor: float = MARGIN_FLOOR

    def __call__(self, pairs: Sequence[Pair]) -> float:
        """The tolerated growth in seconds: see `judge.waits.wait_margin_s`."""
        return wait_margin_s(median([pair.base_wall_s for pair in pairs]), self.floor)
