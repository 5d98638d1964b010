"""What the judged run itself says of a row: of a comparison alone, only what changed is known."""

from __future__ import annotations

from collectbench.model.comparison import Comparison, TargetComparison
from collectbench.model.report import has_figures
from collectbench.model.run import TargetResult


def head_result(row: TargetComparison, comparison: Comparison) -> TargetResult | None:
    """The result that a row judges; None where the comparison has no head run, or that does not hold the target."""
    run = comparison.head_run
    if run is None:
        return None
    if row is comparison.suite:
        return run.suite
    return next((result for result in run.targets if result.name == row.name), None)


def head_wall_s(row: TargetComparison, comparison: Comparison) -> float | None:
    """The median wall seconds of head, also where there was nothing to compare them with."""
    if row.change is not None and row.change.head_wall_s is not None:
        return row.change.head_wall_s
    result = head_result(row, comparison)
    return result.wall_s.median if result is not None and result.wall_s and has_figures(result) else None
