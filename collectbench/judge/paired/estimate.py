"""How large the growth is, with an interval, and which growth could have been detected; all on the panel's scale."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from statistics import NormalDist, fmean

from collectbench.judge.paired.flips import difference
from collectbench.judge.paired.panel import LOOKS, Panel, Trial

_RESAMPLES = 1000
_POWER = 0.8
"""A detectable growth is detected in four of five such comparisons: the custom in planning experiments."""

_FEW_PAIRS = 3
"""Divided by the number of pairs, the share by which few of them detect less than the normal approximation says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Head less base on the scale: the growth, its 95 % interval, and its standard error."""

    growth: float
    ci95: tuple[float, float]
    error: float


def estimate(trial: Trial, panel: Panel) -> Estimate:
    """The growth with a percentile bootstrap interval over pairs; at least one pair is needed."""
    source = random.Random(f"{panel.seed}/bootstrap/{trial.name}")
    base, head, count = panel.scale.values(trial.base), panel.scale.values(trial.head), len(trial.pairs)
    resampled = []
    for _ in range(_RESAMPLES):
        chosen = source.choices(range(count), k=count)
        resampled.append(difference([base[index] for index in chosen], [head[index] for index in chosen], panel.weight))
    resampled.sort()
    mean = fmean(resampled)
    return Estimate(
        growth=difference(base, head, panel.weight),
        ci95=(resampled[int(0.025 * _RESAMPLES)], resampled[int(0.975 * _RESAMPLES)]),
        error=math.sqrt(math.fsum((value - mean) ** 2 for value in resampled) / (_RESAMPLES - 1)),
    )


def detectable_excess(trial: Trial, panel: Panel, error: float) -> float | None:
    """How far beyond the margin the smallest growth lies that would be over in four of five such comparisons.

    For a target that was decided early this assumes the pairs that would have been taken otherwise. `error` is the
    standard error for the pairs that were taken. None if no growth could have been over.
    """
    taken = len(trial.pairs)
    if trial.decided is None:
        pairs, level = taken, trial.level
    else:
        pairs = max(taken, LOOKS[-1])
        level = panel.alpha * (1 - panel.over_shares[-2]) / len(panel.trials)
    return excess_for(error * math.sqrt(taken / pairs), pairs, level)


def excess_for(error: float, pairs: int, level: float) -> float | None:
    """How far beyond the margin growth must lie to be over in four of five comparisons.

    Normal approximation: as many standard errors as the test's level and that power ask for, and a little more for few
    pairs, whose bootstrap is narrow and whose flips are coarse: simulated in the tests. At a small level, more is
    needed for nearly all pairs to lie above the margin. None if so few pairs can never reach `level`.
    """
    if not 0 < level < 1 or 0.5**pairs > level:
        return None
    normal = NormalDist()
    by_noise = (normal.inv_cdf(1 - level) + normal.inv_cdf(_POWER)) * (1 + _FEW_PAIRS / pairs)
    return max(by_noise, _by_signs(pairs, level) * math.sqrt(pairs)) * error


def _by_signs(pairs: int, level: float) -> float:
    """How many standard deviations of a pair it takes until few enough pairs lie below the margin.

    If j of n pairs lie below it, swapping any of these makes the statistic larger, so the p-value is at least
    2^j / 2^n: at a level near 2^-n, hardly a pair may. The j that the level allows are not exceeded with that power.
    """
    allowed = math.floor(math.log2(level) + pairs)
    if allowed >= pairs // 2:
        return 0.0
    below, above = 0.0, 0.5
    while above - below > 1e-4:  # the chance that a pair lies below the margin
        middle = (below + above) / 2
        chance = math.fsum(math.comb(pairs, k) * middle**k * (1 - middle) ** (pairs - k) for k in range(allowed + 1))
        below, above = (middle, above) if chance >= _POWER else (below, middle)
    return NormalDist().inv_cdf(1 - above)
