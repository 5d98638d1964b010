"""Compares two runs, or one run with its limits: the verdict is the worst of its parts, with all reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.judge.bytecode import bytecode_advice
from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.environments import mismatches, same_work, shown_differences
from collectbench.judge.target_comparison import JudgedPairs, TargetTerms, judge_target
from collectbench.judge.vanished import judge_vanished
from collectbench.judge.verdicts import WORST_FIRST, worst
from collectbench.judge.waits import why_not_judged
from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.target import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from collectbench.model.file_moves import FileMoves
    from collectbench.model.reason import Wording
    from collectbench.model.run import Run, Tool


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
    terms = TargetTerms(
        has_baseline=base is not None,
        refusal=word(_refusal(differences)) if differences and not allow_mismatch else None,
        margin_floor=margin_floor,
        paired=paired,
        processors=(base.environment.cpu_model, head.environment.cpu_model) if base else ("", ""),
        same_work=base is not None and (allow_mismatch or same_work(base.environment, head.environment)),
        word=word,
    )
    unmatched = {target.name: target for target in base.targets} if base else {}
    judged = [
        judge_target(target, unmatched.pop(target.name, None), limits.get(target.name), terms)
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


def _judge_suite(head: Run, base: Run | None, budget_s: float | None, terms: TargetTerms) -> TargetComparison | None:
    if head.suite is None:
        return None
    return judge_target(head.suite, base.suite if base else None, Limits(budget_s=budget_s), terms)


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
