from __future__ import annotations

from itertools import pairwise
from math import log2

import pytest

from collectbench.judge.halving import halving_order, place_of_step


@pytest.mark.parametrize(
    ("count", "order"),
    [(0, []), (1, [0]), (2, [0, 1]), (3, [0, 2, 1]), (9, [0, 8, 4, 2, 6, 1, 3, 5, 7]), (4, [0, 3, 1, 2])],
)
def test_the_ends_come_first_and_then_the_middles(count, order) -> None:
    assert list(halving_order(count)) == order


@pytest.mark.parametrize("count", [10, 57, 128])
def test_each_commit_comes_once_and_early_ones_are_spread(count) -> None:
    order = list(halving_order(count))
    assert sorted(order) == list(range(count))
    first = sorted(order[:9])
    gaps = [high - low for low, high in pairwise(first)]
    assert max(gaps) <= 2 * count / 8


@pytest.mark.parametrize("count", [1, 2, 3, 10, 16, 33, 100])
def test_the_place_of_a_step_is_found_by_few_questions(count) -> None:
    for wanted in range(count):
        asked = []

        def is_after(number, wanted=wanted, asked=asked):
            asked.append(number)
            return number >= wanted

        assert place_of_step(count, is_after) == (wanted - 1, wanted)
        assert len(asked) == len(set(asked)) <= log2(count) + 1


def test_what_is_unknown_is_left_out_and_widens_the_place() -> None:
    unknown = {4, 5, 7}
    asked = []

    def is_after(number):
        asked.append(number)
        return None if number in unknown else number >= 7

    assert place_of_step(10, is_after) == (6, 8)
    assert len(asked) == len(set(asked))
    assert place_of_step(4, lambda number: None) == (-1, 3)
