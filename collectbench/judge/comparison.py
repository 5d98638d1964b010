"""From two runs, or one run and its limits, to a comparison: the worst of its parts, with all the reasons."""

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
from collectbench.model.comparison import Comparison, CountsChange, TargetComparison, Verdict
from collectbench.model.target import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from collectbench.model.comparison import Budget, Change
    from collectbench.model.run import Run, TargetResult, Tool


OPEN = (Verdict.INCONCLUSIVE, Verdict.INCOMPARABLE)
"""What decides nothing either way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    """What all targets are judged by alike."""

    has_baseline: bool
    refusal: str | None
    """Why no change may be judged, for all targets alike."""
    margin_floor: float
    changes: Mapping[str, Change] | None
    """By target, where they were judged already, in pairs."""
    clock: Clock
    same_work: bool
    """Whether counters of both sides can be told apart by the code alone."""


def compare(  # noqa: PLR0913 -- what is judged, by which terms, and the stamp: keyword-only, and each used once
    head: Run,
    base: Run | None,
    limits: Mapping[str, Limits],
    suite_budget_s: float | None,
    *,
    selected: bool,
    allow_mismatch: bool,
    created: str,
    tool: Tool,
    baseline_name: str | None,
    margin_floor: float = MARGIN_FLOOR,
    changes: Mapping[str, Change] | None = None,
) -> Comparison:
    """Judge a run by its limits and, if there is one, against a stored base run.

    Where the environments differ in what matters, every change is `incomparable` (unless `allow_mismatch`),
    while budgets, counts and errors are judged all the same. Allowed, times of another processor are compared in
    reference seconds, where both sides have them. `selected` says that a subset of the targets
    was asked for: the others are then not missed. `limits` are by target name, `margin_floor` is a fraction.
    `changes` are those of a paired comparison, by target name: both runs are of this machine and time, and are kept.
    """
    found = mismatches(base.environment, head.environment) if base else ()
    refusal = _refusal(found) if found and not allow_mismatch else None
    clock = Clock.REFERENCE if base and other_processor(base.environment, head.environment) else Clock.MEASURED
    terms = _Terms(
        has_baseline=base is not None,
        refusal=refusal,
        margin_floor=margin_floor,
        changes=changes,
        clock=clock,
        same_work=base is not None and (allow_mismatch or same_work(base.environment, head.environment)),
    )
    stored = {target.name: target for target in base.targets} if base else {}
    judged = [_judge_target(now, stored.pop(now.name, None), limits.get(now.name), terms) for now in head.targets]
    vanished = []
    if base is not None and not selected:
        vanished = [judge_vanished(target, base, head, paired=changes is not None) for target in stored.values()]
    targets, suite = (*judged, *vanished), _judge_suite(head, base, suite_budget_s, terms)
    return Comparison(
        tool=tool,
        created=created,
        mode="stored" if changes is None else "paired",
        verdict=_overall(head, (*targets, *([suite] if suite else ()))),
        reasons=tuple(_overall_reasons(head, targets, suite)),
        refusal=refusal,
        baseline=baseline_name,
        environment=head.environment,
        targets=targets,
        suite=suite,
        notes=(
            *_notes(head, base, found if allow_mismatch else (), len(stored) if selected else 0),
            *head.notes,
        ),
        shard=head.shard,
        base_run=None if changes is None else base,
        head_run=None if changes is None else head,
    )


def _refusal(differences: Sequence[str]) -> str:
    return (
        f"the environments differ: {'; '.join(differences)};"
        " make the baseline again here, or compare with --allow-mismatch"
    )


def _overall(head: Run, judged: Sequence[TargetComparison]) -> Verdict:
    """The worst verdict; without any, all is well only for a shard, since the other ones have it all."""
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
    budget = judge_limits(head, limits or Limits(), None if terms.refusal else base)
    change = _judge_change(base, head, terms) if base else None
    work = _judge_work(base, head, terms)
    judgements = list(_judgements(head, base, budget, change, work))
    verdict = worst(verdict for verdict, _ in judgements)
    # A failing target need not explain what went well, and what stays open is no reason why it fails; a passing one
    # says why it passes.
    beside = OPEN if verdict in (Verdict.ERROR, Verdict.FAIL) else ()
    left_out = () if verdict is Verdict.PASS else (Verdict.PASS,)
    reasons = [reason for each, reason in judgements if each not in (*beside, *left_out)]
    left_open = [reason for each, reason in judgements if each in beside and reason != terms.refusal]
    if not reasons:
        reasons = ["collected; no limit and no baseline to judge it by"]
    if base is None and terms.has_baseline:
        reasons.append(f"new: the {'baseline' if terms.changes is None else 'base'} does not have it")
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
        remarks=(*work.remarks, *left_open),
    )


def _judge_change(base: TargetResult, head: TargetResult, terms: _Terms) -> Change:
    if terms.refusal:
        return incomparable_change(terms.refusal, base, head, margin_floor=terms.margin_floor)
    if terms.changes is not None:
        return terms.changes[head.name]
    return judge_change(base, head, margin_floor=terms.margin_floor, clock=terms.clock)


def _judge_work(base: TargetResult | None, head: TargetResult, terms: _Terms) -> WorkJudgement:
    """What the counters say; nothing where a side is no collection, since one that broke off did less work."""
    if base is None or not terms.same_work or why_not_collected(base) or why_not_collected(head):
        return WorkJudgement(changes=None, verdict=Verdict.PASS)
    return judge_counters(base, head, terms.margin_floor)


def _judgements(
    head: TargetResult, base: TargetResult | None, budget: Budget | None, change: Change | None, work: WorkJudgement
) -> list[tuple[Verdict, str]]:
    """All that decides about a target, the worst first."""
    judgements = []
    if broken := why_not_collected(head):
        judgements.append((Verdict.ERROR, broken))
    elif not head.samples:
        return [(Verdict.INCONCLUSIVE, _why_not_measured(head, change))]
    if base and base.counts and head.counts:
        if head.counts.errors > base.counts.errors:
            judgements.append((Verdict.FAIL, f"collection errors: {base.counts.errors} then, {head.counts.errors} now"))
        if head.counts.items < base.counts.items:
            judgements.append((Verdict.FAIL, f"items vanished: {base.counts.items} then, {head.counts.items} now"))
    judgements += [(work.verdict, reason) for reason in work.reasons]
    if budget:
        judgements += [(check.verdict, f"{check.key}: {check.reason}") for check in budget.checks if check.gates]
    if change:
        judgements.append((change.verdict, change.reason))
    return sorted(judgements, key=lambda judgement: WORST_FIRST.index(judgement[0]))


def _why_not_measured(head: TargetResult, change: Change | None) -> str:
    if head.notes:
        return head.notes[0]
    return change.reason if change is not None and change.pairs == 0 else "not measured: no round was completed"


def _counts_shown(base: TargetResult, head: TargetResult) -> Iterator[str]:
    """What a reader of the figures must know about the items, though it fails nothing."""
    if base.counts is None or head.counts is None:
        return
    if head.counts.items > base.counts.items:
        yield f"more items: {base.counts.items} then, {head.counts.items} now"
    elif head.counts.items == base.counts.items and _same_nodeids(base, head) is False:
        yield f"as many items ({head.counts.items}), but not the same node ids"


def _same_nodeids(base: TargetResult | None, head: TargetResult) -> bool | None:
    if base is None or base.nodeids_sha256 is None or head.nodeids_sha256 is None:
        return None
    return base.nodeids_sha256 == head.nodeids_sha256


def _overall_reasons(head: Run, targets: Sequence[TargetComparison], suite: TargetComparison | None) -> Iterator[str]:
    """How many targets got which verdict, and the suite's: `2 fail`, `24 pass`, `suite pass`."""
    found = [target.verdict for target in targets]
    yield from (f"{found.count(verdict)} {verdict.value}" for verdict in WORST_FIRST if verdict in found)
    if suite:
        yield f"suite {suite.verdict.value}"
    elif not targets:
        yield "no target was measured" if head.shard is None else "this shard holds nothing to judge"


def _notes(head: Run, base: Run | None, allowed: Sequence[str], left_out: int) -> Iterator[str]:
    yield from bytecode_advice(head.environment)
    if base is None:
        return
    if allowed:
        yield f"compared in spite of other environments (--allow-mismatch): {'; '.join(allowed)}"
    yield from shown_differences(base.environment, head.environment)
    if left_out:
        yield f"targets of the baseline that were not asked for, and are not judged: {left_out}"
    if head.suite is not None and base.suite is None:
        yield "the baseline holds no suite: its change is not judged"
