"""The A/A check: compares a target with itself, to show how the gate behaves on this machine."""

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
from collectbench.model.reason import Action, Reason, Remedy, Wording
from collectbench.model.run import TargetResult
from collectbench.model.sample import Sample, Status
from collectbench.model.units import format_percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How often the gate is tried; the default takes some seconds.

    `relabellings` are enough to show whether the gate raises false alarms. `played` comparisons at each growth give the
    share that detects it to about six percent.
    """

    relabellings: int = 200
    played: int = 50


USUAL = Effort()

_DETECTED = 0.8
"""The share of comparisons that must detect the growth: four of five, as usual in the design of experiments."""

_DISTANCES = (0.4, 0.55, 0.7, 0.9, 1.15, 1.5, 2.0, 3.0)
"""How far head lies beyond the margin, in spreads of a pair: 20 pairs detect about 0.7 of one, 10 pairs 1.6."""

_LEAST_SPREAD = 0.001

_FEWEST = 2
"""The number of pairs from which there is a spread."""


def compare_with_itself(
    result: TargetResult, word: Wording, *, margin_floor: float = MARGIN_FLOOR, seed: int = 0, effort: Effort = USUAL
) -> SelfComparison:
    """Judge the timed rounds of a target, taken in order as pairs, under random labels.

    Both rounds of a pair measured the same, so either can be called base, and every `fail` is a false alarm. The gate
    is replayed up to its last regular look; further pairs only describe the noise.
    """
    samples = _numbered(result.timed())
    trial = Trial(name=result.name, pairs=tuple(filter(lambda pair: pair.is_usable, _pairs(samples))))
    broken = why_not_collected(result) or ""
    comparison = SelfComparison(target=result.name, status=result.status, message=broken, samples=samples)
    if broken or result.status is Status.EMPTY or len(trial.pairs) < _FEWEST:
        return comparison
    allowed = tolerated(trial, margin_floor)
    comparison = replace(
        comparison,
        pairs=len(trial.pairs),
        wall_s=median([sample.wall_s for sample in samples]),
        cpu_s=median([sample.cpu_s for sample in samples]),
        margin=allowed,
        spread=_spread([(pair.base_s, pair.head_s) for pair in trial.pairs]),
        reference_spread=_spread([(pair.base_reference_s, pair.head_reference_s) for pair in trial.pairs]),
    )
    if len(trial.pairs) < LOOKS[0]:
        return replace(comparison, advice=(word(_more_pairs(len(trial.pairs))),))
    verdicts = Counter(_verdict(relabelled, margin_floor, seed) for relabelled in _relabelled(trial, seed, effort))
    sights = _sights(_Play(trial=trial, allowed=allowed, margin_floor=margin_floor, times=effort.played), seed)
    return replace(
        comparison,
        relabellings=effort.relabellings,
        passed=verdicts[Verdict.PASS],
        failed=verdicts[Verdict.FAIL],
        inconclusive=verdicts[None],
        sights=sights,
        advice=tuple(map(word, _advice(allowed, sights))),
    )


def _numbered(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """The samples that form whole pairs, each with the number of its pair."""
    whole = len(samples) // 2 * 2
    return tuple(replace(sample, pair=position // 2) for position, sample in enumerate(samples[:whole]))


def _pairs(samples: Sequence[Sample]) -> Iterator[Pair]:
    for base, head in zip(samples[::2], samples[1::2], strict=True):
        yield Pair(
            base_s=base.cpu_s,
            head_s=head.cpu_s,
            base_reference_s=base.reference.cpu_s if base.reference else None,
            head_reference_s=head.reference.cpu_s if head.reference else None,
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
    """The verdict of the gate, with the looks that it would take; None for `inconclusive`."""
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
    """How comparisons are drawn: from which pairs, how many, and with which margin (in force, and its floor)."""

    trial: Trial
    allowed: float
    margin_floor: float
    times: int


def _sights(play: _Play, seed: int) -> tuple[Sight, ...]:
    """The growth that comparisons detect at each number of pairs, if their pairs are drawn from these.

    The comparisons are simulated with the test itself. An approximation by its standard error promises twice as much as
    ten pairs achieve, since the first look needs nearly all of them to agree.
    """
    unit = max(_spread([(pair.base_s, pair.head_s) for pair in play.trial.pairs]) or 0.0, _LEAST_SPREAD)
    distances = [multiple * unit for multiple in _DISTANCES]
    source = random.Random(f"{seed}/play/{play.trial.name}")
    played = [[_first_fail(play, distance, source) for _ in range(play.times)] for distance in distances]
    sights = []
    for pairs in LOOKS:
        shares = [
            sum(fails is not None and fails <= pairs for fails in first_fails) / play.times for first_fails in played
        ]
        distance = _crossing(distances, shares)
        growth = None if distance is None else (1 + play.allowed) * math.exp(distance) - 1
        margin = None if distance is None else math.expm1(distance)
        sights.append(Sight(pairs=pairs, growth=growth, margin=margin))
    return tuple(sights)


def _first_fail(play: _Play, distance: float, source: random.Random) -> int | None:
    """The number of pairs at which a comparison fails, if its head is slower by margin and distance; None if never."""
    drawn = [source.choice((pair, _swapped(pair))) for pair in source.choices(play.trial.pairs, k=LOOKS[-1])]
    factor, name = (1 + play.allowed) * math.exp(distance), play.trial.name
    # Without the reference workload: by design it only differs by chance between the sides.
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
    """The distance at which the share reaches _DETECTED, interpolated between two simulated ones; None if never."""
    last_distance, last_share = 0.0, 0.0
    for distance, share in zip(distances, shares, strict=True):
        if share >= _DETECTED:
            return last_distance + (distance - last_distance) * (_DETECTED - last_share) / (share - last_share)
        last_distance, last_share = distance, share
    return None


def _spread(times: Sequence[tuple[float | None, float | None]]) -> float | None:
    """The standard deviation of the logarithms of the ratios; None if a time is missing, or under two ratios."""
    logs = [math.log(head / base) for base, head in times if base and head]
    return stdev(logs) if len(logs) == len(times) > 1 else None


def _more_pairs(pairs: int) -> Reason:
    return Reason(
        f"{pairs} pairs cannot decide: the gate takes its first look at {LOOKS[0]} pairs",
        (Remedy(action=Action.CHECK_WITH_MORE_PAIRS, rounds=LOOKS[0]),),
    )


def _advice(allowed: float, sights: Sequence[Sight]) -> Iterator[Reason]:
    margin = format_percent(allowed)
    if suitable := next((sight for sight in sights if sight.margin is not None and sight.margin <= allowed), None):
        yield Reason(
            f"the {margin} margin suits this machine: with {suitable.pairs} pairs, an unchanged target passes in four"
            " of five comparisons"
        )
        return
    needed = sights[-1].margin
    if needed is not None:
        yield Reason(
            f"the {margin} margin is too small for this machine: with {sights[-1].pairs} pairs, an unchanged target is"
            " inconclusive in more than one of five comparisons; a quieter machine helps more than further pairs",
            (Remedy(action=Action.WIDER_MARGIN, percent=math.ceil(100 * needed)),),
        )
