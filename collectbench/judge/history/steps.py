"""Steps of the time in a history: lasting changes that neither noise nor its autocorrelation explains.

Plain change detection takes runs for independent; on shared machines the correlation of neighbouring runs is 0.2 to
0.5. docs/statistics.md tells why each stage is there, docs/benchmarks.md how often it is right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.history.noise import noise_around, noise_between, tame_logarithms
from collectbench.judge.history.partition import SHORTEST, best_partition, possible_places
from collectbench.judge.history.whitened import Whitened, whiten
from collectbench.judge.statistics import median

if TYPE_CHECKING:
    from collections.abc import Sequence

LEAST_EFFECT = 1.05
"""The ratio of two levels, in either direction, below which nobody minds."""

_DOUBT = 7.35
"""A place is plausible if it explains less than the best one by at most this many variances (Hansen, Econometrica 68,
2000, table I, for 95 %)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStep:
    """A lasting change of a time.

    Attributes:
        index: of the first value of the new level.
        earliest: the first index at which the new level may have begun, as far as the values tell.
        latest: the last one.
        before: the median of the level before, in seconds.
        after: the median of the new level, in seconds.
    """

    index: int
    earliest: int
    latest: int
    before: float
    after: float


def time_steps(values: Sequence[float]) -> tuple[TimeStep, ...]:
    """Return the steps of a history, the earliest first.

    A level lasts at least five runs, and differs from the one before by at least 5 %.

    Args:
        values: seconds, in the order of the runs.

    Raises:
        ValueError: a value is not positive, or not finite.
    """
    if not all(0 < value < math.inf for value in values):
        raise ValueError("a time must be above 0 and finite")
    if len(values) < 2 * SHORTEST:
        return ()
    tame, least = tame_logarithms(values), least_statistic(len(values))
    return tuple(_confirmed(values, tame, [0, *_proposed(tame, least), len(values)], least))


def least_statistic(count: int) -> float:
    """Return how far a step has to reduce the sum of squares, in variances of the noise.

    Calibrated by simulation (scripts/history_steps.py): at a correlation of 0.5, at most one unchanged history in
    twenty has a step, whatever its length. In short ones the noise itself is hardly known.
    """
    return 9 + math.log(count) + 80 * max(0.0, 1 / count - 1 / 50)


def _proposed(tame: Sequence[float], least: float) -> list[int]:
    """The places of the best partition; of the best single step if that has none, since its noise is a first guess."""
    noise, count = noise_between(tame), len(tame)
    series = whiten(tame, noise.correlation)
    places = best_partition(series, possible_places(tame), least * noise.variance)
    return places or [_best_place(series, 0, count)]


def _best_place(series: Whitened, start: int, end: int) -> int:
    places = range(start + SHORTEST, end - SHORTEST + 1)
    return max(places, key=lambda place: series.explained(start, place, end))


def _confirmed(values: Sequence[float], tame: Sequence[float], bounds: list[int], least: float) -> list[TimeStep]:
    """The steps that remain if the weakest is dropped, and the noise estimated again, until all are significant.

    Of twenty and more weak ones, a tenth is dropped at once: a thousand would take half a minute one by one.
    """
    while True:
        noise = noise_around(tame, bounds)
        series = whiten(tame, noise.correlation)
        bounds = _settled(series, bounds)
        parts = list(zip(bounds, bounds[1:], bounds[2:], strict=False))
        strengths = [series.explained(*part) / noise.variance for part in parts]
        weak = [
            (strength, index)
            for index, (part, strength) in enumerate(zip(parts, strengths, strict=True))
            if strength < least or not _is_large(values, *part)
        ]
        if not weak:
            return [_step(values, series, part, noise.variance) for part in parts]
        dropped = {1 + index for _, index in sorted(weak)[: max(1, len(weak) // 10)]}
        bounds = [bound for index, bound in enumerate(bounds) if index not in dropped]


def _settled(series: Whitened, bounds: list[int]) -> list[int]:
    """The bounds after each step has moved to the best place between its neighbours."""
    settled = list(bounds)
    for index in range(1, len(bounds) - 1):
        settled[index] = _best_place(series, settled[index - 1], settled[index + 1])
    return settled


def _is_large(values: Sequence[float], start: int, place: int, end: int) -> bool:
    before, after = median(values[start:place]), median(values[place:end])
    return max(before, after) >= LEAST_EFFECT * min(before, after)


def _step(values: Sequence[float], series: Whitened, part: tuple[int, int, int], variance: float) -> TimeStep:
    start, place, end = part
    doubtful = series.explained(start, place, end) - _DOUBT * variance
    plausible = [
        other
        for other in range(start + SHORTEST, end - SHORTEST + 1)
        if series.explained(start, other, end) >= doubtful
    ]
    return TimeStep(
        index=place,
        earliest=plausible[0],
        latest=plausible[-1],
        before=median(values[start:place]),
        after=median(values[place:end]),
    )
