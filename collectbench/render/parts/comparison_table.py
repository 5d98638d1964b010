"""The table of a comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from collectbench.model.comparison import Comparison, CountsChange, TargetComparison, Verdict
from collectbench.model.units import format_difference, format_ratio
from collectbench.render.parts.heads import head_wall_s
from collectbench.render.parts.quantities import MISSING, TimeScale, count, ratio_span, time_scale
from collectbench.render.parts.tables import Column, Table, target_table

DETECTS_NOTE = "detects: four of five such comparisons would have detected this growth"


WAITS_FROM_S = 0.01
"""Smaller differences of waits are not shown: the column is for those that a reader may ask about."""


def comparison_table(comparison: Comparison) -> Table:
    """Return every target with its verdict and its changes, then the suite."""
    suite = () if comparison.suite is None else (comparison.suite,)
    rows = (*comparison.targets, *suite)
    changes = [row.change for row in rows if row.change]
    scale = time_scale(change.head_wall_s for change in changes if change.head_wall_s is not None)

    def figures(title: str, figure: Callable[[TargetComparison], str | None], drop: int) -> Iterator[Column]:
        """Yield a column of figures, unless all are missing (None)."""
        cells = [figure(row) for row in rows]
        if any(cell is not None for cell in cells):
            yield Column(title=title, cells=tuple(MISSING if cell is None else cell for cell in cells), drop=drop)

    def words(title: str, word: Callable[[TargetComparison], str], drop: int) -> Column:
        return Column(title=title, cells=tuple(map(word, rows)), drop=drop, right=False)

    def columns() -> Iterator[Column]:
        yield words("verdict", lambda row: row.verdict.value, 0)
        yield from figures("items", lambda row: _items_change(row.counts), 2)
        if changes:
            yield from figures("wall", lambda row: _wall_change(row, scale), 3)
            yield from figures("CPU", _cpu_change, 1)
            yield from figures("95 % interval", _cpu_interval, 5)
            yield from figures("waits", _waits_change, 3)
        if comparison.mode == "paired":
            if any(change.pairs for change in changes):
                yield from figures("pairs", _pairs, 7)
                yield from (replace(column, footnote=DETECTS_NOTE) for column in figures("detects", _detects, 4))
        elif any(change.base_reference_wall_s or change.head_reference_wall_s for change in changes):
            yield from figures("ref. wall", lambda row: _reference_change(row, scale), 6)
        yield from _budget_columns(comparison, rows)

    return target_table((row.name for row in rows), columns(), len(comparison.targets))


def _time_budget_s(row: TargetComparison) -> float | None:
    """Return the limit of the wall time in seconds; None without one."""
    checks = row.budget.checks if row.budget else ()
    return next((check.limit for check in checks if check.key == "budget"), None)


def _alone(seconds: float | None, scale: TimeScale) -> str:
    return MISSING if seconds is None else scale.amount(seconds)


def _budget_columns(comparison: Comparison, rows: Sequence[TargetComparison]) -> Iterator[Column]:
    """Yield the verdict on the budgets; without changes it is the only one, so time and budget are shown instead."""
    budgets_s = [_time_budget_s(row) for row in rows]
    if any(budgets_s) and not any(row.change for row in rows):
        scale = time_scale(filter(None, budgets_s))
        walls_s = [head_wall_s(row, comparison) for row in rows]
        yield Column(title="wall", cells=tuple(_alone(wall_s, scale) for wall_s in walls_s), drop=1)
        yield Column(title="budget", cells=tuple(_alone(budget_s, scale) for budget_s in budgets_s), drop=1)
    elif any(row.budget for row in rows):
        verdicts = tuple(row.budget.verdict.value if row.budget else "" for row in rows)
        yield Column(title="budget", cells=verdicts, drop=4, right=False)


def _items_change(counts: CountsChange) -> str | None:
    if counts.head is None:
        return None
    items = count(counts.head.items)
    difference = counts.head.items - counts.base.items if counts.base else 0
    return f"{items} ({difference:+,})" if difference else items


def _wall_change(row: TargetComparison, scale: TimeScale) -> str | None:
    return _span(row.change.base_wall_s, row.change.head_wall_s, scale) if row.change else None


def _reference_change(row: TargetComparison, scale: TimeScale) -> str | None:
    """Return both sides in reference seconds."""
    change = row.change
    return _span(change.base_reference_wall_s, change.head_reference_wall_s, scale) if change else None


def _span(base_s: float | None, head_s: float | None, scale: TimeScale) -> str | None:
    if head_s is None:
        return None
    return scale.amount(head_s) if base_s is None else scale.span(base_s, head_s, "→")


def _cpu_change(row: TargetComparison) -> str | None:
    if row.change is not None and row.change.pairs == 0 and row.change.verdict is Verdict.PASS:
        return "same"
    return None if row.change is None or row.change.ratio is None else format_ratio(row.change.ratio)


def _waits_change(row: TargetComparison) -> str | None:
    """Return the growth of the waits; None if nobody would notice it."""
    if row.waits is None or abs(row.waits.growth_s) < WAITS_FROM_S:
        return None
    return format_difference(row.waits.growth_s)


def _pairs(row: TargetComparison) -> str | None:
    return None if row.change is None or row.change.pairs is None else count(row.change.pairs)


def _detects(row: TargetComparison) -> str | None:
    effect = None if row.change is None else row.change.minimum_detectable_effect
    return None if effect is None else format_ratio(1 + effect)


def _cpu_interval(row: TargetComparison) -> str | None:
    return None if row.change is None or row.change.ci95 is None else ratio_span(*row.change.ci95)
