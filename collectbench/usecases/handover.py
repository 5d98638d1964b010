"""The hand-over: one document of stored ones, for those who take the project over. Nothing is measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from collectbench.config import Config
from collectbench.judge.reference_seconds import machine_speed
from collectbench.judge.verdicts import why_not_collected
from collectbench.model.comparison import Comparison, TargetComparison
from collectbench.model.diagnosis import Diagnosis, Finding
from collectbench.model.fixes import Fate, FixReport
from collectbench.model.handover import Compliance, Figures, Handover, Progress, Rewritten, Stamp, Verified
from collectbench.model.lint import LintReport
from collectbench.model.run import Run, TargetResult
from collectbench.model.sample import Counts
from collectbench.model.verification import TargetVerification
from collectbench.usecases.comparing import Terms, judge_runs, stored_limits, with_costs
from collectbench.usecases.origin import TOOL, now
from collectbench.usecases.report_sources import Sources

_FINDINGS = 5
_SAME_SPEED = 1.1
"""Machines differ by less from one minute to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The runs of a report with the judgement on the later one, and where each comes from; None where there is none."""

    comparison: Comparison | None = None
    base: Run | None = None
    head: Run | None = None
    before: Stamp | None = None
    after: Stamp | None = None
    notes: tuple[str, ...] = ()


def judge(sources: Sources, config: Config) -> Judged:
    """Return the judgement on the later run: that of a stored comparison if there is one.

    The earlier run is the state before, the later one the state after. Limits and goals are those of the configuration
    for the targets that it has, else those stored with the later run.
    """
    runs = sources.runs
    judged = Judged(
        head=runs[-1].document if runs else None,
        after=runs[-1].stamp if runs else None,
        base=runs[0].document if len(runs) > 1 else None,
        before=runs[0].stamp if len(runs) > 1 else None,
    )
    if sources.comparisons:
        stamp, comparison = sources.comparisons[0].stamp, sources.comparisons[0].document
        if comparison.head_run is not None or judged.head is None:
            ignored = [each.stamp.file for each in runs]
            judged = _both_sides(stamp, comparison, ignored)
        return replace(judged, comparison=comparison, after=judged.after or stamp)
    if judged.head is None:
        return judged
    name = judged.before.file if judged.before else ""
    limits = stored_limits(judged.head, config)
    terms = Terms(allow_mismatch=True)
    comparison = judge_runs(judged.head, judged.base, terms, limits, None, name=name, selected=False)
    return replace(judged, comparison=with_costs(comparison, config))


def _both_sides(stamp: Stamp, comparison: Comparison, ignored: Sequence[str]) -> Judged:
    """The runs that a paired comparison holds, which come from its file; other runs are only named."""
    base, head = comparison.base_run, comparison.head_run
    return Judged(
        base=base,
        head=head,
        before=replace(stamp, created=base.created, commit=base.commit) if base else None,
        after=replace(stamp, created=head.created, commit=head.commit) if head else None,
        notes=tuple(f"{file}: not shown, since {stamp.file} holds both of its runs" for file in ignored),
    )


def hand_over(sources: Sources, judged: Judged) -> Handover:
    """Return the report on stored documents."""
    comparison, base, head = judged.comparison, judged.base, judged.head
    verification = sources.verifications[-1] if sources.verifications else None
    diagnosis = sources.diagnoses[-1] if sources.diagnoses else None
    environment = head.environment if head else comparison.environment if comparison else None
    return Handover(
        tool=TOOL,
        created=now(),
        environment=environment,
        before=judged.before,
        after=judged.after,
        verdict=comparison.verdict if comparison else None,
        targets=_progress(comparison.targets, base, head) if comparison else (),
        suite=_progress((comparison.suite,), base, head)[0] if comparison and comparison.suite else None,
        compliance=tuple(_compliance(each.stamp, each.document) for each in sources.lint),
        verified=tuple(map(_verified, verification.document.targets)) if verification else (),
        verification=verification.stamp if verification else None,
        rewrites=tuple(_rewritten(each.stamp, each.document) for each in sources.rewrites),
        findings=_findings(diagnosis.document) if diagnosis else (),
        diagnosis=diagnosis.stamp if diagnosis else None,
        notes=(*judged.notes, *_notes(comparison, base, head)),
    )


def _notes(comparison: Comparison | None, base: Run | None, head: Run | None) -> Iterator[str]:
    yield from _part(head, comparison)
    if comparison is None or comparison.mode != "paired":  # there, both sides had it fast and slow, in turn
        yield from _speeds(base, head)
    yield from comparison.notes if comparison else ()


def _part(head: Run | None, comparison: Comparison | None) -> Iterator[str]:
    """Say that the later run is a part of a plan: its times are not those of all targets."""
    shard = (head.shard if head else None) or (comparison.shard if comparison else None)
    if shard is not None:
        yield f"shard {shard.index} of {shard.count}: the other targets were not measured here"


def _speeds(base: Run | None, head: Run | None) -> Iterator[str]:
    """Say that the machine was faster or slower in one of the runs, which makes a part of the change."""
    before, after = (machine_speed(run).factor if run else None for run in (base, head))
    if before and after and not 1 / _SAME_SPEED < after / before < _SAME_SPEED:
        yield (
            f"machine speed {before:.2f} -> {after:.2f}: a part of the change of times is that of the machine; "
            "collectbench compare --against measures both sides in turn"
        )


def _progress(rows: Iterable[TargetComparison], base: Run | None, head: Run | None) -> tuple[Progress, ...]:
    before = {result.name: result for result in base.results} if base else {}
    after = {result.name: result for result in head.results} if head else {}
    return tuple(
        Progress(
            name=row.name,
            before=_figures(before.get(row.name))
            if base
            else _told(row.counts.base, row.change.base_wall_s if row.change else None),
            after=_figures(after.get(row.name))
            if head
            else _told(row.counts.head, row.change.head_wall_s if row.change else None),
            verdict=row.verdict,
            reasons=row.reasons,
            checks=row.budget.checks if row.budget else (),
        )
        for row in rows
    )


def _told(counts: Counts | None, wall_s: float | None) -> Figures | None:
    """The figures of one side that a comparison tells without its runs; None if it tells nothing."""
    if counts is None and wall_s is None:
        return None
    return Figures(
        wall_s=wall_s,
        peak_rss_bytes=None,
        items=counts.items if counts else None,
        warnings=counts.warnings if counts else None,
        collection_warnings=counts.collection_warnings if counts else None,
        errors=counts.errors if counts else None,
    )


def _figures(result: TargetResult | None) -> Figures | None:
    """The figures of a target; a collection that failed at once has no time that could be compared."""
    if result is None:
        return None
    is_timed = why_not_collected(result) is None
    counts = result.counts
    return Figures(
        wall_s=result.wall_s.median if result.wall_s and is_timed else None,
        peak_rss_bytes=result.peak_rss_bytes.median if result.peak_rss_bytes and is_timed else None,
        items=counts.items if counts else None,
        warnings=counts.warnings if counts else None,
        collection_warnings=counts.collection_warnings if counts else None,
        errors=counts.errors if counts else None,
    )


def _compliance(stamp: Stamp, report: LintReport) -> Compliance:
    summary = report.summary
    return Compliance(
        stamp=stamp, files=summary.files, compliant_percent=summary.compliant_percent, by_rule=dict(summary.by_rule)
    )


def _verified(target: TargetVerification) -> Verified:
    return Verified(
        name=target.name,
        verdict=target.verdict,
        passed=target.passed,
        failed=target.failed,
        errors=target.errors,
        skipped=target.skipped,
        success_percent=target.success_percent,
        newly_failing=tuple(each.nodeid for each in target.newly_failing),
        newly_passing=tuple(each.nodeid for each in target.newly_passing),
        missing=tuple(each.nodeid for each in target.missing),
    )


def _rewritten(stamp: Stamp, report: FixReport) -> Rewritten:
    return Rewritten(
        stamp=stamp,
        codemod=report.codemod,
        applied=report.number(Fate.APPLIED),
        taken_back=report.number(Fate.TAKEN_BACK),
        left_alone=len(report.skips),
    )


def _findings(diagnosis: Diagnosis) -> tuple[Finding, ...]:
    found = (finding for target in diagnosis.targets for finding in target.findings if not finding.is_refuted)
    return tuple(sorted(found, key=lambda each: -each.expected_saving_s)[:_FINDINGS])
