"""The table of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from collectbench.model.report import RunReport, has_figures
from collectbench.model.run import Summary, TargetResult
from collectbench.model.sample import Status
from collectbench.model.units import format_size
from collectbench.render.parts.quantities import MISSING, TimeScale, count, time_scale
from collectbench.render.parts.tables import Column, Table, target_table

ONLY_RANGE = "* fewer than six rounds: lowest – highest"


def run_table(report: RunReport) -> Table:
    """Every target with its figures, then the sum of the parts, then the suite."""
    run = report.run
    suite = () if run.suite is None else (run.suite,)
    results = (*run.targets, *suite)
    parts = report.parts
    scale = _run_scale(results)

    def column(title: str, cell: Callable[[TargetResult], str], drop: int, total: str = "") -> Column:
        sums = () if parts is None else (total,)
        cells = (*map(cell, run.targets), *sums, *map(cell, suite))
        footnote = ONLY_RANGE if any(cell.startswith("*") for cell in cells) else ""
        return Column(title=title, cells=cells, drop=drop, right=title != "budget", footnote=footnote)

    def columns() -> Iterator[Column]:
        yield column("items", _items, 3, count(parts.items) if parts else "")
        if any(result.counts and result.counts.errors for result in results):
            yield column("errors", _errors, 2, count(parts.errors) if parts else "")
        total = scale.amount(parts.wall_s) if parts else ""
        yield column("wall", lambda result: _wall(result, scale), 0, total)
        yield column(_interval_title(results), lambda result: _interval(result, results, scale), 6)
        total = scale.amount(parts.cpu_s) if parts else ""
        yield column("CPU", lambda result: _time(result, result.cpu_s, scale), 7, total)
        if any(result.reference_wall_s is not None for result in results):
            yield column("ref. wall", lambda result: _reference_wall(result, scale), 9)
        yield column("peak RSS", _peak, 5)
        yield column("rounds", lambda result: count(len(result.timed())), 8)
        if any(result.cold_wall_s for result in results):
            yield column("cold wall", lambda result: _time(result, result.cold_wall_s, scale), 4)
        if report.budgets:
            yield column("budget", lambda result: _budget(report, result), 1)

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
    """The median, or the word for why there is none."""
    if result.status in {Status.OK, Status.COLLECTION_ERRORS}:
        return _time(result, result.wall_s, scale)
    word: str = result.status.value
    return word


def _time(result: TargetResult, summary: Summary | None, scale: TimeScale) -> str:
    return scale.amount(summary.median) if summary and has_figures(result) else MISSING


def _reference_wall(result: TargetResult, scale: TimeScale) -> str:
    """The median wall time in reference seconds."""
    seconds = result.reference_wall_s
    return scale.amount(seconds) if seconds is not None and has_figures(result) else MISSING


def _peak(result: TargetResult) -> str:
    return format_size(result.peak_rss_bytes.median) if result.peak_rss_bytes and has_figures(result) else MISSING


def _has_interval(result: TargetResult) -> bool:
    return result.wall_s is not None and result.wall_s.ci95 is not None


def _interval_title(results: tuple[TargetResult, ...]) -> str:
    return "95 % interval" if any(map(_has_interval, results)) else "min – max"


def _interval(result: TargetResult, results: tuple[TargetResult, ...], scale: TimeScale) -> str:
    wall = result.wall_s
    if wall is None or not has_figures(result):
        return MISSING
    if wall.ci95:
        return scale.span(*wall.ci95)
    mark = "* " if any(map(_has_interval, results)) else ""
    return mark + scale.span(wall.min, wall.max) if len(result.timed()) > 1 else MISSING


def _budget(report: RunReport, result: TargetResult) -> str:
    budget = report.budgets.get(result.name)
    return budget.verdict.value if budget else ""
