"""The table of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from collectbench.model.comparison import Comparison, CountsChange, TargetComparison, Verdict
from collectbench.model.units import format_ratio
from collectbench.render.parts.quantities import MISSING, TimeScale, count, ratio_span, time_scale
from collectbench.render.parts.tables import Column, Table, target_table

DETECTS = "detects: growth that would have failed in four of five comparisons like this"


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

    return target_table((row.name for row in rows), filter(_says_something, columns()), len(comparison.targets))


def _says_something(column: Column) -> bool:
    return any(cell not in ("", MISSING) for cell in column.cells)


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
