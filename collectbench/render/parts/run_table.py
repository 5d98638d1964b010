"""The table of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from collectbench.model.report import RunReport, has_figures
from collectbench.model.run import Summary, TargetResult
from collectbench.model.sample import Status
from collectbench.model.units import format_size
from collectbench.render.parts.quantities import MISSING, TimeScale, count, time_scale
from collectbench.render.parts.tables import Column, Table, target_table

UNQUEUED_NOTE = "unqueued: the wall time without queueing for a CPU, as on an idle machine"

RANGE_NOTE = "* fewer than six rounds: min – max"
"""Explains an asterisk: a target whose interval is only a range, beside targets that have an interval."""


def run_table(report: RunReport) -> Table:
    """Return every target with its figures, then the sum of the parts, then the suite."""
    run = report.run
    suite = () if run.suite is None else (run.suite,)
    results = run.results
    parts = report.parts
    scale = _run_scale(results)

    def column(title: str, cell: Callable[[TargetResult], str], drop: int, total: str = "") -> Column:
        sums = () if parts is None else (total,)
        return Column(title=title, cells=(*map(cell, run.targets), *sums, *map(cell, suite)), drop=drop)

    def columns() -> Iterator[Column]:
        yield column("items", _items, 3, count(parts.items) if parts else "")
        if any(result.counts and result.counts.errors for result in results):
            yield column("errors", _errors, 2, count(parts.errors) if parts else "")
        total = scale.amount(parts.wall_s) if parts else ""
        yield column("wall", lambda result: _wall(result, scale), 0, total)
        interval = column(_interval_title(results), lambda result: _interval(result, results, scale), 6)
        marked = any(_is_marked(result, results) for result in results)
        yield replace(interval, footnote=RANGE_NOTE if marked else "")
        if any(result.unqueued_wall_s for result in results):
            unqueued = column("unqueued", lambda result: _time(result, result.unqueued_wall_s, scale), 4)
            yield replace(unqueued, footnote=UNQUEUED_NOTE)
        total = scale.amount(parts.cpu_s) if parts else ""
        yield column("CPU", lambda result: _time(result, result.cpu_s, scale), 7, total)
        if any(result.reference_wall_s is not None for result in results):
            yield column("ref. wall", lambda result: _reference_wall(result, scale), 9)
        yield column("peak RSS", _peak, 5)
        yield column("rounds", lambda result: count(len(result.timed())), 8)
        if any(result.cold_wall_s for result in results):
            yield column("cold wall", lambda result: _time(result, result.cold_wall_s, scale), 4)
        if report.budgets:
            yield replace(column("budget", lambda result: _budget(report, result), 1), right=False)

    sum_name = () if parts is None else (_sum_name(parts.measured, parts.total),)
    names = (*(result.name for result in run.targets), *sum_name, *(result.name for result in suite))
    return target_table(names, columns(), len(run.targets))


def _sum_name(measured: int, total: int) -> str:
    return "sum of the parts" if measured == total else f"sum of {measured} of {total}"


def _run_scale(results: tuple[TargetResult, ...]) -> TimeScale:
    measured = filter(has_figures, results)
    summaries = (summary for result in measured for summary in (result.wall_s, result.cold_wall_s))
    return time_scale(summary.median for summary in summaries if summary)


def _items(result: TargetResult) -> str:
    return count(result.counts.items) if result.counts else MISSING


def _errors(result: TargetResult) -> str:
    return count(result.counts.errors) if result.counts else MISSING


def _wall(result: TargetResult, scale: TimeScale) -> str:
    """Return the median, or the status that prevents one."""
    if result.status in {Status.OK, Status.COLLECTION_ERRORS}:
        return _time(result, result.wall_s, scale)
    status: str = result.status.value
    return status


def _time(result: TargetResult, summary: Summary | None, scale: TimeScale) -> str:
    return scale.amount(summary.median) if summary and has_figures(result) else MISSING


def _reference_wall(result: TargetResult, scale: TimeScale) -> str:
    """Return the median wall time in reference seconds."""
    seconds = result.reference_wall_s
    return scale.amount(seconds) if seconds is not None and has_figures(result) else MISSING


def _peak(result: TargetResult) -> str:
    return format_size(result.peak_rss_bytes.median) if result.peak_rss_bytes and has_figures(result) else MISSING


def _has_interval(result: TargetResult) -> bool:
    return result.wall_s is not None and result.wall_s.ci95 is not None


def _has_range(result: TargetResult) -> bool:
    """Return whether a target has too few rounds for an interval, but enough for a range."""
    return has_figures(result) and not _has_interval(result) and len(result.timed()) > 1


def _is_marked(result: TargetResult, results: tuple[TargetResult, ...]) -> bool:
    return _has_range(result) and any(map(_has_interval, results))


def _interval_title(results: tuple[TargetResult, ...]) -> str:
    return "95 % interval" if any(map(_has_interval, results)) else "min – max"


def _interval(result: TargetResult, results: tuple[TargetResult, ...], scale: TimeScale) -> str:
    wall = result.wall_s
    if wall is None or not has_figures(result):
        return MISSING
    if wall.ci95:
        return scale.span(*wall.ci95)
    mark = "* " if _is_marked(result, results) else ""
    return mark + scale.span(wall.min, wall.max) if _has_range(result) else MISSING


def _budget(report: RunReport, result: TargetResult) -> str:
    budget = report.budgets.get(result.name)
    return budget.verdict.value if budget else ""
