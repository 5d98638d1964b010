"""The head run's own result for a row of a comparison, which itself holds changes only."""

from __future__ import annotations

from collectbench.model.comparison import Comparison, TargetComparison
from collectbench.model.report import has_figures
from collectbench.model.run import TargetResult


def head_result(row: TargetComparison, comparison: Comparison) -> TargetResult | None:
    """Return the head result of a row; None if the comparison has no head run, or the run does not have the target."""
    run = comparison.head_run
    if run is None:
        return None
    if row is comparison.suite:
        return run.suite
    return next((result for result in run.targets if result.name == row.name), None)


def head_wall_s(row: TargetComparison, comparison: Comparison) -> float | None:
    """Return the median wall seconds of head, also for a target that has no baseline; None if unknown."""
    if row.change is not None and row.change.head_wall_s is not None:
        return row.change.head_wall_s
    result = head_result(row, comparison)
    return result.wall_s.median if result is not None and result.wall_s and has_figures(result) else None
