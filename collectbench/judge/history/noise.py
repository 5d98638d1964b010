"""The noise of a history: how far a run strays, and how much it resembles the run before."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from collectbench.judge.statistics import median

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_REACH = 3
"""Values on each side of the local median. Seven values follow a step to a level of five, and ignore three outliers."""

_NORMAL_MAD = 1.4826
"""The standard deviation of a normal distribution over its median absolute deviation."""

_OUTLIER = 5.0
"""Standard deviations from the local median, beyond which it stands for the value. Moving a value to a limit instead
loses a tenth of the steps if every twentieth run is disturbed."""

_LEAST_SD = 0.005
"""Half a percent, far below what a step needs. A history of equal times has no noise of its own."""

_HIGHEST = 0.9
"""Correlation. Closer to 1, noise and steps are the same."""

_USUAL, _RUNS = 0.4, 20
"""The correlation that is supposed before any run is seen, and how many runs that supposition is worth."""

_CAUTIOUS, _CAUTIOUS_RUNS = 0.5, 100
"""The same for a first estimate: if it is too low, waves of the noise look like steps, and hide the noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """An autoregressive process of order 1, which continues through steps.

    Attributes:
        correlation: of neighbouring runs, from 0 to 0.9.
        variance: of what is new in each run, in squared units of the logarithm.
    """

    correlation: float
    variance: float


def tame_logarithms(times_s: Sequence[float]) -> list[float]:
    """Return the natural logarithms, relative to their median; the local median stands for outliers.

    A run on a disturbed machine differs from the runs on both sides, a step does not (Hampel, J. Am. Stat. Assoc. 69,
    1974, on the identifier).
    """
    logarithms = [math.log(time_s) for time_s in times_s]
    middle = median(logarithms)
    local = [median(logarithms[max(0, i - _REACH) : i + _REACH + 1]) for i in range(len(logarithms))]
    away = [value - near for value, near in zip(logarithms, local, strict=True)]
    limit = _OUTLIER * max(_LEAST_SD, _robust_sd(away))
    return [near - middle + (far if abs(far) <= limit else 0.0) for near, far in zip(local, away, strict=True)]


def noise_between(values: Sequence[float]) -> Noise:
    """Return a first estimate of the noise, by differences: a step changes them in one or two places only.

    The mean squares of first and second differences relate as 1 to 1 + correlation (Chakar, Lebarbier, Lévy-Leduc and
    Robin, Bernoulli 23, 2017, with medians for means).
    """
    first = _mean_square(b - a for a, b in pairwise(values))
    second = _mean_square(c - a for a, c in zip(values, values[2:], strict=False))
    correlation = _mixed(second / first - 1, len(values), _CAUTIOUS, _CAUTIOUS_RUNS)
    return Noise(correlation=correlation, variance=max(_LEAST_SD**2, first * (1 + correlation) / 2))


def noise_around(values: Sequence[float], bounds: Sequence[int]) -> Noise:
    """Return the noise of the values around the mean of their segment.

    Args:
        values: logarithms of times.
        bounds: 0, the first index of each further segment, and the number of values.
    """
    residuals: list[float] = []
    for start, end in pairwise(bounds):
        mean = math.fsum(values[start:end]) / (end - start)
        residuals += (value - mean for value in values[start:end])
    count, means = len(values), len(bounds) - 1
    square = max(math.fsum(value * value for value in residuals), count * _LEAST_SD**2)
    product = math.fsum(a * b for a, b in pairwise(residuals))
    # Each mean of the same values lowers the expectation by (1 + 3 r) / n (Kendall, Biometrika 41, 1954).
    unbiased = (product / square + means / count) / (1 - 3 * min(means / count, 0.2))
    correlation = _mixed(unbiased, count, _USUAL, _RUNS)
    new = math.fsum((b - correlation * a) ** 2 for a, b in pairwise(residuals))
    return Noise(correlation=correlation, variance=max(_LEAST_SD**2, new / (count - 1 - means)))


def _mixed(correlation: float, count: int, supposed: float, weight: int) -> float:
    """Few values say little about their correlation, so it is mixed with the supposed one."""
    return max(0.0, min(_HIGHEST, (count * correlation + weight * supposed) / (count + weight)))


def _robust_sd(deviations: Iterable[float]) -> float:
    return _NORMAL_MAD * median([abs(value) for value in deviations])


def _mean_square(differences: Iterable[float]) -> float:
    """The mean square of differences, in which none counts for more than 3 standard deviations: a step would."""
    taken = list(differences)
    limit = max(_LEAST_SD, 3 * _robust_sd(taken))
    return max(_LEAST_SD**2, math.fsum(min(abs(value), limit) ** 2 for value in taken) / len(taken))
