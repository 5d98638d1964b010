"""How often a fleet fails a target, by collectbench's own test: false alarms and power. Not a script itself.

A target's rounds are drawn: the logarithm of CPU time is an autoregressive process of order 1. Its spread and
correlation were measured, see "False alarms" in docs/benchmarks.md: a round varies by 10 to 13 %, at a lag-1
autocorrelation of 0.2 to 0.5.

A *share* is the part of the error that the panel of a target has. The test is `collectbench.judge.paired.look`, at its
usual looks. It is asked only where it could answer OVER: if j of n pairs lie below the margin, swapping any of these
makes the statistic larger, so the p-value is at least 2^j / 2^n. A look with a smaller level decides nothing, but for
the chance in the drawn flips: those may take a p-value for slightly smaller than it is.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.paired.estimate import estimate, excess_for
from collectbench.judge.paired.figures import CPU, figures
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import LOOKS, Decision, Pair, Panel, Trial
from collectbench.judge.paired.spending import spent_by

NAME = "target"
BASE_S = 2.0
"""CPU seconds of the target. Beyond half a second the margin is 10 %, so that the figure does not matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Of rounds: the standard deviation of the logarithm of CPU time, and the correlation of neighbours."""

    deviation: float = 0.115
    correlation: float = 0.35


def drawn_pairs(noise: Noise, factor: float, source: random.Random) -> Iterator[Pair]:
    """Yield pairs of one target whose head takes `factor` times as long, a coin for the order of each."""
    innovation = noise.deviation * math.sqrt(1 - noise.correlation**2)
    state = source.gauss(0, noise.deviation)
    while True:
        rounds = []
        for _ in range(2):
            rounds.append(BASE_S * math.exp(state))
            state = noise.correlation * state + source.gauss(0, innovation)
        base_s, head_s = source.sample(rounds, 2)
        yield Pair(base=base_s, head=head_s * factor)


def panel_of(share: float, seed: int, figure: str = CPU) -> Panel:
    """Return the panel of one target that has this share of a figure's error."""
    (chosen,) = (each for each in figures() if each.name == figure)
    return replace(chosen.panel(seed=seed, share=share), trials={NAME: Trial(name=NAME)})


def least_pairs_to_fail(share: float, figure: str, most: int) -> int | None:
    """Return after how many pairs the figure can fail at all; None if not within `most`, with which the test ends."""
    return next((count for count, level in _levels(share, figure, most) if 0.5**count <= level), None)


def detectable_growth(share: float, error: float, most: int) -> float | None:
    """Return the growth (a fraction) that a single look finds in four of five comparisons; None if none can.

    It is the least over all looks up to `most` pairs. `error` is the standard error of the estimate after the last of
    `LOOKS`. The normal approximation is that of the column `detects` of a comparison.
    """
    found = [
        (1 + MARGIN_FLOOR) * math.exp(excess) - 1
        for count, level in _levels(share, CPU, most)
        if (excess := excess_for(error * math.sqrt(LOOKS[-1] / count), count, level)) is not None
    ]
    return min(found, default=None)


def error_of_estimate(noise: Noise, pairs: int, *, draws: int, seed: int) -> float:
    """Return the standard error of the estimated growth, on the scale of the test: the mean over some comparisons."""
    errors = []
    for number in range(draws):
        drawn, panel = drawn_pairs(noise, 1.0, random.Random(f"{seed}/error/{number}")), panel_of(1.0, number)
        errors.append(estimate(Trial(name=NAME, pairs=tuple(next(drawn) for _ in range(pairs))), panel).error)
    return math.fsum(errors) / draws


def _levels(share: float, figure: str, most: int) -> Iterator[tuple[int, float]]:
    """The looks of one target: the number of pairs, and the error that it may spend on OVER."""
    panel = panel_of(share, 0, figure)
    while panel.next_look <= most:
        count, level = panel.next_look, _level(panel, last=panel.next_look == most)
        yield count, level
        panel = replace(panel, looks=panel.looks + 1, spent_over=_spent(panel, count, level))


def fails(pairs: Iterator[Pair], panel: Panel, looks: Sequence[int] = LOOKS) -> bool:
    """Whether the test calls the target over the margin; only as many pairs are drawn as that takes.

    A pass in between would end the pairs. It is left out: of targets that grew by 20 % or more, none passes.
    """
    taken: list[Pair] = []
    below, most = 0, looks[-1]
    for count in looks:
        while len(taken) < count:
            taken.append(next(pairs))
            below += taken[-1].head <= (1 + MARGIN_FLOOR) * taken[-1].base
            if 2.0 ** (below - most) > panel.alpha:  # the last look has the most pairs, and at most the whole error
                return False
        level = _level(panel, last=count == most)
        if 2.0 ** (below - count) > level:
            panel = replace(panel, looks=panel.looks + 1, spent_over=_spent(panel, count, level))
            continue
        panel = look(panel.with_trial(Trial(name=NAME, pairs=tuple(taken))), last=count == most)
        if panel.trials[NAME].decided is Decision.OVER:
            return True
    return False


def power(share: float, noise: Noise, growth: float, *, draws: int, seed: int) -> float:
    """Return the share of comparisons in which a target fails whose CPU time grew by `growth`, a fraction."""
    found = 0
    for number in range(draws):
        source = random.Random(f"{seed}/{growth}/{number}")
        found += fails(drawn_pairs(noise, 1 + growth, source), panel_of(share, number))
    return found / draws


def false_alarms(share: float, noise: Noise, growth: float, *, timed: int, comparisons: int, seed: int) -> int:
    """Return in how many comparisons a target fails, if all `timed` targets grew by `growth`, which is tolerated."""
    found = 0
    for number in range(comparisons):
        source, panel = random.Random(f"{seed}/{growth}/{number}"), panel_of(share, number)
        found += any(fails(drawn_pairs(noise, 1 + growth, source), panel) for _ in range(timed))
    return found


def pairs_taken(noise: Noise, share: float, draws: int, seed: int) -> list[int]:
    """Return how many pairs targets take that did not change: the test passes most of them early."""
    return [_pairs_until_decided(noise, share, random.Random(f"{seed}/{number}")) for number in range(draws)]


def _pairs_until_decided(noise: Noise, share: float, source: random.Random) -> int:
    pairs, panel = drawn_pairs(noise, 1.0, source), panel_of(share, source.getrandbits(32))
    for count in LOOKS:
        taken = panel.trials[NAME].pairs
        taken = (*taken, *(next(pairs) for _ in range(count - len(taken))))
        panel = look(panel.with_trial(replace(panel.trials[NAME], pairs=taken)), last=count == LOOKS[-1])
        if panel.trials[NAME].decided is not None:
            break
    return len(panel.trials[NAME].pairs)


def _level(panel: Panel, *, last: bool) -> float:
    """What the next look may spend on OVER, as in `look`."""
    return panel.alpha * (1.0 if last else spent_by(panel.over_shares, panel.looks)) - panel.spent_over


def _spent(panel: Panel, pairs: int, level: float) -> float:
    """What is spent on OVER after a look: nothing by one at which no flips are that rare."""
    return panel.spent_over + (level if 0.5**pairs <= level else 0.0)
