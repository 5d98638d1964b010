"""The statistics, against enumeration and their defining properties."""

from __future__ import annotations

import itertools
import math
import statistics as reference

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge import statistics

seconds = st.floats(min_value=1e-3, max_value=1e4)
samples = st.lists(seconds, min_size=1, max_size=30)


@given(samples)
def test_the_median_is_the_one_of_the_standard_library(values: list[float]) -> None:
    assert statistics.median(values) == reference.median(values)


@given(samples)
def test_the_lower_median_is_a_value_that_was_measured(values: list[float]) -> None:
    assert values[statistics.lower_median_index(values)] == reference.median_low(values)


def test_among_equal_values_the_lower_median_is_the_first() -> None:
    assert statistics.lower_median_index([2.0, 1.0, 1.0, 1.0]) == 2
    assert statistics.lower_median_index([5.0, 5.0]) == 0


@pytest.mark.parametrize(
    ("values", "mean"),
    [([4.0], 4.0), ([4.0, 1.0], 1.0), ([9.0, 1.0, 3.0], 2.0), ([8.0, 1.0, 3.0, 9.0], 2.0)],
)
def test_the_lower_half_is_the_fastest_half_rounded_up(values: list[float], mean: float) -> None:
    assert statistics.lower_half_mean(values) == mean


def test_the_log_mean_is_the_logarithm_of_the_geometric_mean() -> None:
    assert statistics.lower_half_log_mean([2.0, 100.0, 8.0]) == pytest.approx(math.log(4.0))


@given(samples, st.floats(min_value=0.01, max_value=100))
def test_scaling_all_values_scales_the_means(values: list[float], factor: float) -> None:
    scaled = [value * factor for value in values]
    assert statistics.lower_half_mean(scaled) == pytest.approx(factor * statistics.lower_half_mean(values))
    shift = statistics.lower_half_log_mean(scaled) - statistics.lower_half_log_mean(values)
    assert shift == pytest.approx(math.log(factor), abs=1e-9)


@given(st.lists(seconds, min_size=1, max_size=20).flatmap(lambda v: st.tuples(st.just(v), st.permutations(v))))
def test_the_order_of_the_rounds_does_not_matter(pair: tuple[list[float], list[float]]) -> None:
    values, shuffled = pair
    assert statistics.summary(values) == statistics.summary(shuffled)
    assert statistics.lower_half_mean(values) == statistics.lower_half_mean(shuffled)
    assert statistics.lower_half_log_mean(values) == statistics.lower_half_log_mean(shuffled)
    assert statistics.is_tight(values) == statistics.is_tight(shuffled)


@given(samples)
def test_the_interval_holds_the_median_and_lies_within_the_extremes(values: list[float]) -> None:
    interval = statistics.median_interval(values)
    assert (interval is None) == (len(values) < 6)
    if interval is not None:
        assert min(values) <= interval[0] <= statistics.median(values) <= interval[1] <= max(values)


@pytest.mark.parametrize("count", range(1, 14))
def test_the_interval_is_the_narrowest_that_covers_by_enumeration(count: int) -> None:
    def coverage(rank: int) -> float:
        """The share of outcomes in which the rank-th smallest and largest value enclose the median."""
        below = [sum(sides) for sides in itertools.product((0, 1), repeat=count)]
        return sum(rank <= number <= count - rank for number in below) / len(below)

    interval = statistics.median_interval(list(range(1, count + 1)))
    if interval is None:
        assert coverage(1) < 0.95
    else:
        rank = int(interval[0])
        assert interval[1] == count + 1 - rank
        assert coverage(rank) >= 0.95 > coverage(rank + 1)


def test_the_interval_of_thousands_of_values_is_found() -> None:
    # The normal approximation: n/2 - 1.96 sqrt(n)/2 is 2401.9 for n = 5000 less half a step.
    interval = statistics.median_interval(range(1, 5001))
    assert interval is not None
    assert interval[0] == pytest.approx(2500 - 1.96 * math.sqrt(5000) / 2, abs=1.5)


def test_a_summary_keeps_the_median_the_extremes_and_the_interval() -> None:
    summary = statistics.summary([3.0, 1.0, 2.0, 5.0, 4.0, 6.0])
    assert summary is not None
    assert (summary.median, summary.min, summary.max, summary.ci95) == (3.5, 1.0, 6.0, (1.0, 6.0))


def test_no_values_have_no_summary_and_five_have_no_interval() -> None:
    assert statistics.summary([]) is None
    five = statistics.summary([1.0, 2.0, 3.0, 4.0, 5.0])
    assert five is not None
    assert five.ci95 is None


@pytest.mark.parametrize(
    "statistic",
    [
        statistics.median,
        statistics.lower_median_index,
        statistics.lower_half_mean,
        statistics.lower_half_log_mean,
    ],
)
def test_a_statistic_without_values_is_refused(statistic: object) -> None:
    assert callable(statistic)
    with pytest.raises(ValueError, match="no values"):
        statistic([])


@pytest.mark.parametrize(
    ("values", "tight"),
    [
        ([], False),
        ([1.0, 1.0], False),
        ([1.0, 1.0, 1.0], True),
        ([98.0, 100.0, 102.0], True),
        ([98.0, 100.0, 103.0], False),
        ([98.0, 100.0, 100.0, 100.0, 100.0, 102.0], True),
        ([98.0, 100.0, 100.0, 100.0, 100.0, 103.0], False),
        ([98.0, 98.0, 100.0, 100.0, 100.0, 100.0, 100.0, 101.0, 500.0], True),
    ],
)
def test_rounds_are_tight_by_range_up_to_five_and_by_interval_from_six(values: list[float], *, tight: bool) -> None:
    assert statistics.is_tight(values) is tight


@given(samples, st.floats(min_value=2, max_value=1024).map(lambda factor: 2.0 ** round(math.log2(factor))))
def test_tightness_does_not_depend_on_the_unit(values: list[float], factor: float) -> None:
    assert statistics.is_tight([value * factor for value in values]) == statistics.is_tight(values)
