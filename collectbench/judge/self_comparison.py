"""The A/A check: a target compared with itself, to tell how the gate behaves on this machine."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import stdev

from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.paired.test import LOOKS, Pair, Panel, Trial, look, tolerated
from collectbench.judge.statistics import median
from collectbench.judge.verdicts import why_not_collected
from collectbench.model.comparison import Verdict
from collectbench.model.doctor import SelfComparison, Sight
from collectbench.model.run import TargetResult
from collectbench.model.sample import Sample, Status
from collectbench.model.units import format_ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How often the gate is tried. As it is by default it takes some seconds.

    `relabellings` tell a gate that cries wolf from one that does not; `played` comparisons at each growth tell the
    share that sees it to some six percent.
    """

    relabellings: int = 200
    played: int = 50


USUAL = Effort()

_SEEN = 0.8
"""Four of five: the custom in planning experiments."""

_DISTANCES = (0.4, 0.55, 0.7, 0.9, 1.15, 1.5, 2.0, 3.0)
"""How far beyond the margin the head is put, in spreads of a pair: 20 pairs see about 0.7 of one, 10 pairs 1.6."""

_LEAST_SPREAD = 0.001

_FEWEST = 2
"""Pairs that have a spread."""


def compare_with_itself(
    result: TargetResult, *, margin_floor: float = MARGIN_FLOOR, seed: int = 0, effort: Effort = USUAL
) -> SelfComparison:
    """Take the timed rounds of a target in their order as pairs, and judge them under random labels.

    Which round of a pair is called base decides nothing, since both measured the same: what fails is a false alarm.
    The gate is replayed as far as its regular looks go; further pairs tell about the noise alone.
    """
    samples = _numbered(result.timed())
    trial = Trial(name=result.name, pairs=tuple(filter(lambda pair: pair.is_usable, _pairs(samples))))
    broken = why_not_collected(result) or ""
    found = SelfComparison(target=result.name, status=result.status, message=broken, samples=samples)
    if broken or result.status is Status.EMPTY or len(trial.pairs) < _FEWEST:
        return found
    allowed = tolerated(trial, margin_floor)
    found = replace(
        found,
        pairs=len(trial.pairs),
        wall_s=median([sample.wall_s for sample in samples]),
        cpu_s=median([sample.cpu_s for sample in samples]),
        margin=allowed,
        spread=_spread([(pair.base_s, pair.head_s) for pair in trial.pairs]),
        reference_spread=_spread([(pair.base_reference_s, pair.head_reference_s) for pair in trial.pairs]),
    )
    if len(trial.pairs) < LOOKS[0]:
        return replace(found, advice=(_more_pairs(len(trial.pairs)),))
    verdicts = Counter(_verdict(relabelled, margin_floor, seed) for relabelled in _relabelled(trial, seed, effort))
    sights = _sights(_Play(trial=trial, allowed=allowed, margin_floor=margin_floor, times=effort.played), seed)
    return replace(
        found,
        relabellings=effort.relabellings,
        passed=verdicts[Verdict.PASS],
        failed=verdicts[Verdict.FAIL],
        inconclusive=verdicts[None],
        sights=sights,
        advice=tuple(_advice(allowed, sights)),
    )


