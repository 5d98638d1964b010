"""From the paired test's decision on a target to its change, with a reason that names the way to a decision."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collectbench.judge.change import describe_margin, incomparable_change
from collectbench.judge.paired.contamination import reference_ratio
from collectbench.judge.paired.estimate import detectable_excess, estimate
from collectbench.judge.paired.panel import LOOKS, Decision
from collectbench.judge.paired.scale import RelativeMargin
from collectbench.judge.verdicts import why_not_collected
from collectbench.model.comparison import Change, Verdict
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.units import format_percent, format_ratio

if TYPE_CHECKING:
    from collectbench.judge.paired.panel import Panel, Trial
    from collectbench.model.comparison import Unaffected
    from collectbench.model.reason import Wording
    from collectbench.model.run import TargetResult

UNCHANGED = Reason(
    "nothing changed: it reads the same files and does the same work, so it was not timed",
    (Remedy(action=Action.TIME_UNCHANGED_TOO),),
)
FAILED_BY_COUNTERS = Reason("not timed: its counters fail already", (Remedy(action=Action.TIME_FAILED_TOO),))
OUT_OF_TIME = Reason("not timed: time limit reached", (Remedy(action=Action.MORE_TIME),))
INTERRUPTED = Reason("not timed: interrupted")
SPOILT = Reason(
    "not timed: in each pair the machine slept or its clock was set back", (Remedy(action=Action.MEASURE_AGAIN),)
)
EMPTY = Reason("nothing is collected now, so there is nothing to time")
FEWEST_FOR_INTERVAL = 6
"""As for the interval of a median: from fewer pairs a bootstrap does not make a 95 % interval."""

VERDICTS = {Decision.OVER: Verdict.FAIL, Decision.UNDER: Verdict.PASS, None: Verdict.INCONCLUSIVE}
"""The verdict of a comparison for each decision of the test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTerms:
    """What all targets of a comparison share.

    Attributes:
        panel: the test of all targets by one figure, after its last look: by CPU seconds on `Scale.LOG_RATIO` for
            `paired_change`, by seconds of waiting on `Scale.DIFFERENCE` for `paired_waits`.
        margin_floor: the floor of the `RelativeMargin` that the panel was judged by, a fraction.
        word: makes the sentences of reasons.
        cut_short: `OUT_OF_TIME` or `INTERRUPTED` if measuring ended early: the reason of a target without pairs.
        fixed_pairs: the number of pairs that the user fixed; None if the test decided on it.
    """

    panel: Panel
    margin_floor: float
    word: Wording
    cut_short: Reason | None = None
    fixed_pairs: int | None = None


def unaffected_change(unaffected: Unaffected, word: Wording, margin_floor: float) -> Change:
    """The change of a target that was not measured, since none of its inputs has changed."""
    commit = f" at {unaffected.commit[:10]}" if unaffected.commit else ""
    fact = (
        f"unaffected: none of the {unaffected.files:,} files that it reads changed since the baseline "
        f"{unaffected.baseline}{commit}, so it was not measured"
    )
    reason = word(Reason(fact, (Remedy(action=Action.TIME_UNCHANGED_TOO),)))
    untimed = incomparable_change(reason, margin_floor=margin_floor)
    return replace(untimed, verdict=Verdict.PASS, pairs=0)


