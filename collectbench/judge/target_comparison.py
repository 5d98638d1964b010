"""Judges one target: its limits, and its change, waits, work and counts against the base."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.budgets import judge_limits
from collectbench.judge.change import Clock, incomparable_change, judge_change
from collectbench.judge.counters import WorkJudgement, judge_counters
from collectbench.judge.verdicts import WORST_FIRST, why_not_collected, worst
from collectbench.judge.waits import judge_waits
from collectbench.model.comparison import CountsChange, TargetComparison, Verdict
from collectbench.model.target import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from collectbench.model.comparison import Budget, Change, Unaffected, Waits
    from collectbench.model.reason import Wording
    from collectbench.model.run import TargetResult

OPEN = (Verdict.INCONCLUSIVE, Verdict.INCOMPARABLE)
"""Verdicts that leave the question open."""

_NOT_MEASURED = "not measured: no round was completed before the time limit"
_NOT_TIMED = "not timed: no timed round was completed before the time limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPairs:
    """What the pairs of one target show: the change of its CPU time, and its waits, None if it was not timed.

    `unaffected` and `affected` are as in `TargetComparison`.
    """

    change: Change
    waits: Waits | None
    unaffected: Unaffected | None = None
    affected: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTerms:
    """The terms that hold for all targets alike."""

    has_baseline: bool
    refusal: str | None
    """Why no change may be judged."""
    margin_floor: float
    paired: Mapping[str, JudgedPairs] | None
    """By target, if they were judged in pairs already."""
    processors: tuple[str, str]
    """The CPU models of the base's environment and the head's; a target that another one measured says so itself."""
    same_work: bool
    """Whether a difference of the counters can only come from the code."""
    word: Wording


def judge_target(
    head: TargetResult, base: TargetResult | None, limits: Limits | None, terms: TargetTerms
) -> TargetComparison:
    """The judgement on one target; `base` is its result in the base, None if there is none."""
    budget = judge_limits(head, limits or Limits(), None if terms.refusal else base, terms.word)
    change = _judge_change(base, head, terms) if base else None
    work = _judge_work(base, head, terms)
    waits = _judge_waits(base, head, terms) if base else None
    judgements = list(_judgements(head, base, budget, _Parts(change=change, waits=waits, work=work)))
    if base is None and terms.paired is None and head.samples and not head.timed() and not why_not_collected(head):
        judgements.append((Verdict.INCONCLUSIVE, _NOT_TIMED))  # what has neither times nor a change never passes
    verdict = worst(verdict for verdict, _ in judgements)
    pairs = (terms.paired or {}).get(head.name)
    # A target that fails does not explain what passes, and what stays open is not a reason why it fails. A target that
    # passes says why it passes.
    remarked = OPEN if verdict in (Verdict.ERROR, Verdict.FAIL) else ()
    omitted = () if verdict is Verdict.PASS else (Verdict.PASS,)
    reasons = [reason for part, reason in judgements if part not in (*remarked, *omitted)]
    left_open = [reason for part, reason in judgements if part in remarked and reason != terms.refusal]
    if not reasons:
        reasons = ["collected; there is no limit and no baseline to judge it by"]
    return TargetComparison(
        name=head.name,
        verdict=verdict,
        reasons=tuple(reasons),
        budget=budget,
        change=change,
        counters=work.changes,
        counts=CountsChange(
            base=base.counts if base else None, head=head.counts, same_nodeids=_same_nodeids(base, head)
        ),
        waits=waits,
        remarks=(*_remarks(base, head, terms), *work.remarks, *left_open),
        unaffected=pairs.unaffected if pairs else None,
        affected=pairs.affected if pairs else "",
    )


def _remarks(base: TargetResult | None, head: TargetResult, terms: TargetTerms) -> Iterator[str]:
    """What decides nothing, but a reader of the figures must know."""
    if base is not None:
        yield from _counts_shown(base, head)
    elif terms.has_baseline:
        yield f"new, since it is not in the {'baseline' if terms.paired is None else 'base'}"


def _judge_change(base: TargetResult, head: TargetResult, terms: TargetTerms) -> Change:
    if terms.refusal:
        return incomparable_change(terms.refusal, base, head, margin_floor=terms.margin_floor)
    if terms.paired is not None:
        return terms.paired[head.name].change
    clock = _clock(base, head, terms.processors)
    return judge_change(base, head, terms.word, margin_floor=terms.margin_floor, clock=clock)


def _clock(base: TargetResult, head: TargetResult, processors: tuple[str, str]) -> Clock:
    """The seconds in which two results are compared: times of two processors are not compared as measured."""
    base_model, head_model = (result.cpu_model or model for result, model in zip((base, head), processors, strict=True))
    return Clock.MEASURED if base_model == head_model else Clock.REFERENCE


def _judge_waits(base: TargetResult, head: TargetResult, terms: TargetTerms) -> Waits | None:
    if terms.refusal:
        return None
    if terms.paired is not None:
        return terms.paired[head.name].waits
    return judge_waits(base, head, terms.word, terms.margin_floor)


def _judge_work(base: TargetResult | None, head: TargetResult, terms: TargetTerms) -> WorkJudgement:
    """The judgement on the counters; empty if a side was not collected, since that does less work."""
    if base is None or not terms.same_work or why_not_collected(base) or why_not_collected(head):
        return WorkJudgement(changes=None, verdict=Verdict.PASS)
    return judge_counters(base, head, terms.margin_floor)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a comparison with the base says of a target."""

    change: Change | None
    waits: Waits | None
    work: WorkJudgement


def _judgements(
    head: TargetResult, base: TargetResult | None, budget: Budget | None, parts: _Parts
) -> list[tuple[Verdict, str]]:
    """Everything that decides about a target, the worst first."""
    change, judgements = parts.change, []
    if broken := why_not_collected(head):
        judgements.append((Verdict.ERROR, broken))
    elif not head.samples:
        reason = change.reason if change is not None and change.pairs == 0 else _NOT_MEASURED
        return [(Verdict.INCONCLUSIVE, reason)]
    if base and base.counts and head.counts:
        if head.counts.errors > base.counts.errors:
            judgements.append((Verdict.FAIL, f"collection errors: {base.counts.errors} -> {head.counts.errors}"))
        if head.counts.items < base.counts.items:
            judgements.append((Verdict.FAIL, f"items vanished: {base.counts.items} -> {head.counts.items}"))
    judgements += [(parts.work.verdict, reason) for reason in parts.work.reasons]
    if budget:
        judgements += [(check.verdict, f"{check.key}: {check.reason}") for check in budget.checks if check.gates]
    if change:
        judgements.append((change.verdict, change.reason))
    if parts.waits:
        judgements.append((parts.waits.verdict, parts.waits.reason))
    return sorted(judgements, key=lambda judgement: WORST_FIRST.index(judgement[0]))


def _counts_shown(base: TargetResult, head: TargetResult) -> Iterator[str]:
    """Changes of the items that fail nothing, but that a reader of the figures must know."""
    if base.counts is None or head.counts is None:
        return
    if head.counts.items > base.counts.items:
        yield f"more items: {base.counts.items} -> {head.counts.items}"
    elif head.counts.items == base.counts.items and _same_nodeids(base, head) is False:
        yield f"the same number of items ({head.counts.items}), but other node ids"


def _same_nodeids(base: TargetResult | None, head: TargetResult) -> bool | None:
    if base is None or base.nodeids_sha256 is None or head.nodeids_sha256 is None:
        return None
    return base.nodeids_sha256 == head.nodeids_sha256
