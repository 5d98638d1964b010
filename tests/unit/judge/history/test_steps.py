"""Steps of the time are found at their places; noise, outliers and small changes are no steps."""

from __future__ import annotations

import random
from itertools import pairwise
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.history.partition import SHORTEST
from collectbench.judge.history.steps import LEAST_EFFECT, TimeStep, time_steps
from history_steps import NEAR, RATIO, Tally
from made_histories import Kind, make_history

TIMES = st.lists(st.floats(0.01, 100), max_size=40)


def test_equal_times_have_no_step() -> None:
    assert time_steps([1.25] * 60) == ()


def test_a_step_between_equal_times_is_exact() -> None:
    assert time_steps([1.0] * 12 + [1.2] * 8) == (TimeStep(index=12, earliest=12, latest=12, before=1.0, after=1.2),)


def test_a_target_that_became_faster_has_a_step() -> None:
    (step,) = time_steps([2.0, 2.02] * 10 + [1.0, 1.01] * 10)
    assert step.index == 20
    assert step.before == pytest.approx(2.01)
    assert step.after == pytest.approx(1.005)


def test_a_change_of_four_percent_is_no_step() -> None:
    assert time_steps([1.0, 1.001] * 20 + [1.04, 1.041] * 20) == ()


def test_a_hundred_changes_of_four_percent_are_no_steps() -> None:
    assert time_steps([1.04 if run // 8 % 2 else 1.0 for run in range(800)]) == ()


@pytest.mark.parametrize("count", range(10))
def test_fewer_than_ten_runs_have_no_step(count: int) -> None:
    assert time_steps(([1.0] * 5 + [2.0] * 5)[:count]) == ()


def test_five_slow_runs_are_two_steps() -> None:
    assert [step.index for step in time_steps([1.0, 1.01] * 10 + [1.5] * 5 + [1.01, 1.0] * 10)] == [20, 25]


def test_two_steps_in_a_few_noisy_runs_are_found() -> None:
    levels = [1.02, 0.95, 0.99, 1.00, 1.12, 0.90], [0.50, 0.51, 0.48, 0.48, 0.55], [0.26, 0.27, 0.25, 0.26, 0.24]
    assert [step.index for step in time_steps([value for level in levels for value in level])] == [6, 11]


@pytest.mark.parametrize("place", [0, 1, 4, 20, 38, 39])
def test_one_run_on_a_disturbed_machine_is_no_step(place: int) -> None:
    values = [1.0, 1.01, 0.99, 1.02] * 10
    values[place] *= 4
    assert time_steps(values) == ()


def test_three_disturbed_runs_in_a_row_are_no_step() -> None:
    values = [1.0, 1.01, 0.99, 1.02] * 10
    values[17:20] = [3.0, 2.5, 2.8]
    assert time_steps(values) == ()


def test_a_step_beside_disturbed_runs_is_found() -> None:
    values = [1.0, 1.01, 0.99, 1.02] * 5 + [1.3, 1.31, 1.29, 1.32] * 5
    values[8] = values[30] = 6.0
    assert [step.index for step in time_steps(values)] == [20]


def test_a_step_says_where_it_may_have_been() -> None:
    made = make_history(random.Random(11), 100, Kind(correlation=0.3, ratio=1.15))
    (step,) = time_steps(made.values)
    assert made.step is not None
    assert step.earliest <= made.step <= step.latest
    assert step.earliest <= step.index <= step.latest
    assert step.latest - step.earliest < 15


@pytest.mark.parametrize("value", [0.0, -1.0, float("nan"), float("inf")])
def test_a_time_that_cannot_be_one_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        time_steps([1.0] * 10 + [value])


@given(values=TIMES)
def test_each_level_lasts_and_differs_from_the_one_before(values: list[float]) -> None:
    steps = time_steps(values)
    bounds = [0, *(step.index for step in steps), len(values)]
    if steps:
        assert all(end - start >= SHORTEST for start, end in pairwise(bounds))
    for step, start, place, end in zip(steps, bounds, bounds[1:], bounds[2:], strict=False):
        assert (step.before, step.after) == (median(values[start:place]), median(values[place:end]))
        assert max(step.before, step.after) >= LEAST_EFFECT * min(step.before, step.after)
        assert step.earliest <= step.index <= step.latest


@given(values=TIMES, exponent=st.integers(-8, 8))
def test_the_unit_of_the_times_does_not_matter(values: list[float], exponent: int) -> None:
    steps = time_steps(values)
    scaled = time_steps([value * 2**exponent for value in values])
    assert [step.index for step in scaled] == [step.index for step in steps]


@pytest.mark.simulation
@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.5])
def test_planted_steps_are_found_and_unchanged_histories_have_none(correlation: float) -> None:
    source, unchanged, stepped = random.Random(7), Tally(), Tally()
    for length in (50, 100) * 100:
        for tally, ratio in ((unchanged, 1.0), (stepped, RATIO)):
            made = make_history(source, length, Kind(correlation=correlation, ratio=ratio))
            tally.add(made, [step.index for step in time_steps(made.values)])
    # scripts/history_steps.py has the sharper figures, from 20,000 histories.
    assert unchanged.false_per_1000 <= 1
    assert stepped.found >= (0.87 if correlation == 0.5 else 0.92) * stepped.histories


def test_a_step_that_is_too_far_away_is_false() -> None:
    tally = Tally()
    made = make_history(random.Random(1), 50, Kind(correlation=0.0, ratio=1.15))
    assert made.step is not None
    tally.add(made, [made.step + NEAR, made.step + NEAR + 1])
    tally.add(made, [made.step - NEAR - 1])
    assert (tally.found, tally.false, tally.with_false, tally.runs) == (1, 2, 2, 100)
