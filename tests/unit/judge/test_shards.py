"""What shards cost, and how many are best."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.scheduling import makespan_s
from collectbench.judge.shards import MOST_SHARDS, floor_s, shard_costs
from collectbench.model.workers import TestTime

PHASES = {"interpreter": 0.1, "pytest-import": 0.2, "plugins": 0.1, "conftest": 0.5, "startup": 0.1, "collection": 4.0}


def timed(*seconds: float, per_file: int = 1) -> list[TestTime]:
    return [
        TestTime(file=f"test_{index // per_file}.py", name=str(index), seconds=each)
        for index, each in enumerate(seconds)
    ]


def test_the_floor_is_what_comes_before_collection() -> None:
    assert floor_s(PHASES) == pytest.approx(1.0)


def test_without_durations_the_floor_and_the_rest_are_known() -> None:
    costs = shard_costs(6.0, PHASES, None)
    assert (costs.floor_s, costs.divided_s, costs.best) == (pytest.approx(1.0), pytest.approx(5.0), None)


def test_a_shard_more_is_worth_it_while_it_saves_more_than_its_floor() -> None:
    costs = shard_costs(6.0, PHASES, timed(*[0.05] * 620))
    # 5 s and 31 s are shared: 36/5 - 36/6 is 1.2 s and more than the floor, 36/6 - 36/7 is less.
    assert costs.best is not None
    assert costs.single is not None
    assert costs.best.shards == 6
    assert (costs.single.wall_s, costs.single.machine_s) == (pytest.approx(37.0), pytest.approx(37.0))
    assert costs.best.machine_s == pytest.approx(6 + 5 + 31)
    assert costs.best.wall_s == pytest.approx(1 + 5 / 6 + 5.2)
    assert costs.best.tail_s == pytest.approx(5.2 - 31 / 6)


def test_tests_of_one_file_stay_in_one_shard() -> None:
    costs = shard_costs(1.0, {}, timed(*[1.0] * 8, per_file=8))
    assert costs.best == costs.single


def test_the_tail_is_the_longest_file_beyond_an_even_split() -> None:
    costs = shard_costs(1.0, {"interpreter": 0.5}, timed(10.0, 1.0, 1.0))
    assert costs.best is not None
    assert (costs.best.shards, costs.best.tail_s) == (2, pytest.approx(10.0 - 6.0))


def test_short_tests_are_best_in_one_shard() -> None:
    costs = shard_costs(2.0, {"interpreter": 1.9}, timed(0.1, 0.1))
    assert costs.best == costs.single


def test_without_a_floor_the_number_of_shards_ends_somewhere() -> None:
    costs = shard_costs(1.0, {}, timed(*[1.0] * (2 * MOST_SHARDS)))
    assert costs.best is not None
    assert costs.best.shards == MOST_SHARDS


@given(
    seconds=st.lists(st.floats(0, 50), min_size=1, max_size=30),
    floor=st.floats(0, 20),
    collection_s=st.floats(0.1, 50),
)
def test_no_other_number_of_shards_is_better(seconds, floor, collection_s) -> None:
    costs = shard_costs(collection_s, {"interpreter": floor}, timed(*seconds))
    assert costs.best is not None
    assert costs.single is not None
    sums_s = [
        (1 + shards) * costs.floor_s + (1 + 1 / shards) * costs.divided_s + makespan_s(seconds, shards) + sum(seconds)
        for shards in range(1, len(seconds) + 1)
    ]
    assert costs.best.wall_s + costs.best.machine_s == pytest.approx(min(sums_s))
    assert costs.single.wall_s == pytest.approx(costs.floor_s + costs.divided_s + sum(seconds))