def _numbered(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """The samples of whole pairs, each with the number of its pair."""
    whole = len(samples) // 2 * 2
    return tuple(replace(sample, pair=position // 2) for position, sample in enumerate(samples[:whole]))


def _pairs(samples: Sequence[Sample]) -> Iterator[Pair]:
    for one, other in zip(samples[::2], samples[1::2], strict=True):
        yield Pair(
            base_s=one.cpu_s,
            head_s=other.cpu_s,
            base_reference_s=one.reference.cpu_s if one.reference else None,
            head_reference_s=other.reference.cpu_s if other.reference else None,
        )


def _relabelled(trial: Trial, seed: int, effort: Effort) -> Iterator[Trial]:
    source = random.Random(f"{seed}/relabel/{trial.name}")
    pairs = trial.pairs[: LOOKS[-1]]
    for _ in range(effort.relabellings):
        labels = source.getrandbits(len(pairs))
        swapped = (_swapped(pair) if labels >> position & 1 else pair for position, pair in enumerate(pairs))
        yield replace(trial, pairs=tuple(swapped))


def _swapped(pair: Pair) -> Pair:
    return Pair(
        base_s=pair.head_s,
        head_s=pair.base_s,
        base_reference_s=pair.head_reference_s,
        head_reference_s=pair.base_reference_s,
    )


def _verdict(trial: Trial, margin_floor: float, seed: int) -> Verdict | None:
    """What the gate would say, looking where it would look; None for `inconclusive`."""
    count = len(trial.pairs)
    panel = Panel(trials={}, margin_floor=margin_floor, seed=seed)
    while True:
        seen = min(panel.next_look, count)
        known = panel.trials.get(trial.name, trial)
        panel = look(panel.with_trial(replace(known, pairs=trial.pairs[:seen])), last=seen == count)
        decided = panel.trials[trial.name].decided
        if decided is not None or seen == count:
            return decided


@dataclass(frozen=True, slots=True, kw_only=True)
class _Play:
    """From what pairs comparisons are drawn, at what margin (in force, and its floor), and how many of them."""

    trial: Trial
    allowed: float
    margin_floor: float
    times: int


def _sights(play: _Play, seed: int) -> tuple[Sight, ...]:
    """What comparisons can see whose pairs are drawn from these: how many of them fail at growth beyond the margin.

    They are played through with the test itself: an approximation by its standard error promises twice what ten pairs
    keep, since the first look asks nearly all of them to agree.
    """
    unit = max(_spread([(pair.base_s, pair.head_s) for pair in play.trial.pairs]) or 0.0, _LEAST_SPREAD)
    distances = [multiple * unit for multiple in _DISTANCES]
    source = random.Random(f"{seed}/play/{play.trial.name}")
    played = [[_first_fail(play, distance, source) for _ in range(play.times)] for distance in distances]
    sights = []
    for pairs in LOOKS:
        shares = [sum(fails is not None and fails <= pairs for fails in found) / play.times for found in played]
        distance = _crossing(distances, shares)
        growth = None if distance is None else (1 + play.allowed) * math.exp(distance) - 1
        margin = None if distance is None else math.expm1(distance)
        sights.append(Sight(pairs=pairs, growth=growth, margin=margin))
    return tuple(sights)


def _first_fail(play: _Play, distance: float, source: random.Random) -> int | None:
    """At how many pairs a comparison fails whose head is slower by the margin and that distance; None if never."""
    drawn = [source.choice((pair, _swapped(pair))) for pair in source.choices(play.trial.pairs, k=LOOKS[-1])]
    factor, name = (1 + play.allowed) * math.exp(distance), play.trial.name
    # Without the workload, which was as quick beside one side as beside the other but for chance.
    pairs = tuple(Pair(base_s=pair.base_s, head_s=pair.head_s * factor) for pair in drawn)
    panel = Panel(trials={}, margin_floor=play.margin_floor, seed=source.getrandbits(32))
    for seen in LOOKS:
        known = panel.trials.get(name, Trial(name=name))
        panel = look(panel.with_trial(replace(known, pairs=pairs[:seen])))
        decided = panel.trials[name].decided
        if decided is not None:
            return seen if decided is Verdict.FAIL else None
    return None


def _crossing(distances: Sequence[float], shares: Sequence[float]) -> float | None:
    """The distance at which the share first reaches what is asked, between two that were played; None if never."""
    last_distance, last_share = 0.0, 0.0
    for distance, share in zip(distances, shares, strict=True):
        if share >= _SEEN:
            return last_distance + (distance - last_distance) * (_SEEN - last_share) / (share - last_share)
        last_distance, last_share = distance, share
    return None


def _spread(times: Sequence[tuple[float | None, float | None]]) -> float | None:
    """The standard deviation of the logarithms of the ratios; None where a time is missing, or there is one ratio."""
    logs = [math.log(head / base) for base, head in times if base and head]
    return stdev(logs) if len(logs) == len(times) > 1 else None


def _more_pairs(pairs: int) -> str:
    return (
        f"{pairs} pairs decide nothing, since the gate looks from {LOOKS[0]} on: collectbench doctor"
        f" --rounds {LOOKS[0]} shows what it would do"
    )


def _advice(allowed: float, sights: Sequence[Sight]) -> Iterator[str]:
    holds = next((sight for sight in sights if sight.margin is not None and sight.margin <= allowed), None)
    margin = format_ratio(1 + allowed)
    if holds is not None:
        yield f"a margin of {margin} suits: {holds.pairs} pairs pass an unchanged target in four of five comparisons"
        return
    needed = sights[-1].margin
    if needed is not None:
        yield (
            f"--margin {math.ceil(100 * needed)}%: within {margin}, {sights[-1].pairs} pairs leave an unchanged target"
            " inconclusive more often than once in five; a quieter machine does more than further pairs"
        )
