from __future__ import annotations

import pytest

from collectbench.judge.bisection import Sides, sides_of
from histories import counter_step, recorded, time_step

BASE = recorded(counters={"modules": 100, "opens": 50, "items": 10, "sockets": 1})


def test_a_step_of_a_counter_is_shown_by_that_counter() -> None:
    head = recorded(counters={"modules": 101, "opens": 90, "items": 10, "sockets": 1})
    assert sides_of(counter_step(1, "modules", 100, 101), BASE, head) == Sides(figure="modules", before=100, after=101)
    assert sides_of(counter_step(1, "sockets", 1, 2), BASE, head) is None


@pytest.mark.parametrize(
    ("counters", "unstable", "figure"),
    [
        ({"modules": 110, "opens": 90}, (), "opens"),
        ({"modules": 110, "opens": 90}, ("opens",), "modules"),
        ({"modules": 110, "opens": 1}, (), "modules"),
        ({"modules": 90, "opens": 50}, (), None),
        ({"modules": 100, "other": 3}, (), None),
        (None, (), None),
    ],
)
def test_a_step_of_the_time_is_shown_by_the_counter_that_grew_most(counters, unstable, figure) -> None:
    found = sides_of(time_step(1, 1.0, 2.0), BASE, recorded(counters=counters, unstable=unstable))
    assert (found.figure if found else None) == figure


def test_a_commit_is_on_the_side_that_it_is_nearer_to() -> None:
    grown, shrunk = Sides(figure="modules", before=100, after=200), Sides(figure="modules", before=200, after=100)
    counts = (90, 149, 150, 151, 250)
    assert [grown.is_after(count) for count in counts] == [False, False, False, True, True]
    assert [shrunk.is_after(count) for count in counts] == [True, True, False, False, False]
