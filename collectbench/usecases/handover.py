"""Makes one document of stored ones, for those who take the project over. Nothing is measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from collectbench.judge.reference_seconds import machine_speed
from collectbench.judge.verdicts import why_not_collected
from collectbench.model.comparison import Comparison, TargetComparison
from collectbench.model.diagnosis import Diagnosis, Finding
from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.fixes import Fate, FixReport
from collectbench.model.handover import Compliance, Figures, Handover, Progress, Rewritten, Stamp, Verified
from collectbench.model.lint import LintReport
from collectbench.model.run import Run, TargetResult
from collectbench.model.verification import TargetVerification, Verification
from collectbench.store.documents import DIAGNOSIS, FIX, LINT, RUN, VERIFICATION, Kind
from collectbench.store.files import kind_of_file, read_document
from collectbench.usecases.comparing import Terms, judge_runs, stored_limits
from collectbench.usecases.configuration import read_config
from collectbench.usecases.origin import TOOL, now

T = TypeVar("T", Run, LintReport, FixReport, Diagnosis, Verification)
_KINDS = (RUN, LINT, FIX, DIAGNOSIS, VERIFICATION)
_FINDINGS = 5
_SAME_SPEED = 1.1
"""Machines differ by less from one minute to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A document and its file."""

    file: str
    document: Run | LintReport | FixReport | Diagnosis | Verification


def hand_over(files: Sequence[Path], config_file: Path | None) -> Handover:
    """Return the report on stored documents: at most two runs and two lint reports, and any number of the others.

    The earlier run is the state before, the later one the state after. Limits and goals are those of the configuration
    for the targets that it has, else those stored with the later run.

    Raises:
        BaselineError: a file is missing, damaged, or of another kind.
        UsageError: too many runs or lint reports, or the configuration has mistakes.
    """
    config = read_config(config_file, Path.cwd())
    read = _all_read(files)
    runs, reports = _of(read, RUN), _of(read, LINT)
    _refuse_more(runs, "runs")
    _refuse_more(reports, "lint reports")
    comparison = base = head = None
    if runs:
        head = runs[-1][1]
        base = runs[0][1] if len(runs) > 1 else None
        limits = stored_limits(head, config)
        comparison = judge_runs(
            head, base, Terms(allow_mismatch=True), limits, None, name=runs[0][0].file, selected=False
        )
    verification = next(reversed(_of(read, VERIFICATION)), None)
    diagnosis = next(reversed(_of(read, DIAGNOSIS)), None)
    return Handover(
        tool=TOOL,
        created=now(),
        environment=head.environment if head else None,
        before=runs[0][0] if base else None,
        after=runs[-1][0] if runs else None,
        verdict=comparison.verdict if comparison else None,
        targets=_progress(comparison.targets, base, head) if comparison and head else (),
        suite=_suite(comparison, base, head) if comparison and head else None,
        compliance=tuple(_compliance(stamp, report) for stamp, report in reports),
        verified=tuple(map(_verified, verification[1].targets)) if verification else (),
        verification=verification[0] if verification else None,
        rewrites=tuple(_rewritten(stamp, report) for stamp, report in _of(read, FIX)),
        findings=_findings(diagnosis[1]) if diagnosis else (),
        diagnosis=diagnosis[0] if diagnosis else None,
        notes=(*_speeds(base, head), *(comparison.notes if comparison else ())),
    )


def _speeds(base: Run | None, head: Run | None) -> Iterator[str]:
    """Say that the machine was faster or slower in one of the runs, which makes a part of the change."""
    before, after = (machine_speed(run).factor if run else None for run in (base, head))
    if before and after and not 1 / _SAME_SPEED < after / before < _SAME_SPEED:
        yield (
            f"machine speed {before:.2f} -> {after:.2f}: a part of the change of times is that of the machine; "
            "collectbench compare --against measures both sides in turn"
        )


def _all_read(files: Sequence[Path]) -> list[_Read]:
    read, problems = [], []
    by_name: dict[str, Kind[Any]] = {kind.name: kind for kind in _KINDS}
    for file in files:
        try:
            name = kind_of_file(file)
            if name not in by_name:
                known = ", ".join(each.removeprefix("collectbench.") for each in by_name)
                problems.append(f"{file}: a {name}; a report is made of {known}")
                continue
            read.append(_Read(file=str(file), document=read_document(file, by_name[name])))
        except BaselineError as error:
            problems += [str(reason) for reason in error.reasons]
    if problems:
        raise BaselineError(*problems)
    return sorted(read, key=lambda each: each.document.created)


def _of(read: Iterable[_Read], kind: Kind[T]) -> list[tuple[Stamp, T]]:
    """The documents of one kind, the earliest first."""
    return [
        (
            Stamp(file=each.file, created=each.document.created, commit=getattr(each.document, "commit", None)),
            each.document,
        )
        for each in read
        if isinstance(each.document, kind.type)
    ]


def _refuse_more(found: Sequence[tuple[Stamp, object]], noun: str) -> None:
    if len(found) > 2:
        files = ", ".join(stamp.file for stamp, _ in found)
        raise UsageError(f"FILE: {len(found)} {noun} ({files}); give the one before and the one after")


def _progress(rows: Iterable[TargetComparison], base: Run | None, head: Run) -> tuple[Progress, ...]:
    before = {result.name: result for result in base.results} if base else {}
    after = {result.name: result for result in head.results}
    return tuple(
        Progress(
            name=row.name,
            before=_figures(before.get(row.name)),
            after=_figures(after.get(row.name)),
            verdict=row.verdict,
            reasons=row.reasons,
            checks=row.budget.checks if row.budget else (),
        )
        for row in rows
    )


def _suite(comparison: Comparison, base: Run | None, head: Run) -> Progress | None:
    return None if comparison.suite is None else _progress((comparison.suite,), base, head)[0]


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
