"""How a cost grows with the number of items: the exponent, and how sure it is."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

FEWEST_LAPS = 4
STUDENT_975 = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201)
"""97.5 % quantiles of Student's t for 1 to 11 degrees of freedom. Source: NIST/SEMATECH e-Handbook, 1.3.6.7.2."""
_HALVINGS = 60


class Cost(NamedTuple):
    """One measurement: its lap, the size that it has in common with those of other laps, items, and seconds."""

    lap: int
    size: int
    items: float
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """A cost of `fixed_s` and a part that grows with the number of items to the power of `exponent`.

    Attributes:
        low: the lower end of the interval that holds the exponent with 95 %.
        high: its upper end.
        smallest: mean items and seconds of the smallest size.
        largest: likewise, of the largest size.
    """

    exponent: float
    low: float
    high: float
    fixed_s: float
    smallest: tuple[float, float]
    largest: tuple[float, float]

    @property
    def excess_s(self) -> float:
        """Seconds of the largest size above what they would be if the cost grew with the items from the smallest.

        The fixed cost grows with them as well here. Its estimate rests on three sizes alone, and a step that costs no
        more for each item of the largest size than for one of the smallest has nothing to save.
        """
        (few, few_s), (many, many_s) = self.smallest, self.largest
        return many_s - few_s * many / few


class _Fit(NamedTuple):
    exponent: float
    fixed_s: float


def growth(costs: Sequence[Cost]) -> Growth | None:
    """Returns how a cost grows over three sizes; None if that is unknown: too few laps, or no cost in the smaller ones.

    The costs of a size are averaged first: if the laps of a size cover each file equally often, an additive cost then
    is in proportion to the items, however it is spread over the files. The exponent is fitted by least squares on
    logarithms, once without a fixed cost and once above the one that the differences of the sizes imply; the fit with
    the higher lower end counts, since a fixed cost hides growth, and its estimate adds noise. The interval is that of
    a jackknife over laps (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 11).
    """
    laps = sorted({cost.lap for cost in costs})
    if not FEWEST_LAPS <= len(laps) <= len(STUDENT_975) + 1:
        return None
    means = _means(costs)
    without = [_means([cost for cost in costs if cost.lap != lap]) for lap in laps]
    found = [each for each in (_grown(means, without, with_fixed=fixed) for fixed in (False, True)) if each is not None]
    return max(found, key=lambda each: each.low, default=None)


def _grown(
    means: Sequence[tuple[float, float]], without: Sequence[Sequence[tuple[float, float]]], *, with_fixed: bool
) -> Growth | None:
    fit, parts = _fit(means, with_fixed=with_fixed), [_fit(each, with_fixed=with_fixed) for each in without]
    exponents = [part.exponent for part in parts if part is not None]
    if fit is None or len(exponents) < len(parts):
        return None
    laps, mean = len(exponents), math.fsum(exponents) / len(exponents)
    variance = (laps - 1) / laps * math.fsum((exponent - mean) ** 2 for exponent in exponents)
    half = STUDENT_975[laps - 2] * math.sqrt(variance)
    return Growth(
        exponent=fit.exponent,
        low=fit.exponent - half,
        high=fit.exponent + half,
        fixed_s=fit.fixed_s,
        smallest=means[0],
        largest=means[-1],
    )


def _means(costs: Sequence[Cost]) -> list[tuple[float, float]]:
    """The mean items and seconds of each size, the smallest first."""
    by_size = defaultdict[int, list[Cost]](list)
    for cost in costs:
        by_size[cost.size].append(cost)
    return [
        (math.fsum(each.items for each in found) / len(found), math.fsum(each.seconds for each in found) / len(found))
        for _, found in sorted(by_size.items())
    ]


def _fit(means: Sequence[tuple[float, float]], *, with_fixed: bool) -> _Fit | None:
    """The exponent above a fixed cost; None if the cost or the items do not grow over three sizes."""
    if len(means) != 3 or min(min(mean) for mean in means) <= 0:
        return None
    (few, few_s), (some, some_s), (many, many_s) = means
    if not few < some < many or not few_s < some_s < many_s:
        return None
    fixed_s = _fixed_s(means) if with_fixed else 0.0
    logs = [(math.log(items), math.log(seconds - fixed_s)) for items, seconds in means]
    x_mean, y_mean = (math.fsum(column) / len(logs) for column in zip(*logs, strict=True))
    slope = math.fsum((x - x_mean) * (y - y_mean) for x, y in logs) / math.fsum((x - x_mean) ** 2 for x, _ in logs)
    return _Fit(slope, fixed_s)


def _fixed_s(means: Sequence[tuple[float, float]]) -> float:
    """The fixed cost above which all sizes lie on one power of the items; 0 if none is needed for that."""
    low_s, high_s = 0.0, means[0][1]
    for _ in range(_HALVINGS):
        middle_s = (low_s + high_s) / 2
        first, second = _slopes(means, middle_s)
        if first < second:
            low_s = middle_s
        else:
            high_s = middle_s
    return low_s


def _slopes(means: Sequence[tuple[float, float]], fixed_s: float) -> Iterator[float]:
    for (few, few_s), (many, many_s) in pairwise(means):
        if few_s <= fixed_s:
            yield math.inf  # rounding: the fixed cost is next to all of the smallest size
        else:
            yield math.log((many_s - fixed_s) / (few_s - fixed_s)) / math.log(many / few)
