"""Where the level of a history may have changed: the best partition for a penalty."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.judge.history.whitened import Whitened

SHORTEST = 5
"""Runs of a segment. Fewer may be a disturbed machine; more would report a step later."""


def possible_places(values: Sequence[float]) -> list[int]:
    """Return the indexes at which the means of the five values before and after differ most, among their neighbours.

    A step has the largest difference at its place or beside it. This leaves about a fifth of the places, so that the
    partition takes a twenty-fifth of the time; later the steps move to their best places.
    """
    sums = [0.0, *accumulate(values)]
    places = range(SHORTEST, len(values) - SHORTEST + 1)
    differences = [abs(sums[i + SHORTEST] - 2 * sums[i] + sums[i - SHORTEST]) for i in places]
    return [
        place
        for index, place in enumerate(places)
        if differences[index] == max(differences[max(0, index - 2) : index + 3])
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
    least, came_from = {0: 0.0}, {0: 0}
    starts, young = [0], list[int]()
    for end in (*places, len(series.values)):
        while young and end - young[0] >= SHORTEST:
            starts.append(young.pop(0))
        costs = [least[start] + series.cost(start, end) for start in starts]
        smallest = min(costs)
        came_from[end], least[end] = starts[costs.index(smallest)], smallest + penalty
        young.append(end)
    found, end = list[int](), came_from[len(series.values)]
    while end:
        found.append(end)
        end = came_from[end]
    return found[::-1]
