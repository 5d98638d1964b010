"""The A/A check: compares a target with itself, to show how the gate behaves on this machine."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import stdev

from collectbench.judge.change import MARGIN_FLOOR, describe_margin
from collectbench.judge.paired.figures import Figure, figures
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import LOOKS, Decision, Pair, Panel, Trial
from collectbench.judge.paired.scale import RelativeMargin
from collectbench.judge.statistics import median
from collectbench.judge.verdicts import why_not_collected
from collectbench.model.doctor import SelfComparison, Sight
from collectbench.model.reason import Action, Reason, Remedy, Wording
from collectbench.model.run import TargetResult
from collectbench.model.sample import Sample, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Replays:
    """How often the gate is replayed. The default takes some seconds.

    `relabellings` show whether the gate raises false alarms. `played` comparisons at each growth give the share that
    detects it to within about six percent.
    """

    relabellings: int = 200
    played: int = 50


USUAL = Replays()

_POWER = 0.8
"""Four of five: the custom in planning experiments."""

_DISTANCES = (0.4, 0.55, 0.7, 0.9, 1.15, 1.5, 2.0, 3.0)
"""How far beyond the margin head is put, in spreads of a pair: 20 pairs detect about 0.7 of one, 10 pairs 1.6."""

_LEAST_SPREAD = 0.001

_FEWEST = 2
"""The number of pairs from which there is a spread."""


def compare_with_itself(
    result: TargetResult, word: Wording, *, margin_floor: float = MARGIN_FLOOR, seed: int = 0, replays: Replays = USUAL
) -> SelfComparison:
    """Judge the timed rounds of a target, taken in order as pairs, under random labels.

    Which round of a pair is called base makes no difference, since both measured the same: each `OVER` is a false
    alarm. The gate is replayed as far as its regular looks go; further pairs tell about the noise alone.
    """
    samples = _numbered(result.timed())
    judged = figures(margin_floor)
    rounds = list(_pairs(samples, judged))
    trial = Trial(name=result.name, pairs=_pairs_of(judged[0], rounds))
    broken = why_not_collected(result) or ""
    compared = SelfComparison(target=result.name, status=result.status, message=broken, samples=samples)
    if broken or result.status is Status.EMPTY or len(trial.pairs) < _FEWEST:
        return compared
    margin = RelativeMargin(floor=margin_floor)
    allowed = margin.growth(trial.base)
    compared = replace(
        compared,
        pairs=len(trial.pairs),
        wall_s=median([sample.wall_s for sample in samples]),
        cpu_s=median([sample.cpu_s for sample in samples]),
        margin=allowed,
        spread=_spread([(pair.base, pair.head) for pair in trial.pairs]),
        reference_spread=_spread([(pair.base_reference_s, pair.head_reference_s) for pair in trial.pairs]),
    )
    if len(trial.pairs) < LOOKS[0]:
        return replace(compared, advice=(word(_more_pairs(len(trial.pairs))),))
    relabelled = _relabelled(result.name, rounds, seed, replays)
    decisions = Counter(_decision(result.name, relabelling, judged, seed) for relabelling in relabelled)
    sights = _sights(_Play(trial=trial, allowed=allowed, margin=margin, times=replays.played), seed)
    return replace(
        compared,
        relabellings=replays.relabellings,
        passed=decisions[Decision.UNDER],
        failed=decisions[Decision.OVER],
        inconclusive=decisions[None],
        sights=sights,
        advice=tuple(map(word, _advice(allowed, describe_margin(allowed, margin_floor), sights))),
    )


def _numbered(samples: Sequence[Sample]) -> tuple[Sample, ...]:
    """The samples that form whole pairs, each with the number of its pair."""
    whole = len(samples) // 2 * 2
    return tuple(replace(sample, pair=position // 2) for position, sample in enumerate(samples[:whole]))


Rounds = tuple[Sample, Sample]


def _pairs(samples: Sequence[Sample], judged: Sequence[Figure]) -> Iterator[Rounds]:
    """Pairs of neighbours, without those that a figure cannot compare: from a clock that was set back, say."""
    for base, head in zip(samples[::2], samples[1::2], strict=True):
        if all(figure.pair(base, head) is not None for figure in judged):
            yield base, head


def _pairs_of(figure: Figure, rounds: Sequence[Rounds]) -> tuple[Pair, ...]:
    return tuple(pair for base, head in rounds if (pair := figure.pair(base, head)) is not None)


def _relabelled(name: str, rounds: Sequence[Rounds], seed: int, replays: Replays) -> Iterator[list[Rounds]]:
    source = random.Random(f"{seed}/relabel/{name}")
    pairs = rounds[: LOOKS[-1]]
    for _ in range(replays.relabellings):
        labels = source.getrandbits(len(pairs))
        yield [pair[::-1] if labels >> position & 1 else pair for position, pair in enumerate(pairs)]


def _swapped(pair: Pair) -> Pair:
    return Pair(
        base=pair.head,
        head=pair.base,
        base_reference_s=pair.head_reference_s,
        head_reference_s=pair.base_reference_s,
    )


def _decision(name: str, rounds: Sequence[Rounds], judged: Sequence[Figure], seed: int) -> Decision | None:
    """The decision of the gate over all figures: over if one is, under if all are; None if it stays open."""
    decisions = [_decision_on(figure, Trial(name=name, pairs=_pairs_of(figure, rounds)), seed) for figure in judged]
    if Decision.OVER in decisions:
        return Decision.OVER
    return None if None in decisions else Decision.UNDER


def _decision_on(figure: Figure, trial: Trial, seed: int) -> Decision | None:
    """The decision on one figure, with looks where the gate would look."""
    count = len(trial.pairs)
    panel = figure.panel(seed=seed, share=1.0)
    while True:
        pairs = min(panel.next_look, count)
        known = panel.trials.get(trial.name, trial)
        panel = look(panel.with_trial(replace(known, pairs=trial.pairs[:pairs])), last=pairs == count)
        decided = panel.trials[trial.name].decided
        if decided is not None or pairs == count:
            return decided


@dataclass(frozen=True, slots=True, kw_only=True)
class _Play:
    """The pairs from which comparisons are drawn, the margin and the growth that it allows, and how many are played."""

    trial: Trial
    allowed: float
    margin: RelativeMargin
    times: int


def _sights(play: _Play, seed: int) -> tuple[Sight, ...]:
    """The growth that comparisons detect whose pairs are drawn from these, for each number of pairs at a look.

    The comparisons are simulated with the test itself. An approximation by its standard error promises twice as much as
    ten pairs detect, since the first look needs nearly all of them to agree.
    """
    unit = max(_spread([(pair.base, pair.head) for pair in play.trial.pairs]) or 0.0, _LEAST_SPREAD)
    distances = [multiple * unit for multiple in _DISTANCES]
    source = random.Random(f"{seed}/play/{play.trial.name}")
    played = [[_pairs_until_over(play, distance, source) for _ in range(play.times)] for distance in distances]
    sights = []
    for pairs in LOOKS:
        shares = [sum(taken is not None and taken <= pairs for taken in takes) / play.times for takes in played]
        distance = _crossing(distances, shares)
        growth = None if distance is None else (1 + play.allowed) * math.exp(distance) - 1
        margin = None if distance is None else math.expm1(distance)
        sights.append(Sight(pairs=pairs, growth=growth, margin=margin))
    return tuple(sights)


def _pairs_until_over(play: _Play, distance: float, source: random.Random) -> int | None:
    """The number of pairs after which head is over, if it is slower by the margin and that distance; None if never."""
    drawn = [source.choice((pair, _swapped(pair))) for pair in source.choices(play.trial.pairs, k=LOOKS[-1])]
    factor, name = (1 + play.allowed) * math.exp(distance), play.trial.name
    # Without the reference workload: by design it differs between the sides only by chance.
    pairs = tuple(Pair(base=pair.base, head=pair.head * factor) for pair in drawn)
    panel = Panel(trials={}, margin=play.margin, seed=source.getrandbits(32))
    for count in LOOKS:
        known = panel.trials.get(name, Trial(name=name))
        panel = look(panel.with_trial(replace(known, pairs=pairs[:count])))
        decided = panel.trials[name].decided
        if decided is not None:
            return count if decided is Decision.OVER else None
    return None


def _crossing(distances: Sequence[float], shares: Sequence[float]) -> float | None:
    """The distance at which the share first reaches _POWER, interpolated between two simulated ones; None if never."""
    last_distance, last_share = 0.0, 0.0
    for distance, share in zip(distances, shares, strict=True):
        if share >= _POWER:
            return last_distance + (distance - last_distance) * (_POWER - last_share) / (share - last_share)
        last_distance, last_share = distance, share
    return None


def _spread(times: Sequence[tuple[float | None, float | None]]) -> float | None:
    """The standard deviation of the logarithms of the ratios; None if a time is missing or there is one ratio."""
    logs = [math.log(head / base) for base, head in times if base and head]
    return stdev(logs) if len(logs) == len(times) > 1 else None


def _more_pairs(pairs: int) -> Reason:
    return Reason(
        f"{pairs} pairs cannot decide: the gate takes its first look at {LOOKS[0]} pairs",
        (Remedy(action=Action.CHECK_WITH_MORE_PAIRS, rounds=LOOKS[0]),),
    )


def _advice(allowed: float, margin: str, sights: Sequence[Sight]) -> Iterator[Reason]:
    needed = sights[-1].margin
    if needed is not None and not any(sight.margin is not None and sight.margin <= allowed for sight in sights):
        yield Reason(
            f"{margin} is too small for this machine: with {sights[-1].pairs} pairs, an unchanged target is"
            " inconclusive in more than one of five comparisons; a quieter machine helps more than further pairs",
            (Remedy(action=Action.WIDER_MARGIN, percent=math.ceil(100 * needed)),),
        )
