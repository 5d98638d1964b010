"""The noise of a history is estimated from few runs, and steps and outliers do not change it."""

from __future__ import annotations

import math
import random
from statistics import fmean

import pytest

from collectbench.judge.history.noise import noise_around, noise_between, tame_logarithms
from made_histories import SPREAD, Kind, make_history

CORRELATIONS = (0.0, 0.3, 0.5)


@pytest.mark.parametrize("correlation", CORRELATIONS)
@pytest.mark.parametrize("ratio", [1.0, 1.15, 2.0])
def test_differences_tell_the_noise_whatever_the_steps(correlation: float, ratio: float) -> None:
    made = make_history(random.Random(3), 5000, Kind(correlation=correlation, ratio=ratio))
    noise = noise_between(tame_logarithms(made.values))
    assert noise.correlation == pytest.approx(correlation, abs=0.06)
    assert math.sqrt(noise.variance / (1 - correlation**2)) == pytest.approx(SPREAD, rel=0.1)


@pytest.mark.parametrize("correlation", CORRELATIONS)
def test_levels_that_are_taken_from_fifty_runs_do_not_lower_the_correlation(correlation: float) -> None:
    source = random.Random(5)
    histories = [make_history(source, 50, Kind(correlation=correlation)) for _ in range(200)]
    found = [noise_around([math.log(value) for value in made.values], [0, 20, 50]) for made in histories]
    mixed = (50 * correlation + 20 * 0.4) / 70  # with the usual correlation, which counts as much as twenty runs
    assert fmean(noise.correlation for noise in found) == pytest.approx(mixed, abs=0.04)
    assert fmean(noise.variance for noise in found) == pytest.approx(SPREAD**2 * (1 - correlation**2), rel=0.1)


def test_the_local_median_stands_for_an_outlier() -> None:
    values = [1.0, 1.01, 0.99, 1.0, 5.0, 1.01, 1.0, 0.99, 1.0, 1.01]
    tame = tame_logarithms(values)
    assert [math.exp(value) for value in tame] == pytest.approx([*values[:4], 1.0, *values[5:]], abs=0.01)


def test_a_step_is_no_outlier() -> None:
    tame = tame_logarithms([1.0] * 5 + [2.0] * 5 + [1.0] * 5)
    assert max(tame[:5] + tame[10:]) == pytest.approx(min(tame[:5] + tame[10:]))
    assert min(tame[5:10]) == pytest.approx(max(tame[5:10]))
    assert tame[5] - tame[4] == pytest.approx(math.log(2))