def paired_change(
    base: TargetResult, head: TargetResult, terms: PairedTerms, *, same_work: bool, failed_by_counters: bool = False
) -> Change:
    """The change of one target, from its results on both sides; `same_work` as in `sameness`.

    `failed_by_counters` says that a target without pairs has none since its counters fail.
    """
    untimed = incomparable_change("", base, head, margin_floor=terms.margin_floor)
    for side, result in (("at the base", base), ("now", head)):
        if broken := why_not_collected(result):
            return replace(untimed, reason=f"{side}, the target {broken}")
    if base.samples and head.samples and not (head.counts and head.counts.items):
        return replace(untimed, reason=terms.word(EMPTY))
    trial = terms.panel.trials.get(head.name)
    if trial is None and same_work:
        return replace(untimed, verdict=Verdict.PASS, reason=terms.word(UNCHANGED), pairs=0)
    if trial is None and failed_by_counters:
        return replace(untimed, verdict=Verdict.INCONCLUSIVE, reason=terms.word(FAILED_BY_COUNTERS), pairs=0)
    if trial is None or not trial.pairs:
        reason = terms.word(terms.cut_short or SPOILT)
        return replace(untimed, verdict=Verdict.INCONCLUSIVE, reason=reason, pairs=0)
    growth = _growth(trial, terms)
    return replace(
        untimed,
        ratio=growth.ratio,
        ci95=growth.ci95 if len(trial.pairs) >= FEWEST_FOR_INTERVAL else None,
        margin=growth.margin,
        pairs=len(trial.pairs),
        p_value=trial.p_over,
        minimum_detectable_effect=growth.detectable,
        verdict=VERDICTS[trial.decided],
        reason=terms.word(_reason(trial, growth, terms)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Growth:
    """Head over base CPU time: the ratio and its interval; the tolerated and the detectable growth as fractions."""

    ratio: float
    ci95: tuple[float, float]
    margin: float
    detectable: float | None


def _growth(trial: Trial, terms: PairedTerms) -> _Growth:
    """The estimate of the test, turned from logarithms into ratios and fractions."""
    estimated = estimate(trial, terms.panel)
    margin = RelativeMargin(floor=terms.margin_floor).growth(trial.base)
    excess = detectable_excess(trial, terms.panel, estimated.error)
    low, high = estimated.ci95
    return _Growth(
        ratio=math.exp(estimated.growth),
        ci95=(math.exp(low), math.exp(high)),
        margin=margin,
        detectable=None if excess is None else (1 + margin) * math.exp(excess) - 1,
    )


def _reason(trial: Trial, growth: _Growth, terms: PairedTerms) -> Reason:
    """Why the change has its verdict, and for an open one what would decide it."""
    low, high = map(format_ratio, growth.ci95)
    limit, pairs = describe_margin(growth.margin, terms.margin_floor), len(trial.pairs)
    counted = "1 pair" if pairs == 1 else f"{pairs} pairs"
    extent = f"{low} to {high}, {counted}" if pairs >= FEWEST_FOR_INTERVAL else counted
    change = f"CPU {format_ratio(growth.ratio)} ({extent})"
    if trial.decided is Decision.OVER:
        return Reason(f"{change}, over {limit}")
    if trial.decided is Decision.UNDER:
        return Reason(f"{change}, within {limit}")
    slowdown = reference_ratio(trial)
    if trial.contaminated and slowdown is not None:
        machine = f"{format_ratio(slowdown)} for the reference workload, which no test influences"
        return Reason(
            f"{change}, over {limit}, but the machine was slower during head's rounds ({machine})",
            (Remedy(action=Action.MEASURE_AGAIN),),
        )
    more = more_pairs(trial, terms)
    if growth.detectable is None:
        few = f"{counted} cannot show growth of any size here"
        return Reason(f"{change}: indistinguishable from {limit}; {few}", (more, Remedy(action=Action.FEWER_TARGETS)))
    detected = f"growth above {format_percent(growth.detectable)} would have been detected"
    wider = () if pairs < LOOKS[-1] else (Remedy(action=Action.WIDER_MARGIN),)
    return Reason(f"{change}: indistinguishable from {limit}; {detected}", (more, *wider))


def more_pairs(trial: Trial, terms: PairedTerms) -> Remedy:
    """What brings more pairs: more time only those that the time limit cut off, and of a fixed number no others."""
    is_complete = terms.fixed_pairs is not None and (terms.cut_short is None or len(trial.pairs) >= terms.fixed_pairs)
    return Remedy(action=Action.MORE_PAIRS if is_complete else Action.MORE_TIME)
