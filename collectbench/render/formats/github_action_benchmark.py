"""The last times as `customSmallerIsBetter` of github-action-benchmark, which adds them to its own chart.

Format: https://github.com/benchmark-action/github-action-benchmark#tool-specific-setup
"""

from __future__ import annotations

from collections.abc import Iterable

from collectbench.model.history import History, TargetTrend
from collectbench.model.report import RunReport, has_figures
from collectbench.model.run import TargetResult
from collectbench.render.parts.escape import IN_JSON
from collectbench.render.parts.format import Format
from collectbench.render.parts.json import dump_json
from collectbench.render.parts.options import RenderOptions

Entry = dict[str, str | float]
"""`name`, `unit`, `value`; `range` and `extra` are shown beside them."""


def _render_history(history: History, options: RenderOptions) -> str:
    environments = {trend.environment for trend in history.trends}
    entries = [_trend_entry(trend, several=len(environments) > 1) for trend in history.trends]
    return _entries_as_text(entry for entry in entries if entry is not None)


def _render_report(report: RunReport, options: RenderOptions) -> str:
    return _entries_as_text(_result_entry(result) for result in report.run.results if has_figures(result))


def _trend_entry(trend: TargetTrend, *, several: bool) -> Entry | None:
    """The last point of a trend. The chart has one line for each name, so an environment is a part of it."""
    if not trend.points or trend.points[-1].wall_s is None:
        return None
    point = trend.points[-1]
    name = f"{trend.name} ({trend.environment})" if several else trend.name
    extra = "\n".join(filter(None, (f"{point.items} items" if point.items is not None else "", *point.marks)))
    entry: Entry = {"name": name, "unit": "s", "value": point.wall_s or 0.0}
    return {**entry, "extra": extra} if extra else entry


def _result_entry(result: TargetResult) -> Entry:
    wall = result.wall_s
    if wall is None:
        raise ValueError(f"{result.name} has no time")
    spread_s = max(wall.max - wall.median, wall.median - wall.min)
    entry: Entry = {"name": result.name, "unit": "s", "value": wall.median, "range": f"± {spread_s:.3g}"}
    return {**entry, "extra": f"{result.counts.items} items"} if result.counts else entry


def _entries_as_text(entries: Iterable[Entry]) -> str:
    return dump_json(list(entries), indent=2)


FORMAT = Format(
    name="github-action-benchmark",
    renderers={RunReport: _render_report, History: _render_history},
    escape=IN_JSON,
)
