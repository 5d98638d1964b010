"""Statistics over raw samples: plain functions of a sequence of numbers, in the unit of those numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from collectbench.model.run import Summary

if TYPE_CHECKING:
    from collections.abc import Sequence

_ODDS_OF_MISSING = 20
"""A 95 % interval may miss one in twenty. An integer, so that the coverage below is counted exactly."""

_TIGHT_FROM = 3
_TIGHT = 0.04
"""Width over the median. Two recordings of this width allow a change of 1.04² = 8 %, which is within the margin."""


def median(values: Sequence[float]) -> float:
    """The median; the mean of the middle two for an even number of values.

    Raises:
        ValueError: there are no values.
    """
    ordered = _ordered(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def lower_median_index(values: Sequence[float]) -> int:
    """The index of the lower median, which is a measured value; the first one among equals.

    Raises:
        ValueError: there are no values.
    """
    _ordered(values)
    return sorted(range(len(values)), key=values.__getitem__)[(len(values) - 1) // 2]


def lower_half_mean(values: Sequence[float]) -> float:
    """The mean of the smallest half (rounded up) of the values.

    Other activity of a machine only adds time, so the fastest half describes the program best. Its mean varies less
    than the minimum (Chen and Revels, "Robust benchmarking in noisy environments", 2016, on why to estimate from the
    fastest timings).

    Raises:
        ValueError: there are no values.
    """
    half = _lower_half(values)
    return math.fsum(half) / len(half)


def lower_half_log_mean(values: Sequence[float]) -> float:
    """The mean natural logarithm of the smallest half (rounded up); differences are logarithms of ratios.

    Raises:
        ValueError: there are no values, or one is not positive.
    """
    half = _lower_half(values)
    return math.fsum(math.log(value) for value in half) / len(half)


def median_interval(values: Sequence[float]) -> tuple[float, float] | None:
    """An interval that covers the median with at least 95 %, for any distribution; None under six values.

    The k-th smallest and the k-th largest of n values enclose the median unless fewer than k of them fall on one side
    of it. That has twice the probability of fewer than k heads in n throws of a coin. The interval uses the largest k
    that keeps it at 5 % or less. With five values the whole range misses 6.25 %.
    Source: David and Nagaraja, Order Statistics, 3rd ed. 2003, section 7.1.
    """
    rank = _interval_rank(len(values))
    if rank == 0:
        return None
    ordered = sorted(values)
    return ordered[rank - 1], ordered[-rank]


def summary(values: Sequence[float]) -> Summary | None:
    """Median, extremes and the interval of the median; None without values."""
    if not values:
        return None
    return Summary(median=median(values), min=min(values), max=max(values), ci95=median_interval(values))


def is_tight(values: Sequence[float]) -> bool:
    """Whether more rounds would add little, so that `auto` rounds stop.

    Two such recordings could be shown to be equal. It needs three values, and an interval of the median (under six
    values: their whole range) that is at most 4 % of the median wide.
    """
    if len(values) < _TIGHT_FROM:
        return False
    low, high = median_interval(values) or (min(values), max(values))
    return high - low <= _TIGHT * median(values)


def _interval_rank(count: int) -> int:
    """The largest k whose interval covers 95 %, or 0; counted exactly among the 2**count outcomes."""
    rank, with_rank_heads, with_fewer_heads, outcomes = 0, 1, 1, 2**count
    while 2 * with_fewer_heads * _ODDS_OF_MISSING <= outcomes:
        rank += 1
        with_rank_heads = with_rank_heads * (count - rank + 1) // rank  # math.comb(count, rank), from the previous one
        with_fewer_heads += with_rank_heads
    return rank


def _lower_half(values: Sequence[float]) -> list[float]:
    return _ordered(values)[: (len(values) + 1) // 2]


def _ordered(values: Sequence[float]) -> list[float]:
    if not values:
        raise ValueError("no values: a statistic needs at least one")
    return sorted(values)
