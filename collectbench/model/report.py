"""A run together with what was decided about it: what `baseline` shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectbench.model.comparison import Budget, Comparison
from collectbench.model.costs import Profile
from collectbench.model.doctor import Checkup
from collectbench.model.run import Run, TargetResult
from collectbench.model.sample import Status
from collectbench.model.target import TargetList


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The targets of a run taken together: medians added up over the `measured` ones of `total`."""

    items: int
    errors: int
    wall_s: float
    cpu_s: float
    measured: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A run and what was made of it.

    `parts` is the sum over the targets, `explained` the result whose phases stand for the run. `budgets` are of those
    targets that have limits (by name, the suite's among them), `machine_speed` is a multiple of the nominal one.
    """

    run: Run
    parts: Parts | None = None
    explained: TargetResult | None = None
    budgets: dict[str, Budget] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    machine_speed: float | None = None


Document = RunReport | Comparison | TargetList | Profile | Checkup
"""Whatever can be shown."""


def has_figures(result: TargetResult) -> bool:
    """Whether the times of a target mean anything: a conftest that fails at once is never a fast target."""
    return result.status in {Status.OK, Status.COLLECTION_ERRORS} and result.wall_s is not None
