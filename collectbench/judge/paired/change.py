"""From the paired test's decision on a target to its change, with a reason that names the way to a decision."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collectbench.judge.change import incomparable_change
from collectbench.judge.paired.contamination import reference_ratio
from collectbench.judge.paired.estimate import detectable_excess, estimate
from collectbench.judge.paired.panel import LOOKS, Decision
from collectbench.judge.paired.scale import RelativeMargin
from collectbench.judge.verdicts import why_not_collected
from collectbench.model.comparison import Change, Verdict
from collectbench.model.units import format_ratio

if TYPE_CHECKING:
    from collectbench.judge.paired.panel import Panel, Trial
    from collectbench.model.run import TargetResult

UNCHANGED = "nothing changed: it reads the same files and does the same work, so it was not timed (--full times it)"
OUT_OF_TIME = "not timed: the time was up; --max-time DURATION gives it more"
INTERRUPTED = "not timed: it was interrupted before"
SPOILT = "not timed: in each pair the machine slept or its clock was set back; compare again"
FEWEST_FOR_INTERVAL = 6
"""As for the interval of a median: from fewer pairs a bootstrap does not make a 95 % interval."""

EMPTY = "nothing is collected now, so there is nothing to time"


VERDICTS = {Decision.OVER: Verdict.FAIL, Decision.UNDER: Verdict.PASS, None: Verdict.INCONCLUSIVE}
"""The verdict of a comparison for each decision of the test."""


def paired_change(
    base: TargetResult,
    head: TargetResult,
    panel: Panel,
    *,
    margin_floor: float,
    same: bool,
    cut_short: str | None = None,
    asked_for: int | None = None,
) -> Change:
    """The change of one target.

    Args:
        base: the target's result on the base side.
        head: its result on the head side.
        panel: the test of all targets by CPU seconds, on `Scale.LOG_RATIO`, after its last look.
        margin_floor: the floor of the `RelativeMargin` that the panel was judged by, a fraction.
        same: whether the target does the same work on both sides (see `sameness`).
        cut_short: `OUT_OF_TIME` or `INTERRUPTED` if measuring ended early: the reason of a target without pairs.
        asked_for: the number of pairs that `--rounds` fixed; None if the test decided on it.
    """
    untimed = incomparable_change("", base, head, margin_floor=margin_floor)
    for side, result in (("at the base", base), ("now", head)):
        if broken := why_not_collected(result):
            return replace(untimed, reason=f"{side} the target {broken}")
    if base.samples and head.samples and not (head.counts and head.counts.items):
        return replace(untimed, reason=EMPTY)
    trial = panel.trials.get(head.name)
    if trial is None and same:
        return replace(untimed, verdict=Verdict.PASS, reason=UNCHANGED, pairs=0)
    if trial is None or not trial.pairs:
        return replace(untimed, verdict=Verdict.INCONCLUSIVE, reason=cut_short or SPOILT, pairs=0)
    growth = _growth(trial, panel, margin_floor)
    # Of a fixed number, more time brings only those pairs that there was no time for.
    is_fixed = asked_for is not None and (cut_short is None or len(trial.pairs) >= asked_for)
    return replace(
        untimed,
        ratio=growth.ratio,
        ci95=growth.ci95 if len(trial.pairs) >= FEWEST_FOR_INTERVAL else None,
        margin=growth.margin,
        pairs=len(trial.pairs),
        p_value=trial.p_over,
        minimum_detectable_effect=growth.detectable,
        verdict=VERDICTS[trial.decided],
        reason=_reason(trial, growth, is_fixed=is_fixed),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Growth:
    """Head over base CPU time: the ratio and its interval; the tolerated and the detectable growth as fractions."""

    ratio: float
    ci95: tuple[float, float]
    margin: float
    detectable: float | None


def _growth(trial: Trial, panel: Panel, margin_floor: float) -> _Growth:
    """The estimate of the test, turned from logarithms into ratios and fractions."""
    estimated = estimate(trial, panel)
    margin = RelativeMargin(floor=margin_floor).growth(trial.base)
    excess = detectable_excess(trial, panel, estimated.error)
    low, high = estimated.ci95
    return _Growth(
        ratio=math.exp(estimated.growth),
        ci95=(math.exp(low), math.exp(high)),
        margin=margin,
        detectable=None if excess is None else (1 + margin) * math.exp(excess) - 1,
    )


def _reason(trial: Trial, growth: _Growth, *, is_fixed: bool) -> str:
    low, high = map(format_ratio, growth.ci95)
    limit, pairs = format_ratio(1 + growth.margin), len(trial.pairs)
    counted = "1 pair" if pairs == 1 else f"{pairs} pairs"
    extent = f"{low} to {high}, {counted}" if pairs >= FEWEST_FOR_INTERVAL else counted
    change = f"CPU {format_ratio(growth.ratio)} ({extent})"
    if trial.decided is Decision.OVER:
        return f"{change}, over {limit}"
    if trial.decided is Decision.UNDER:
        return f"{change}, within {limit}"
    slowdown = reference_ratio(trial)
    if trial.contaminated and slowdown is not None:
        return (
            f"{change}, over {limit}, but the machine itself was slower beside the head"
            f" ({format_ratio(slowdown)} for the reference workload, which no test influences): compare again"
        )
    advice = _what_would_decide(counted, pairs, growth.detectable, is_fixed=is_fixed)
    return f"{change}: cannot be told from {limit}; {advice}"


def _what_would_decide(counted: str, pairs: int, effect: float | None, *, is_fixed: bool) -> str:
    if effect is None:
        more = "leave out --rounds, or give more" if is_fixed else "--max-time DURATION"
        return f"{counted} cannot show growth of any size here: take more ({more}), or name fewer targets"
    detected = f"growth of {format_ratio(1 + effect)} would have been seen"
    if pairs < LOOKS[-1]:
        more = "leave out --rounds, or give more" if is_fixed else "--max-time DURATION allows more pairs"
        return f"{detected}; {more}"
    more = "more --rounds take" if is_fixed else "--max-time DURATION takes"
    return f"{detected}; {more} pairs beyond {pairs if is_fixed else LOOKS[-1]}, --margin PERCENT tolerates more"
