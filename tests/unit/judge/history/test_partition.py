"""The partition is the best one, as trying all of them shows."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.history.partition import SHORTEST, best_partition, possible_places
from collectbench.judge.history.whitened import Whitened, whiten


def total(series: Whitened, bounds: tuple[int, ...], penalty: float) -> float:
    return sum(series.cost(*segment) for segment in pairwise(bounds)) + penalty * (len(bounds) - 2)


def all_bounds(count: int) -> list[tuple[int, ...]]:
    places = range(1, count)
    chosen = (inner for number in range(count // SHORTEST) for inner in combinations(places, number))
    candidates = ((0, *inner, count) for inner in chosen)
    return [bounds for bounds in candidates if all(b - a >= SHORTEST for a, b in pairwise(bounds))]


@given(
    values=st.lists(st.floats(-1, 1), min_size=10, max_size=22),
    correlation=st.sampled_from([0.0, 0.5]),
    penalty=st.floats(0.01, 2),
)
def test_no_partition_costs_less(values: list[float], correlation: float, penalty: float) -> None:
    series = whiten(values, correlation)
    found = best_partition(series, range(SHORTEST, len(values) - SHORTEST + 1), penalty)
    bounds = (0, *found, len(values))
    assert all(b - a >= SHORTEST for a, b in pairwise(bounds))
    assert total(series, bounds, penalty) == pytest.approx(
        min(total(series, other, penalty) for other in all_bounds(len(values))), abs=1e-9
    )


def test_any_place_of_a_short_history_is_possible() -> None:
    assert list(possible_places([0.0] * 12)) == [5, 6, 7]


def test_the_place_of_a_step_in_a_long_history_is_possible() -> None:
    values = [0.0] * 150 + [1.0] * 5 + [3.0] * 195
    values[40] = values[300] = 7.0
    found = possible_places([value + 0.01 * (index * index % 17) for index, value in enumerate(values)])
    assert {150, 155} <= set(found)
    assert len(found) < 0.6 * len(values)
