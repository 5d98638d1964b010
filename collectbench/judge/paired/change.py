"""From what the paired test found of a target to its change, with a reason that says what would decide."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collectbench.judge.change import incomparable_change
from collectbench.judge.paired.test import LOOKS, detectable_effect, estimate, reference_ratio, tolerated
from collectbench.judge.verdicts import why_not_collected
from collectbench.model.comparison import Change, Verdict
from collectbench.model.units import format_ratio

if TYPE_CHECKING:
    from collectbench.judge.paired.test import Estimate, Panel, Trial
    from collectbench.model.run import TargetResult

UNCHANGED = "nothing changed: it reads the same files and does the same work, so it was not timed (--full times it)"
OUT_OF_TIME = "not timed: the time was up; --max-time DURATION gives it more"
INTERRUPTED = "not timed: it was interrupted before"
SPOILT = "not timed: in each pair the machine slept or its clock was set back; compare again"
FEWEST_FOR_INTERVAL = 6
"""As for the interval of a median: of fewer pairs a bootstrap sees too little to be a 95 % interval."""

EMPTY = "nothing is collected now, so there is nothing to time"


def paired_change(
    base: TargetResult,
    head: TargetResult,
    panel: Panel,
    *,
    same: bool,
    cut_short: str | None = None,
    asked_for: int | None = None,
) -> Change:
    """The change of one target.

    Args:
        base: what was measured of it.
        head: likewise.
        panel: the test of all targets, after its last look.
        same: whether it does the same work on both sides (see `sameness`).
        cut_short: why a target has no pair where measuring ended early, `OUT_OF_TIME` or `INTERRUPTED`.
        asked_for: the number of pairs that `--rounds` fixed, None where the test decided on it.
    """
    untimed = incomparable_change("", base, head, margin_floor=panel.margin_floor)
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
    found, margin = estimate(trial, panel.seed), tolerated(trial, panel.margin_floor)
    effect = detectable_effect(trial, panel, found.log_error)
    # Of a fixed number, more time brings no more pairs than it kept from being taken.
    is_fixed = asked_for is not None and (cut_short is None or len(trial.pairs) >= asked_for)
    return replace(
        untimed,
        ratio=found.ratio,
        ci95=found.ci95 if len(trial.pairs) >= FEWEST_FOR_INTERVAL else None,
        margin=margin,
        pairs=len(trial.pairs),
        p_value=trial.p_over,
        minimum_detectable_effect=effect,
        verdict=trial.decided or Verdict.INCONCLUSIVE,
        reason=_reason(trial, found, margin, effect, is_fixed=is_fixed),
    )


def _reason(trial: Trial, found: Estimate, margin: float, effect: float | None, *, is_fixed: bool) -> str:
    low, high = map(format_ratio, found.ci95)
    limit, pairs = format_ratio(1 + margin), len(trial.pairs)
    counted = "1 pair" if pairs == 1 else f"{pairs} pairs"
    extent = f"{low} to {high}, {counted}" if pairs >= FEWEST_FOR_INTERVAL else counted
    change = f"CPU {format_ratio(found.ratio)} ({extent})"
    if trial.decided is Verdict.FAIL:
        return f"{change}, over {limit}"
    if trial.decided is Verdict.PASS:
        return f"{change}, within {limit}"
    slower = reference_ratio(trial)
    if trial.contaminated and slower is not None:
        return (
            f"{change}, over {limit}, but the machine itself was slower beside the head"
            f" ({format_ratio(slower)} for the reference workload, which no test influences): compare again"
        )
    advice = _what_would_decide(counted, pairs, effect, is_fixed=is_fixed)
    return f"{change}: cannot be told from {limit}; {advice}"


def _what_would_decide(counted: str, pairs: int, effect: float | None, *, is_fixed: bool) -> str:
    if effect is None:
        more = "leave out --rounds, or give more" if is_fixed else "--max-time DURATION"
        return f"{counted} cannot show growth of any size here: take more ({more}), or name fewer targets"
    seen = f"growth of {format_ratio(1 + effect)} would have been seen"
    if pairs < LOOKS[-1]:
        return f"{seen}; {'leave out --rounds, or give more' if is_fixed else '--max-time DURATION allows more pairs'}"
    more = "more --rounds take" if is_fixed else "--max-time DURATION takes"
    return f"{seen}; {more} pairs beyond {pairs if is_fixed else LOOKS[-1]}, --margin PERCENT tolerates more"
