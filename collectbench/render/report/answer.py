"""The first part of a report: the answer in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from collectbench.judge.history.partition import SHORTEST
from collectbench.model.comparison import Verdict
from collectbench.model.full_report import FullReport
from collectbench.model.handover import Handover
from collectbench.model.history import TargetTrend
from collectbench.model.units import format_duration
from collectbench.render.diagnosis.findings import is_note, seconds
from collectbench.render.diagnosis.totals import headline
from collectbench.render.parts.costs import cost_text
from collectbench.render.parts.handover import reason_statements, rows_of, stamp_text, title
from collectbench.render.parts.history import commit_range, step_text
from collectbench.render.parts.lint import headline as lint_headline
from collectbench.render.parts.quantities import pluralize
from collectbench.render.profile.page_values import short_text
from collectbench.render.report.verdict_sentences import changes, limits, outcomes

_MOST_REASONS = 30
_TEXT = 1000
"""Characters of a sentence."""
_RUNS_FOR_A_STEP = 2 * SHORTEST
"""Each of two levels lasts at least so many runs."""


def answer(report: FullReport) -> dict[str, Any]:
    """Return the title, the verdict, the sentences of the answer, and the reasons of what does not pass."""
    handover = report.handover
    reasons = list(reason_statements(handover))
    shown = reasons[:_MOST_REASONS]
    return {
        "title": short_text(_title(report)),
        "verdict": handover.verdict.value if handover.verdict else None,
        "sentences": [{"word": word, "text": short_text(text, _TEXT)} for word, text in _sentences(report) if text],
        "reasons": [{"word": each.word, "text": short_text(each.text, _TEXT)} for each in shown],
        "more_reasons": len(reasons) - len(shown),
        "origin": [short_text(text) for text in _origin(handover)],
    }


def _title(report: FullReport) -> str:
    """Return the answer in one line; without a run, that of the first document which has one."""
    if report.handover.targets or report.handover.suite:
        return title(report.handover)
    if report.profiles:
        slowest = report.profiles[0]
        wall_s = slowest.traced_wall_s if slowest.wall_s is None else slowest.wall_s
        return f"{slowest.target}: {format_duration(wall_s)}"
    for trend in report.history.trends if report.history else ():
        seconds_of_runs = [point.wall_s for point in trend.points if point.wall_s is not None]
        if seconds_of_runs:
            runs = pluralize(len(seconds_of_runs), "run")
            return f"{trend.name}: {format_duration(seconds_of_runs[-1])} in the last of {runs}"
    for target in report.diagnosis.targets if report.diagnosis else ():
        return headline(target)
    if report.lint is not None:
        return lint_headline(report.lint)
    return title(report.handover)


def _origin(handover: Handover) -> Iterator[str]:
    if handover.before is not None:
        yield f"before: {stamp_text(handover.before)}"
    if handover.after is not None:
        yield f"{'after' if handover.before else 'measured'}: {stamp_text(handover.after)}"
    if handover.diagnosis is not None:
        yield f"findings: {stamp_text(handover.diagnosis)}"


def _sentences(report: FullReport) -> Iterator[tuple[str, str]]:
    """Yield each sentence with the verdict that it tells; empty for none."""
    handover = report.handover
    rows = rows_of(handover)
    yield from limits(rows)
    yield from changes(report.comparison)
    if report.comparison is not None and not any(row.budget or row.change for row in report.comparison.rows):
        yield "", "Only collection was judged: there is neither a limit nor an earlier run."
    if report.comparison is not None:
        yield from (("", f"{cost_text(cost)}.") for cost in report.comparison.costs)
    yield "", _findings(report)
    for compliance in handover.compliance[-1:]:
        first = handover.compliance[0].compliant_percent
        before = f"; before, {first:.1f} %" if len(handover.compliance) > 1 else ""
        files = pluralize(compliance.files, "file")
        yield "", f"{compliance.compliant_percent:.1f} % of {files} have no violation of a lint rule{before}."
    if report.verification is not None and report.verification.targets:
        yield from outcomes(report.verification)
    if report.history is not None:
        yield from _last_step(report.history.trends)


def _findings(report: FullReport) -> str:
    """The largest finding, and how many there are; a finding of two targets counts for each."""
    first = next(iter(report.handover.findings), None)
    if report.diagnosis is None or first is None or is_note(first):
        return ""
    every = [
        finding
        for target in report.diagnosis.targets
        for finding in target.findings
        if not finding.is_refuted and not is_note(finding)
    ]
    proven = sum(finding.is_proven for finding in every)
    how = "proven by experiment" if first.is_proven else "as estimated"
    rest = f"; {proven} of them {'is' if proven == 1 else 'are'} proven" if proven and len(every) > 1 else ""
    return f"The first of {pluralize(len(every), 'finding')} saves {seconds(first)} ({first.cause}), {how}{rest}."


def _last_step(trends: Sequence[TargetTrend]) -> Iterator[tuple[str, str]]:
    changed = [trend for trend in trends if trend.steps]
    if not changed:
        if any(len(trend.points) > 1 for trend in trends):
            most = max(len(trend.points) for trend in trends)
            short = "" if most >= _RUNS_FOR_A_STEP else f" A step of the time needs {_RUNS_FOR_A_STEP} runs."
            yield "" if short else Verdict.PASS.value, f"The history shows no lasting change.{short}"
        return
    trend = max(changed, key=lambda each: each.points[each.steps[-1].index].created)  # the suite, which is the first
    last = trend.steps[-1]
    texts = ", ".join(step_text(step) for step in trend.steps if step.index == last.index)
    where = f", {commit_range(last.base, last.head)}" if last.head else ""
    yield "", f"The last lasting change: {trend.name}: {texts}{where}."
    if trend.cost is not None:
        yield "", f"{cost_text(trend.cost)}."
