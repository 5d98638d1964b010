"""Annotations of GitHub Actions: workflow commands, then a line for each statement.

Syntax and escaping: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.judge.verdicts import WORST_FIRST, why_not_collected
from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.model.report import RunReport
from collectbench.model.run import TargetResult
from collectbench.model.sample import Status
from collectbench.render.parts.escape import defused, printable
from collectbench.render.parts.options import Renderer, RenderOptions
from collectbench.render.parts.places import import_place
from collectbench.render.parts.prose import NAMES_SHOWN, comparison_statements, run_statements
from collectbench.render.parts.quantities import pluralize
from collectbench.render.parts.run_table import run_table

SHOWN = 10
"""Annotations of one level that GitHub shows of a step.

Source: https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
"""
MESSAGE_ROOM = 10_000
"""Characters of a message; GitHub keeps 64 KiB of it (https://docs.github.com/en/rest/checks/runs)."""
_LEVELS = {
    Verdict.ERROR: "error",
    Verdict.FAIL: "error",
    Verdict.INCONCLUSIVE: "warning",
    Verdict.INCOMPARABLE: "warning",
    Verdict.PASS: "notice",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Annotation:
    """What is shown beside a line, or with the run where there is none. All texts are raw."""

    level: str
    title: str
    message: str
    place: tuple[str, int] | None = None


def _comparison(comparison: Comparison, options: RenderOptions) -> str:
    annotations = list(_of_comparison(comparison, options))
    statements = comparison_statements(comparison, verbose=True)
    return _lines(annotations, (f"{statement.word}: {statement.text}" for statement in statements))


def _of_comparison(comparison: Comparison, options: RenderOptions) -> Iterator[_Annotation]:
    """One for each import line that changed, and for each target without any, the worst first."""
    rows = comparison.rows
    if comparison.refusal:
        yield _Annotation(level="warning", title="collectbench: incomparable", message=comparison.refusal)
    groups: dict[object, list[tuple[TargetComparison, list[str]]]] = {}
    for row in sorted(rows, key=_how_bad):
        place = import_place(row, options)
        reasons = [reason for reason in (*row.reasons, *row.remarks) if reason != comparison.refusal]
        if reasons and (place or row.verdict is not Verdict.PASS):
            groups.setdefault(place or id(row), []).append((row, reasons))
    for group in groups.values():
        yield _of_group(group, import_place(group[0][0], options))


def _of_group(group: list[tuple[TargetComparison, list[str]]], place: tuple[str, int] | None) -> _Annotation:
    """What one line did to all that it concerns, at the level of the worst, which comes first."""
    worst = group[0][0].verdict
    names = ", ".join(row.name for row, _ in group[:NAMES_SHOWN])
    more = f" and {len(group) - NAMES_SHOWN} more" if len(group) > NAMES_SHOWN else ""
    lines = (f"{row.name}: {reason}" if len(group) > 1 else reason for row, reasons in group for reason in reasons)
    title = f"collectbench: {worst.value}: {names}{more}"
    return _Annotation(level=_LEVELS[worst], title=title, message="\n".join(lines), place=place)


def _how_bad(row: TargetComparison) -> tuple[int, bool, float]:
    """Sorts by verdict, then what cannot be measured at all before the largest growth."""
    ratio = row.change.ratio if row.change else None
    return WORST_FIRST.index(row.verdict), ratio is not None, -(ratio or 0.0)


def _report(report: RunReport, options: RenderOptions) -> str:
    run = report.run
    results = run.results
    annotations = [*_of_results(results), *_of_budgets(report)]
    statements = (f"{statement.word}: {statement.text}" for statement in run_statements(report))
    return _lines(annotations, (*_rows(report), *statements))


def _of_results(results: Iterable[TargetResult]) -> Iterator[_Annotation]:
    for result in results:
        if broken := why_not_collected(result):
            yield _Annotation(level="error", title=f"collectbench: error: {result.name}", message=broken)
        elif result.status is not Status.OK:
            word = result.status.value
            title = f"collectbench: {word}: {result.name}"
            yield _Annotation(level="warning", title=title, message=result.message or word)


def _of_budgets(report: RunReport) -> Iterator[_Annotation]:
    """Warnings: what a report shows fails nothing, `compare` does."""
    for name, budget in report.budgets.items():
        reasons = [check.reason for check in budget.checks if check.gates and check.verdict is not Verdict.PASS]
        if reasons:
            title = f"collectbench: {budget.verdict.value}: {name}"
            yield _Annotation(level="warning", title=title, message="\n".join(reasons))


def _rows(report: RunReport) -> Iterator[str]:
    """The table, a line for each row that names each figure."""
    table = run_table(report)
    for position, name in enumerate(table.labels[0].texts):
        figures = (f"{column.title} {column.cells[position]}" for column in table.columns if column.cells[position])
        yield f"{name}: {', '.join(figures)}"


RENDERERS: dict[type, Renderer] = {RunReport: _report, Comparison: _comparison}


def _lines(annotations: Iterable[_Annotation], texts: Iterable[str]) -> str:
    """Workflow commands, as many as GitHub shows, then texts that hold none."""
    commands: list[str] = []
    seen: Counter[str] = Counter()
    for annotation in annotations:
        seen[annotation.level] += 1
        if seen[annotation.level] <= SHOWN:
            commands.append(_command(annotation))
    further = [pluralize(number - SHOWN, level) for level, number in seen.items() if number > SHOWN]
    lines = [defused(printable(text)) for text in texts]
    if further:
        note = f"GitHub shows {SHOWN} annotations of a kind for a step; not annotated: {', '.join(further)}"
        lines.insert(0, f"note: {note}")
    return "\n".join((*commands, *lines)) + "\n"


def _command(annotation: _Annotation) -> str:
    properties = [("file", annotation.place[0]), ("line", str(annotation.place[1]))] if annotation.place else []
    named = ",".join(f"{name}={_property(value)}" for name, value in (*properties, ("title", annotation.title)))
    message = annotation.message
    shown = message if len(message) <= MESSAGE_ROOM else message[:MESSAGE_ROOM] + "…"
    return f"::{annotation.level} {named}::{_data(printable(shown, keep_newlines=True))}"


def _data(text: str) -> str:
    """The text of a command; what else would be an old command is shown with an escape."""
    return defused(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
