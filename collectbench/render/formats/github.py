"""Annotations of GitHub Actions: workflow commands, then one line for each statement.

Syntax and escaping: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.judge.verdicts import WORST_FIRST, why_not_collected
from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.model.reason import is_command
from collectbench.model.report import RunReport
from collectbench.model.run import TargetResult
from collectbench.model.sample import Status
from collectbench.render.parts.escape import defuse, printable
from collectbench.render.parts.format import Format
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.places import cause_place
from collectbench.render.parts.prose import (
    Statement,
    comparison_statements,
    list_names,
    run_statements,
    verdict_statement,
)
from collectbench.render.parts.quantities import pluralize
from collectbench.render.parts.run_table import run_table

MOST_ANNOTATIONS = 10
"""The most annotations of one level that GitHub shows for a step.

Source: https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
"""
MOST_CHARACTERS = 10_000
"""The most characters of a message; GitHub keeps 64 KiB (https://docs.github.com/en/rest/checks/runs)."""
_LEVELS = {
    Verdict.ERROR: "error",
    Verdict.FAIL: "error",
    Verdict.INCONCLUSIVE: "warning",
    Verdict.INCOMPARABLE: "warning",
    Verdict.PASS: "notice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Annotation:
    """A message that GitHub shows beside a line, or with the run if `place` is None. All texts are raw."""

    level: str
    title: str
    message: str
    place: tuple[str, int] | None = None


def _render_comparison(comparison: Comparison, options: RenderOptions) -> str:
    annotations = list(_comparison_annotations(comparison, options))
    statements = (*comparison_statements(comparison, verbose=True), verdict_statement(comparison))
    return _join_lines(annotations, _statement_lines(statements))


def _statement_lines(statements: Iterable[Statement]) -> Iterator[str]:
    """Yield each statement, and below it the commands that it advises."""
    for statement in statements:
        yield f"{statement.word}: {statement.text}"
        yield from filter(is_command, statement.detail.splitlines())


def _comparison_annotations(comparison: Comparison, options: RenderOptions) -> Iterator[_Annotation]:
    """Yield one annotation for each import line that changed and for each target without any, the worst first."""
    if comparison.refusal:
        yield _Annotation(level="warning", title="collectbench: incomparable", message=comparison.refusal)
    groups: dict[object, list[tuple[TargetComparison, list[str]]]] = {}
    for row in sorted(comparison.rows, key=_badness):
        place = cause_place(row, options)
        reasons = [reason for reason in (*row.reasons, *row.remarks) if reason != comparison.refusal]
        if reasons and (place or row.verdict is not Verdict.PASS):
            groups.setdefault(place or id(row), []).append((row, reasons))
    for group in groups.values():
        yield _group_annotation(group, cause_place(group[0][0], options))


def _group_annotation(group: list[tuple[TargetComparison, list[str]]], place: tuple[str, int] | None) -> _Annotation:
    """Return the effects of one line on all its targets, at the level of the worst target, which comes first."""
    worst = group[0][0].verdict
    lines = (f"{row.name}: {reason}" if len(group) > 1 else reason for row, reasons in group for reason in reasons)
    title = f"collectbench: {worst.value}: {list_names([row.name for row, _ in group])}"
    return _Annotation(level=_LEVELS[worst], title=title, message="\n".join(lines), place=place)


def _badness(row: TargetComparison) -> tuple[int, bool, float]:
    """Return a sort key: by verdict, then targets that cannot be measured, then the largest growth."""
    ratio = row.change.ratio if row.change else None
    return WORST_FIRST.index(row.verdict), ratio is not None, -(ratio or 0.0)


def _render_report(report: RunReport, options: RenderOptions) -> str:
    annotations = [*_result_annotations(report.run.results), *_budget_annotations(report)]
    return _join_lines(annotations, (*_table_lines(report), *_statement_lines(run_statements(report))))


def _result_annotations(results: Iterable[TargetResult]) -> Iterator[_Annotation]:
    for result in results:
        if reason := why_not_collected(result):
            yield _Annotation(level="error", title=f"collectbench: error: {result.name}", message=reason)
        elif result.status not in (Status.OK, Status.NOT_MEASURED):
            status = result.status.value
            title = f"collectbench: {status}: {result.name}"
            yield _Annotation(level="warning", title=title, message=result.message or status)


def _budget_annotations(report: RunReport) -> Iterator[_Annotation]:
    """Yield warnings, because a report only shows budgets; `compare` fails for them."""
    for name, budget in report.budgets.items():
        reasons = [check.reason for check in budget.checks if check.gates and check.verdict is not Verdict.PASS]
        if reasons:
            title = f"collectbench: {budget.verdict.value}: {name}"
            yield _Annotation(level="warning", title=title, message="\n".join(reasons))


def _table_lines(report: RunReport) -> Iterator[str]:
    """Yield one line for each row of the table; it names each figure."""
    table = run_table(report)
    for position, name in enumerate(table.labels[0].texts):
        figures = (f"{column.title} {column.cells[position]}" for column in table.columns if column.cells[position])
        yield f"{name}: {', '.join(figures)}"


FORMAT = Format(name="github", renderers={RunReport: _render_report, Comparison: _render_comparison})


def _join_lines(annotations: Iterable[_Annotation], texts: Iterable[str]) -> str:
    """Return workflow commands, as many as GitHub shows, then texts that hold no command."""
    commands: list[str] = []
    counts: Counter[str] = Counter()
    for annotation in annotations:
        counts[annotation.level] += 1
        if counts[annotation.level] <= MOST_ANNOTATIONS:
            commands.append(_command(annotation))
    surplus = {level: number - MOST_ANNOTATIONS for level, number in counts.items() if number > MOST_ANNOTATIONS}
    lines = [defuse(printable(text)) for text in texts]
    if surplus:
        omitted = ", ".join(pluralize(number, level) for level, number in surplus.items())
        limit = f"GitHub shows at most {MOST_ANNOTATIONS} annotations of each level for a step"
        lines.insert(0, f"note: {limit}; omitted: {omitted}")
    return "\n".join((*commands, *lines)) + "\n"


def _command(annotation: _Annotation) -> str:
    place = [("file", annotation.place[0]), ("line", str(annotation.place[1]))] if annotation.place else []
    properties = ",".join(f"{name}={_escape_property(value)}" for name, value in (*place, ("title", annotation.title)))
    message = annotation.message
    shown = message if len(message) <= MOST_CHARACTERS else message[:MOST_CHARACTERS] + "…"
    return f"::{annotation.level} {properties}::{_escape_data(printable(shown, keep_newlines=True))}"


def _escape_data(text: str) -> str:
    """Return the text of a command, with an escape for anything in it that would be a command in the old syntax."""
    return defuse(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(printable(text)).replace(":", "%3A").replace(",", "%2C")
