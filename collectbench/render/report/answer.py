"""The first part of a report: the answer in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from collectbench.model.comparison import Verdict
from collectbench.model.full_report import FullReport
from collectbench.model.handover import Handover, Progress
from collectbench.model.history import TargetTrend
from collectbench.model.units import format_duration
from collectbench.render.parts.costs import cost_text
from collectbench.render.parts.handover import reason_statements, rows_of, stamp_text, title
from collectbench.render.parts.history import commit_range, step_text
from collectbench.render.parts.prose import list_names
from collectbench.render.parts.quantities import pluralize
from collectbench.render.profile.page_values import short_text

_MOST_REASONS = 30
_TEXT = 1000
"""Characters of a sentence."""


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
    """Return the answer in one line; without a run, that of the slowest profile or of the history."""
    if report.handover.targets or report.handover.suite:
        return title(report.handover)
    if report.profiles:
        slowest = report.profiles[0]
        seconds = slowest.traced_wall_s if slowest.wall_s is None else slowest.wall_s
        return f"{slowest.target}: {format_duration(seconds)}"
    for trend in report.history.trends if report.history else ():
        seconds_of_runs = [point.wall_s for point in trend.points if point.wall_s is not None]
        if seconds_of_runs:
            runs = pluralize(len(seconds_of_runs), "run")
            return f"{trend.name}: {format_duration(seconds_of_runs[-1])} in the last of {runs}"
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
    yield from _limits(rows)
    yield from _changes(report)
    if report.comparison is not None:
        yield from (("", f"{cost_text(cost)}.") for cost in report.comparison.costs)
    yield "", _findings(report)
    for compliance in handover.compliance[-1:]:
        first = handover.compliance[0].compliant_percent
        before = f"; before, {first:.1f} %" if len(handover.compliance) > 1 else ""
        files = pluralize(compliance.files, "file")
        yield "", f"{compliance.compliant_percent:.1f} % of {files} have no violation of a lint rule{before}."
    yield from _tests(handover)
    if report.history is not None:
        yield from _last_step(report.history.trends)


def _limits(rows: Sequence[Progress]) -> Iterator[tuple[str, str]]:
    """Yield how many budgets hold and how many goals are reached, with the names of the others."""
    for gates, noun, done, missed in (
        (True, "budget", "hold", "exceeded"),
        (False, "goal", "are reached", "not reached"),
    ):
        checks = [(row.name, check) for row in rows for check in row.checks if check.gates is gates]
        if not checks:
            continue
        failed = list(dict.fromkeys(name for name, check in checks if check.verdict is Verdict.FAIL))
        unknown = sum(check.verdict not in (Verdict.PASS, Verdict.FAIL) for _, check in checks)
        held = sum(check.verdict is Verdict.PASS for _, check in checks)
        parts = [f"{held} of {pluralize(len(checks), noun)} {done}"]
        if failed:
            parts.append(f"{missed}: {list_names(failed)}")
        if unknown:
            parts.append(f"{unknown} undecided")
        word = Verdict.FAIL if failed and gates else Verdict.INCONCLUSIVE if unknown or failed else Verdict.PASS
        yield word.value, f"{'; '.join(parts)}."


def _changes(report: FullReport) -> Iterator[tuple[str, str]]:
    """Yield how many targets are slower, and whether the others are known not to be."""
    comparison = report.comparison
    changes = [(row.name, row.change) for row in comparison.rows if row.change] if comparison else []
    if comparison is None or not changes:
        return
    by_verdict = {verdict: [name for name, change in changes if change.verdict is verdict] for verdict in Verdict}
    how = "measured in pairs" if comparison.mode == "paired" else "stored runs compared"
    parts = []
    if slower := by_verdict[Verdict.FAIL]:
        parts.append(f"slower: {list_names(slower)}")
    if unclear := by_verdict[Verdict.INCONCLUSIVE]:
        parts.append(f"{len(unclear)} undecided")
    if apart := by_verdict[Verdict.INCOMPARABLE]:
        parts.append(f"{len(apart)} not comparable")
    parts.append(f"{len(by_verdict[Verdict.PASS])} of {pluralize(len(changes), 'target')} within the margin")
    word = Verdict.FAIL if slower else Verdict.INCONCLUSIVE if unclear or apart else Verdict.PASS
    yield word.value, f"{'; '.join(parts)} ({how})."


def _findings(report: FullReport) -> str:
    saving = [each for each in report.handover.findings if each.expected_saving_s > 0]
    if not saving:
        return ""
    proven = sum(each.is_proven for each in saving)
    how = f"; {proven} proven by experiment" if proven else ", as estimated"
    first = format_duration(saving[0].expected_saving_s)
    return f"The first of {pluralize(len(saving), 'finding')} saves {first} ({saving[0].cause}){how}."


def _tests(handover: Handover) -> Iterator[tuple[str, str]]:
    if not handover.verified:
        return
    passed = sum(target.passed for target in handover.verified)
    failing = sum(len(target.newly_failing) for target in handover.verified)
    missing = sum(len(target.missing) for target in handover.verified)
    harm = ", ".join(
        f"{number} {word}" for number, word in ((failing, "newly failing"), (missing, "missing")) if number
    )
    words = {target.verdict for target in handover.verified}
    word = Verdict.FAIL if Verdict.FAIL in words else Verdict.ERROR if Verdict.ERROR in words else Verdict.PASS
    yield word.value, f"{pluralize(passed, 'test')} passed{f'; {harm}' if harm else ', none newly failing or missing'}."


def _last_step(trends: Sequence[TargetTrend]) -> Iterator[tuple[str, str]]:
    changed = [trend for trend in trends if trend.steps]
    if not changed:
        if any(len(trend.points) > 1 for trend in trends):
            yield Verdict.PASS.value, "The history shows no lasting change."
        return
    trend = max(changed, key=lambda each: each.points[each.steps[-1].index].created)  # the suite, which is the first
    last = trend.steps[-1]
    texts = ", ".join(step_text(step) for step in trend.steps if step.index == last.index)
    where = f", {commit_range(last.base, last.head)}" if last.head else ""
    yield "", f"The last lasting change: {trend.name}: {texts}{where}."
    if trend.cost is not None:
        yield "", f"{cost_text(trend.cost)}."
