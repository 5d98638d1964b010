"""Where the level of a history may have changed: the best partition for a penalty."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.judge.history.whitened import Whitened

SHORTEST = 5
"""Runs of a segment. Fewer may be a disturbed machine; more would report a step later."""


_ALL_UP_TO = 200
"""Runs: in longer histories, trying all places would take longer than all else."""


def possible_places(values: Sequence[float]) -> Sequence[int]:
    """Return the indexes at which a level may begin: all in a short history, else those that look most like a step.

    There, the means of the two or five values before and after differ more than at the neighbouring places. This leaves
    half of the places and takes a quarter of the time. Later the steps move to their best places.
    """
    places = range(SHORTEST, len(values) - SHORTEST + 1)
    if len(values) <= _ALL_UP_TO:
        return places
    sums = [0.0, *accumulate(values)]
    return sorted({*_peaks(sums, places, 2), *_peaks(sums, places, 5)})


def _peaks(sums: Sequence[float], places: range, width: int) -> list[int]:
    differences = [abs(sums[i + width] - 2 * sums[i] + sums[i - width]) for i in places]
    reach = width // 2
    return [
        place
        for index, place in enumerate(places)
        if differences[index] == max(differences[max(0, index - reach) : index + reach + 1])
    ]


def best_partition(series: Whitened, places: Sequence[int], penalty: float) -> list[int]:
    """Return the places with the least sum of the costs of all segments and of one penalty for each further segment.

    That is the partition of PELT (Killick, Fearnhead and Eckley, J. Am. Stat. Assoc. 107, 2012) without its pruning,
    which saves little where there are few steps, and needs costs that no further step increases.

    Args:
        series: the values.
        places: where a level may begin, at least SHORTEST from both ends.
        penalty: for each segment after the first, in the squared unit of the values.
    """
    rest = 1 - series.correlation
    least, came_from = {0: 0.0}, {0: 0}
    starts, young = list[int](), [0]
    fixed, products, weights = list[float](), list[float](), list[float]()
    for end in (*places, len(series.values)):
        while young and end - young[0] >= SHORTEST:
            start = young.pop(0)
            starts.append(start)
            fixed.append(least[start] + series.own(start))
            products.append(series.product(start))
            weights.append(start * rest * rest)
        # `series.cost` of all starts, as one expression: this is where the time goes.
        total, weight = rest * series.sums[end], series.weight(end)
        costs = [
            cost - (both := product + total) * both / (weight - less)
            for cost, product, less in zip(fixed, products, weights, strict=True)
        ]
        smallest = min(costs)
        came_from[end] = starts[costs.index(smallest)]
        least[end] = smallest + series.squares[end] + penalty
        young.append(end)
    found, end = list[int](), came_from[len(series.values)]
    while end:
        found.append(end)
        end = came_from[end]
    return found[::-1]
