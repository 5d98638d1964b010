"""Describes the spread of samples by the figures that pytest-benchmark stores."""

from __future__ import annotations

import statistics
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Figures of at least one sample, in the unit of the samples; `ops` is the number of samples over their sum.

    `ld15iqr` and `hd15iqr` are the lowest and highest samples within one and a half interquartile ranges of the
    quartiles (Tukey's fences). `iqr_outliers` are counted beyond these, `stddev_outliers` beyond one standard deviation
    from the mean.
    """

    min: float
    max: float
    mean: float
    stddev: float
    rounds: int
    median: float
    iqr: float
    q1: float
    q3: float
    iqr_outliers: int
    stddev_outliers: int
    outliers: str
    ld15iqr: float
    hd15iqr: float
    ops: float
    total: float


def spread(values: Sequence[float]) -> Spread:
    """The figures of samples, as pytest-benchmark defines them (its `stats.py`), so that both can be compared.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values: a spread needs at least one")
    ordered = sorted(values)
    count, total, mean = len(ordered), sum(values), statistics.mean(values)
    deviation = statistics.stdev(values) if count > 1 else 0.0
    low, high = _lower_quartile(ordered), _lower_quartile(ordered[::-1])
    first = bisect_left(ordered, low - 1.5 * (high - low))
    last = bisect_right(ordered, high + 1.5 * (high - low)) - 1
    beyond = first + count - 1 - last
    far = sum(value < mean - deviation or value > mean + deviation for value in values)
    return Spread(
        min=ordered[0],
        max=ordered[-1],
        mean=mean,
        stddev=deviation,
        rounds=count,
        median=statistics.median(ordered),
        iqr=high - low,
        q1=low,
        q3=high,
        iqr_outliers=beyond,
        stddev_outliers=far,
        outliers=f"{far};{beyond}",
        ld15iqr=ordered[first],
        hd15iqr=ordered[last],
        ops=count / total if total else 0.0,
        total=total,
    )


def _lower_quartile(ordered: Sequence[float]) -> float:
    """The first quartile of ascending values, or the third one of descending values.

    For an even number of values, the median of the first half; for an odd one, a weighted mean of two neighbours.
    Source: https://en.wikipedia.org/wiki/Quartile#Computing_methods, methods 2 and 3.
    """
    count = len(ordered)
    if count == 1:
        return ordered[0]
    if count % 2 == 0:
        return statistics.median(ordered[: count // 2])
    at, rest = divmod(count, 4)
    if rest == 1:
        return 0.25 * ordered[at - 1] + 0.75 * ordered[at]
    return 0.75 * ordered[at] + 0.25 * ordered[at + 1]
