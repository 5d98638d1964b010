"""How far a command is: the number of this round, about how many there will be, and about how long they take."""

from __future__ import annotations

import pytest

from collectbench.measure.session.pace import Outlook, Pace


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> int:
        return int(self.now_s * 1e9)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_before_the_first_round_only_an_earlier_run_tells_the_time(clock) -> None:
    assert Pace(clock_ns=clock).outlook({"a": 3, "b": 1}) == Outlook(round=1, rounds=4, rest_s=None)
    known = Pace(clock_ns=clock, usual_s={"a": 2.0, "b": 4.0})
    assert known.outlook({"a": 3, "b": 1}).rest_s == 10.0
    assert known.outlook({"a": 1, "new": 1}).rest_s == 5.0  # the mean stands for a target that is not known
    assert known.outlook({"a": 3, "b": 1}, jobs=2).rest_s == 5.0


def test_the_rounds_so_far_replace_the_earlier_run_and_show_the_time_between_rounds(clock) -> None:
    pace = Pace(clock_ns=clock, usual_s={"a": 9.0})
    pace.outlook({"a": 3})
    pace.took("a", 2.0)
    clock.now_s += 3.0
    outlook = pace.outlook({"a": 2})
    assert (outlook.round, outlook.rounds, outlook.rest_s) == (2, 3, pytest.approx(2 * 2.0 * 1.5))


def test_the_time_limit_bounds_the_rest(clock) -> None:
    pace = Pace(clock_ns=clock, usual_s={"a": 9.0})
    assert pace.outlook({"a": 3}, limit_s=4.0).rest_s == 4.0
    assert pace.outlook({"a": 3}, limit_s=-1.0).rest_s == 0.0


def test_a_round_beyond_the_expected_ones_is_the_last_one(clock) -> None:
    pace = Pace(clock_ns=clock)
    pace.took("a", 1.0)
    assert (pace.outlook({"a": 0}).round, pace.outlook({"a": 0}).rounds) == (2, 2)
