"""A history whose noise is known: what each segment costs, and how much a step at each place explains."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Whitened:
    """Values less the part that the value before predicts. What is left is independent, so squares can be added up.

    Attributes:
        values: logarithms of times.
        correlation: of neighbouring values.
        sums: of the first i values less that part, for each i.
        squares: of these, likewise.
    """

    values: Sequence[float]
    correlation: float
    sums: Sequence[float]
    squares: Sequence[float]

    def cost(self, start: int, end: int) -> float:
        """Return the sum of squares around the best level for the values from `start` to before `end`."""
        r, first = self.correlation, self.values[start]
        weight = (1 - r * r) + (end - start - 1) * (1 - r) ** 2
        product = (1 - r * r) * first + (1 - r) * (self.sums[end] - self.sums[start + 1])
        return (1 - r * r) * first * first + self.squares[end] - self.squares[start + 1] - product * product / weight

    def explained(self, start: int, place: int, end: int) -> float:
        """Return by how much the sum of squares from `start` to before `end` falls if the level may change at `place`.

        The noise continues through the step: the first value of the new level tells of the step in full, each later
        one only 1 - correlation of it.
        """
        r, rest = self.correlation, 1 - self.correlation
        after, at = end - place - 1, self.sums[place + 1] - self.sums[place]
        total = self.sums[end]
        level = (1 - r * r) + (end - start - 1) * rest * rest
        both = rest + after * rest * rest
        step = 1 + after * rest * rest
        level_y = (1 - r * r) * self.values[start] + rest * (total - self.sums[start + 1])
        step_y = at + rest * (total - self.sums[place + 1])
        return (level * step_y - both * level_y) ** 2 / (level * (level * step - both * both))


def whiten(values: Sequence[float], correlation: float) -> Whitened:
    """Return the values with their sums for this correlation."""
    new = [0.0, *(b - correlation * a for a, b in pairwise(values))]
    return Whitened(
        values=values,
        correlation=correlation,
        sums=[0.0, *accumulate(new)],
        squares=[0.0, *accumulate(value * value for value in new)],
    )
