"""The tables of each document as columns of text, whatever the format will make of them.

The cells of columns are our own words and numbers. Labels come from the measured project, raw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from collectbench.model.comparison import Comparison, CountsChange, TargetComparison, Verdict
from collectbench.model.report import RunReport, has_figures
from collectbench.model.run import Summary, TargetResult
from collectbench.model.sample import Status
from collectbench.model.target import Target, TargetList
from collectbench.model.units import format_duration, format_ratio, format_size
from collectbench.render.escape import printable
from collectbench.render.layout import shorten
from collectbench.render.quantities import MISSING, TimeScale, count, counted, ratio_span, time_scale

PATHS_SHOWN, PATH_ROOM, LABEL_ROOM = 1, 32, 20
ONLY_RANGE = "* fewer than six rounds: lowest – highest"
DETECTS = "detects: growth that would have failed in four of five comparisons like this"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A title over cells. Where the line is too narrow, the column with the highest `drop` goes first."""

    title: str
    cells: tuple[str, ...]
    drop: int
    right: bool = True
    footnote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """A title over texts from the measured project, raw; they are shortened where the line is too narrow.

    Columns are left out before labels get fewer terminal columns than `room`. `cut` makes a text fit.
    """

    title: str
    texts: tuple[str, ...]
    room: int = LABEL_ROOM
    cut: Callable[[str, int], str] = shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns beside one or more labels; the first `parts` rows are parts, the others speak about all of them."""

    labels: tuple[Labels, ...]
    columns: tuple[Column, ...]
    parts: int

    @property
    def rows(self) -> int:
        """How many rows there are, without the titles."""
        return len(self.labels[0].texts)


def _target_table(names: Iterable[str], columns: Iterable[Column], parts: int) -> Table:
    return Table(labels=(Labels(title="target", texts=tuple(names)),), columns=tuple(columns), parts=parts)


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
    return _target_table(names, columns(), len(run.targets))


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


def comparison_table(comparison: Comparison) -> Table:
    """Every target with its verdict and what changed, then the suite."""
    suite = () if comparison.suite is None else (comparison.suite,)
    rows = (*comparison.targets, *suite)
    changes = [row.change for row in rows if row.change]
    scale = time_scale(change.head_wall_s for change in changes if change.head_wall_s is not None)

    def column(title: str, cell: Callable[[TargetComparison], str], drop: int, footnote: str = "") -> Column:
        right = title not in {"verdict", "budget"}
        return Column(title=title, cells=tuple(map(cell, rows)), drop=drop, right=right, footnote=footnote)

    def columns() -> Iterator[Column]:
        yield column("verdict", lambda row: row.verdict.value, 0)
        yield column("items", lambda row: _items_change(row.counts), 2)
        if changes:
            yield column("wall", lambda row: _wall_change(row, scale), 3)
            yield column("CPU", _cpu_change, 1)
            yield column("95 % interval", _cpu_interval, 5)
        if comparison.mode == "paired":
            if any(change.pairs for change in changes):
                yield column("pairs", _pairs, 7)
                yield column("detects", _detects, 4, DETECTS)
        elif any(change.base_reference_wall_s or change.head_reference_wall_s for change in changes):
            yield column("ref. wall", lambda row: _reference_change(row, scale), 6)
        if any(row.budget for row in rows):
            yield column("budget", lambda row: row.budget.verdict.value if row.budget else "", 4)

    return _target_table((row.name for row in rows), columns(), len(comparison.targets))


def listing_table(listing: TargetList) -> Table:
    """Every target with what pytest is given for it."""
    suite = () if listing.suite is None else (listing.suite,)
    targets = (*listing.targets, *suite)
    columns = [Column(title="paths", cells=tuple(map(_paths, targets)), drop=0, right=False)]
    if any(target.limits.budget_s for target in targets):
        columns.append(Column(title="budget", cells=tuple(map(_time_budget, targets)), drop=1))
    return _target_table((target.name for target in targets), columns, len(listing.targets))


def _paths(target: Target) -> str:
    shown = [printable(shorten(path, PATH_ROOM)) for path in target.paths[:PATHS_SHOWN]]
    further = [f"and {count(len(target.paths) - PATHS_SHOWN)} more"] if len(target.paths) > PATHS_SHOWN else []
    but = [f"without {counted(len(target.ignored), 'folder')}"] if target.ignored else []
    return ", ".join((*(shown or ["what pytest itself chooses"]), *further, *but))


def _time_budget(target: Target) -> str:
    return format_duration(target.limits.budget_s) if target.limits.budget_s else ""


def _items_change(counts: CountsChange) -> str:
    if counts.head is None:
        return MISSING
    items = count(counts.head.items)
    difference = counts.head.items - counts.base.items if counts.base else 0
    return f"{items} ({difference:+,})" if difference else items


def _wall_change(row: TargetComparison, scale: TimeScale) -> str:
    return _span(row.change.base_wall_s, row.change.head_wall_s, scale) if row.change else MISSING


def _reference_change(row: TargetComparison, scale: TimeScale) -> str:
    """Both sides in reference seconds."""
    change = row.change
    return _span(change.base_reference_wall_s, change.head_reference_wall_s, scale) if change else MISSING


def _span(then_s: float | None, now_s: float | None, scale: TimeScale) -> str:
    if now_s is None:
        return MISSING
    return scale.amount(now_s) if then_s is None else scale.span(then_s, now_s, "→")


def _cpu_change(row: TargetComparison) -> str:
    if row.change is not None and row.change.pairs == 0 and row.change.verdict is Verdict.PASS:
        return "same"
    return MISSING if row.change is None or row.change.ratio is None else format_ratio(row.change.ratio)


def _pairs(row: TargetComparison) -> str:
    return MISSING if row.change is None or row.change.pairs is None else count(row.change.pairs)


def _detects(row: TargetComparison) -> str:
    effect = None if row.change is None else row.change.minimum_detectable_effect
    return MISSING if effect is None else format_ratio(1 + effect)


def _cpu_interval(row: TargetComparison) -> str:
    return MISSING if row.change is None or row.change.ci95 is None else ratio_span(*row.change.ci95)
