"""A run: annotations of targets that cannot be collected or exceed a limit, then the table as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from collectbench.judge.verdicts import why_not_collected
from collectbench.model.comparison import Verdict
from collectbench.model.report import RunReport
from collectbench.model.run import TargetResult
from collectbench.model.sample import Status
from collectbench.render.formats.github.annotations import Annotation, join_lines, statement_lines
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import run_statements
from collectbench.render.parts.run_table import run_table


def render(report: RunReport, options: RenderOptions) -> str:
    """Return annotations and lines, ending in a newline."""
    annotations = [*_result_annotations(report.run.results), *_budget_annotations(report)]
    return join_lines(annotations, (*_table_lines(report), *statement_lines(run_statements(report))))


def _result_annotations(results: Iterable[TargetResult]) -> Iterator[Annotation]:
    for result in results:
        if reason := why_not_collected(result):
            yield Annotation(level="error", title=f"collectbench: error: {result.name}", message=reason)
        elif result.status not in (Status.OK, Status.NOT_MEASURED):
            status = result.status.value
            title = f"collectbench: {status}: {result.name}"
            yield Annotation(level="warning", title=title, message=result.message or status)


def _budget_annotations(report: RunReport) -> Iterator[Annotation]:
    """Yield warnings, because a report only shows budgets; `compare` fails for them."""
    for name, budget in report.budgets.items():
        reasons = [check.reason for check in budget.checks if check.gates and check.verdict is not Verdict.PASS]
        if reasons:
            title = f"collectbench: {budget.verdict.value}: {name}"
            yield Annotation(level="warning", title=title, message="\n".join(reasons))


def _table_lines(report: RunReport) -> Iterator[str]:
    """Yield one line for each row of the table; it names each figure."""
    table = run_table(report)
    for position, name in enumerate(table.labels[0].texts):
        figures = (f"{column.title} {column.cells[position]}" for column in table.columns if column.cells[position])
        yield f"{name}: {', '.join(figures)}"
