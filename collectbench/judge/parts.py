"""Adds up the targets of a run, and chooses the result that represents them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.model.report import Parts, has_figures

if TYPE_CHECKING:
    from collectbench.model.run import Run, TargetResult


def sum_of_parts(run: Run) -> Parts | None:
    """The sum over the targets with figures; None if there are none, or if the run has only one target."""
    measured = [result for result in run.targets if has_figures(result)]
    if len(run.targets) < 2 or not measured:
        return None
    counts = [result.counts for result in measured if result.counts]
    return Parts(
        items=sum(count.items for count in counts),
        errors=sum(count.errors for count in counts),
        wall_s=sum(result.wall_s.median for result in measured if result.wall_s),
        cpu_s=sum(result.cpu_s.median for result in measured if result.cpu_s),
        measured=len(measured),
        total=len(run.targets),
    )


def explained(run: Run) -> TargetResult | None:
    """The result whose phases represent the run: the suite, else the slowest target; None without phases."""
    if run.suite is not None and has_figures(run.suite) and run.suite.phases:
        return run.suite
    candidates = [result for result in run.targets if has_figures(result) and result.phases]
    return max(candidates, key=lambda result: sum(result.phases.values()), default=None)
