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
        total = self.product(start) + (1 - self.correlation) * self.sums[end]
        return self.own(start) + self.squares[end] - total * total / self.weight(end - start)

    def own(self, start: int) -> float:
        """Return the part of the sum of squares that depends on the start alone."""
        return (1 - self.correlation**2) * self.values[start] ** 2 - self.squares[start + 1]

    def product(self, start: int) -> float:
        """Return the part of the level's product with the values that depends on the start alone."""
        r = self.correlation
        return (1 - r * r) * self.values[start] - (1 - r) * self.sums[start + 1]

    def weight(self, count: int) -> float:
        """Return how much `count` values tell of their level: that many if they are independent."""
        return (1 - self.correlation**2) + (count - 1) * (1 - self.correlation) ** 2

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
