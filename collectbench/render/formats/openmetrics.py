"""Gauges in the text format of OpenMetrics, for Prometheus and what else reads it.

Each line is valid in the older text format too, where units and the end are comments: node_exporter and the push
gateway read only that one.

Formats: https://prometheus.io/docs/specs/om/open_metrics_spec/,
https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from collectbench.model.comparison import Comparison, Verdict
from collectbench.model.report import RunReport
from collectbench.model.sample import Status
from collectbench.render.formats.metrics import (
    Family,
    changes,
    collected,
    environment,
    figures,
    recorded,
    states,
    walls,
    work_of_results,
    work_of_sides,
)
from collectbench.render.parts.escape import printable
from collectbench.render.parts.options import Renderer, RenderOptions

_PREFIX = "collectbench"
_HELD = "1 for the one that holds, 0 for the others."


def _report(report: RunReport, options: RenderOptions) -> str:
    run = report.run
    results = run.results
    statuses = [({"target": result.name}, result.status) for result in results]
    verdicts = [({"target": name}, budget.verdict) for name, budget in report.budgets.items()]
    families = (
        environment(run.environment, {"collectbench": run.tool.version, "commit": run.commit or ""}),
        recorded(run.created),
        states("status", f"How the collection ended: {_HELD}", "status", Status, statuses),
        states("budget_verdict", f"What became of the limits: {_HELD}", "verdict", Verdict, verdicts),
        *figures(results),
        *collected({result.name: result.counts for result in results}),
        work_of_results(results),
    )
    return _text(families)


def _comparison(comparison: Comparison, options: RenderOptions) -> str:
    rows = comparison.rows
    against = {"baseline": comparison.baseline or "", "mode": comparison.mode}
    verdicts = [({"target": row.name}, row.verdict) for row in rows]
    families = (
        environment(comparison.environment, {"collectbench": comparison.tool.version, **against}),
        recorded(comparison.created),
        states("comparison_verdict", f"Of the whole: {_HELD}", "verdict", Verdict, [({}, comparison.verdict)]),
        states("verdict", f"Of each target: {_HELD}", "verdict", Verdict, verdicts),
        walls(rows, comparison),
        *changes(rows),
        *collected({row.name: row.counts.head for row in rows}),
        *collected({row.name: row.counts.base for row in rows}, of="base_"),
        *work_of_sides(rows),
    )
    return _text(families)


RENDERERS: dict[type, Renderer] = {RunReport: _report, Comparison: _comparison}


def _text(families: Iterable[Family]) -> str:
    lines = (line for family in families if family.samples for line in _family_lines(family))
    return "\n".join((*lines, "# EOF")) + "\n"


def _family_lines(family: Family) -> Iterator[str]:
    name = f"{_PREFIX}_{family.name}"
    yield f"# TYPE {name} gauge"
    if family.unit:
        yield f"# UNIT {name} {family.unit}"
    yield f"# HELP {name} {family.help}"
    for labels, number in family.samples:
        named = ",".join(f'{label}="{_escaped(value)}"' for label, value in labels.items())
        yield f"{name}{f'{{{named}}}' if named else ''} {number!r}"


def _escaped(value: str) -> str:
    """The value of a label; what is not plainly visible is an escape already, so no line feed is left."""
    return printable(value).replace("\\", "\\\\").replace('"', '\\"')
