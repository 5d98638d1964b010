"""Compares two runs, or one run with its limits: the verdict is the worst of its parts, with all reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.budgets import judge_limits
from collectbench.judge.bytecode import bytecode_advice
from collectbench.judge.change import MARGIN_FLOOR, Clock, incomparable_change, judge_change
from collectbench.judge.counters import WorkJudgement, judge_counters
from collectbench.judge.environments import mismatches, other_processor, same_work, shown_differences
from collectbench.judge.vanished import judge_vanished
from collectbench.judge.verdicts import WORST_FIRST, why_not_collected, worst
from collectbench.judge.waits import judge_waits, why_not_judged
from collectbench.model.comparison import Comparison, CountsChange, TargetComparison, Verdict
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.target import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from collectbench.model.comparison import Budget, Change, Waits
    from collectbench.model.file_moves import FileMoves
    from collectbench.model.reason import Wording
    from collectbench.model.run import Run, TargetResult, Tool


OPEN = (Verdict.INCONCLUSIVE, Verdict.INCOMPARABLE)
"""Verdicts that leave the question open."""

_NOT_MEASURED = "not measured: no round was completed before the time limit"
_NOT_TIMED = "not timed: no timed round was completed before the time limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedPairs:
    """What the pairs of one target show: the change of its CPU time, and its waits, None if it was not timed."""

    change: Change
    waits: Waits | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """The terms that hold for all targets alike."""

    has_baseline: bool
    refusal: str | None
    """Why no change may be judged."""
    margin_floor: float
    paired: Mapping[str, JudgedPairs] | None
    """By target, if they were judged in pairs already."""
    clock: Clock
    same_work: bool
    """Whether a difference of the counters can only come from the code."""
    word: Wording


def compare(  # noqa: PLR0913 -- what is judged, by which terms, and the stamp: keyword-only, and each used once
    head: Run,
    base: Run | None,
    limits: Mapping[str, Limits],
    suite_budget_s: float | None,
    *,
    word: Wording,
    selected: bool,
    allow_mismatch: bool,
    created: str,
    tool: Tool,
    baseline_name: str | None,
    margin_floor: float = MARGIN_FLOOR,
    paired: Mapping[str, JudgedPairs] | None = None,
    moves: FileMoves | None = None,
) -> Comparison:
    """Judge a run by its limits and, if there is one, against a stored base run.

    If the environments differ in what matters, every change is `incomparable`, but budgets, counts and errors are still
    judged. `allow_mismatch` allows the comparison: times of two processors are then compared in reference seconds, if
    both sides have them.

    Args:
        head: the run that is judged.
        base: the run that it is compared with; None to judge by the limits alone.
        limits: by target name.
        suite_budget_s: the limit of the suite.
        word: turns reasons into sentences.
        selected: whether only a subset of the targets was measured, so that the others are not missed.
        allow_mismatch: whether the environments may differ.
        created: when the comparison was made.
        tool: the program that makes it.
        baseline_name: the name of `base`.
        margin_floor: the tolerated growth, as a fraction.
        paired: the judgements of a paired comparison, by target name. Both runs are then of this machine and time, and
            are kept in the comparison.
        moves: files that changed their place since the base, so a renamed target has not vanished; None if unknown.
    """
    differences = mismatches(base.environment, head.environment) if base else ()
    clock = Clock.REFERENCE if base and other_processor(base.environment, head.environment) else Clock.MEASURED
    terms = _Terms(
        has_baseline=base is not None,
        refusal=word(_refusal(differences)) if differences and not allow_mismatch else None,
        margin_floor=margin_floor,
        paired=paired,
        clock=clock,
        same_work=base is not None and (allow_mismatch or same_work(base.environment, head.environment)),
        word=word,
    )
    unmatched = {target.name: target for target in base.targets} if base else {}
    judged = [
        _judge_target(target, unmatched.pop(target.name, None), limits.get(target.name), terms)
        for target in head.targets
    ]
    vanished = []
    if base is not None and not selected:
        vanished = [
            judge_vanished(target, base, head, moves, paired=paired is not None) for target in unmatched.values()
        ]
    targets, suite = (*judged, *vanished), _judge_suite(head, base, suite_budget_s, terms)
    return Comparison(
        tool=tool,
        created=created,
        mode="stored" if paired is None else "paired",
        verdict=_overall(head, (*targets, *([suite] if suite else ()))),
        reasons=tuple(_overall_reasons(head, targets, suite)),
        refusal=terms.refusal,
        baseline=baseline_name,
        environment=head.environment,
        targets=targets,
        suite=suite,
        notes=(
            *_notes(head, base, differences if allow_mismatch else (), len(unmatched) if selected else 0),
            *head.notes,
        ),
        shard=head.shard,
        base_run=None if paired is None else base,
        head_run=None if paired is None else head,
    )


def _refusal(differences: Sequence[str]) -> Reason:
    return Reason(
        f"the environments differ: {'; '.join(differences)}",
        (Remedy(action=Action.RECORD_AGAIN_HERE), Remedy(action=Action.ALLOW_MISMATCH)),
    )


def _overall(head: Run, judged: Sequence[TargetComparison]) -> Verdict:
    """The worst verdict. Without any, only an empty shard passes: the other shards hold the targets."""
    if not judged and head.shard is None:
        return Verdict.INCONCLUSIVE
    return worst(target.verdict for target in judged)


def _judge_suite(head: Run, base: Run | None, budget_s: float | None, terms: _Terms) -> TargetComparison | None:
    if head.suite is None:
        return None
    return _judge_target(head.suite, base.suite if base else None, Limits(budget_s=budget_s), terms)


def _judge_target(
    head: TargetResult, base: TargetResult | None, limits: Limits | None, terms: _Terms
) -> TargetComparison:
    budget = judge_limits(head, limits or Limits(), None if terms.refusal else base, terms.word)
    change = _judge_change(base, head, terms) if base else None
    work = _judge_work(base, head, terms)
    waits = _judge_waits(base, head, terms) if base else None
    judgements = list(_judgements(head, base, budget, _Parts(change=change, waits=waits, work=work)))
    if base is None and terms.paired is None and head.samples and not head.timed() and not why_not_collected(head):
        judgements.append((Verdict.INCONCLUSIVE, _NOT_TIMED))  # what has neither times nor a change never passes
    verdict = worst(verdict for verdict, _ in judgements)
    # A target that fails does not explain what passes, and what stays open is not a reason why it fails. A target that
    # passes says why it passes.
    remarked = OPEN if verdict in (Verdict.ERROR, Verdict.FAIL) else ()
    omitted = () if verdict is Verdict.PASS else (Verdict.PASS,)
    reasons = [reason for part, reason in judgements if part not in (*remarked, *omitted)]
    left_open = [reason for part, reason in judgements if part in remarked and reason != terms.refusal]
    if not reasons:
        reasons = ["collected; there is no limit and no baseline to judge it by"]
    if base is None and terms.has_baseline:
        reasons.append(f"new: not in the {'baseline' if terms.paired is None else 'base'}")
    if base is not None:
        reasons += _counts_shown(base, head)
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
        remarks=(*work.remarks, *left_open),
    )


def _judge_change(base: TargetResult, head: TargetResult, terms: _Terms) -> Change:
    if terms.refusal:
        return incomparable_change(terms.refusal, base, head, margin_floor=terms.margin_floor)
    if terms.paired is not None:
        return terms.paired[head.name].change
    return judge_change(base, head, terms.word, margin_floor=terms.margin_floor, clock=terms.clock)


def _judge_waits(base: TargetResult, head: TargetResult, terms: _Terms) -> Waits | None:
    if terms.refusal:
        return None
    if terms.paired is not None:
        return terms.paired[head.name].waits
    return judge_waits(base, head, terms.word, terms.margin_floor)


def _judge_work(base: TargetResult | None, head: TargetResult, terms: _Terms) -> WorkJudgement:
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


def _overall_reasons(head: Run, targets: Sequence[TargetComparison], suite: TargetComparison | None) -> Iterator[str]:
    """The number of targets with each verdict, and the suite's: `2 fail`, `24 pass`, `suite pass`."""
    verdicts = [target.verdict for target in targets]
    yield from (f"{verdicts.count(verdict)} {verdict.value}" for verdict in WORST_FIRST if verdict in verdicts)
    if suite:
        yield f"suite {suite.verdict.value}"
    elif not targets:
        yield "no target was measured" if head.shard is None else "this shard holds nothing to judge"


def _notes(head: Run, base: Run | None, allowed: Sequence[str], skipped: int) -> Iterator[str]:
    yield from bytecode_advice(head.environment)
    if base is None:
        return
    if allowed:
        yield f"compared although the environments differ, as requested: {'; '.join(allowed)}"
    yield from shown_differences(base.environment, head.environment)
    if skipped:
        yield f"targets of the baseline that were not selected, and are not judged: {skipped}"
    if unknown := why_not_judged(base.results, head.results):
        yield unknown
    if head.suite is not None and base.suite is None:
        yield "the baseline has no suite, so the change of the suite is not judged"
