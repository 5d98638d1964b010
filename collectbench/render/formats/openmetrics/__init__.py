"""Gauges in the text format of OpenMetrics, for Prometheus and other readers of that format.

Each line is valid in the older text format too, where units and the end are comments: node_exporter and the push
gateway read only the older one.

Formats: https://prometheus.io/docs/specs/om/open_metrics_spec/,
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from collectbench.model.comparison import Comparison, Verdict
from collectbench.model.history import History
from collectbench.model.lint import LintReport
from collectbench.model.report import RunReport
from collectbench.model.sample import Status
from collectbench.render.formats.openmetrics.families import (
    Family,
    Labels,
    change_families,
    count_families,
    environment_family,
    head_wall_family,
    recorded_family,
    result_families,
    result_work_family,
    side_work_families,
    state_family,
)
from collectbench.render.formats.openmetrics.history import history_families
from collectbench.render.formats.openmetrics.lint import lint_families
from collectbench.render.parts.escape import IN_LABELS, printable
from collectbench.render.parts.format import Format
from collectbench.render.parts.options import RenderOptions

_PREFIX = "collectbench"
_ONE_HOT = "1 for the current one, 0 for the others."


def _render_report(report: RunReport, options: RenderOptions) -> str:
    run = report.run
    results = run.results
    statuses = [({"target": result.name}, result.status) for result in results]
    verdicts = [({"target": name}, budget.verdict) for name, budget in report.budgets.items()]
    families = (
        environment_family(run.environment, {"collectbench": run.tool.version, "commit": run.commit or ""}),
        recorded_family(run.created),
        state_family("status", f"How the collection ended: {_ONE_HOT}", "status", Status, statuses),
        state_family("budget_verdict", f"Verdict on the limits: {_ONE_HOT}", "verdict", Verdict, verdicts),
        *result_families(results),
        *count_families({result.name: result.counts for result in results}),
        result_work_family(results),
    )
    return _join(families)


def _render_comparison(comparison: Comparison, options: RenderOptions) -> str:
    rows = comparison.rows
    baseline = {"baseline": comparison.baseline or "", "mode": comparison.mode}
    verdicts = [({"target": row.name}, row.verdict) for row in rows]
    overall: list[tuple[Labels, Verdict]] = [({}, comparison.verdict)]
    families = (
        environment_family(comparison.environment, {"collectbench": comparison.tool.version, **baseline}),
        recorded_family(comparison.created),
        state_family("comparison_verdict", f"Overall verdict: {_ONE_HOT}", "verdict", Verdict, overall),
        state_family("verdict", f"Verdict of each target: {_ONE_HOT}", "verdict", Verdict, verdicts),
        head_wall_family(rows, comparison),
        *change_families(rows),
        *count_families({row.name: row.counts.head for row in rows}),
        *count_families({row.name: row.counts.base for row in rows}, prefix="base_"),
        *side_work_families(rows),
    )
    return _join(families)


def _render_lint(report: LintReport, options: RenderOptions) -> str:
    return _join((recorded_family(report.created), *lint_families(report)))


def _render_history(history: History, options: RenderOptions) -> str:
    return _join((recorded_family(history.created), *history_families(history)))


FORMAT = Format(
    name="openmetrics",
    renderers={
        RunReport: _render_report,
        Comparison: _render_comparison,
        LintReport: _render_lint,
        History: _render_history,
    },
    suffixes=(".prom",),
    escape=IN_LABELS,
)


def _join(families: Iterable[Family]) -> str:
    lines = (line for family in families if family.samples for line in _family_lines(family))
    return "\n".join((*lines, "# EOF")) + "\n"


def _family_lines(family: Family) -> Iterator[str]:
    name = f"{_PREFIX}_{family.name}"
    yield f"# TYPE {name} gauge"
    if family.unit:
        yield f"# UNIT {name} {family.unit}"
    yield f"# HELP {name} {family.help}"
    for labels, number in family.samples:
        pairs = ",".join(f'{label}="{_escape(value)}"' for label, value in labels.items())
        yield f"{name}{f'{{{pairs}}}' if pairs else ''} {number!r}"


def _escape(value: str) -> str:
    """Return the value of a label. `printable` has escaped all line feeds, so only these two characters remain."""
    return printable(value).replace("\\", "\\\\").replace('"', '\\"')
