"""A run together with what was decided about it: what `baseline` shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectbench.model.comparison import Budget, Comparison
from collectbench.model.run import Run, TargetResult
from collectbench.model.sample import Status
from collectbench.model.target import TargetList


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A run, the budgets of those targets that have limits (by name, the suite's among them), and hints."""

    run: Run
    budgets: dict[str, Budget] = field(default_factory=dict)
    hints: tuple[str, ...] = ()


Document = Run | RunReport | Comparison | TargetList
"""Whatever can be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The targets of a run taken together: medians added up over the `measured` ones of `total`."""

    items: int
    errors: int
    wall_s: float
    cpu_s: float
    measured: int
    total: int


def has_figures(result: TargetResult) -> bool:
    """Whether the times of a target mean anything: a conftest that fails at once is never a fast target."""
    return result.status in {Status.OK, Status.COLLECTION_ERRORS} and result.wall_s is not None


def sum_of_parts(run: Run) -> Parts | None:
    """The sum over the targets with figures; None where there is none, or only one target in all."""
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
    """The result whose phases stand for the run: the suite, else the slowest target; None without phases."""
    if run.suite is not None and has_figures(run.suite) and run.suite.phases:
        return run.suite
    candidates = [result for result in run.targets if has_figures(result) and result.phases]
    return max(candidates, key=lambda result: sum(result.phases.values()), default=None)
