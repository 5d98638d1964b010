"""A run with the judgements on it, as `baseline` shows it, and the other documents that can be shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectbench.model.comparison import Budget, Comparison
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.doctor import Checkup
from collectbench.model.fixes import FixReport, Undone
from collectbench.model.full_report import FullReport
from collectbench.model.handover import Handover
from collectbench.model.history import History
from collectbench.model.lint import LintReport
from collectbench.model.run import Run, TargetResult
from collectbench.model.sample import Status
from collectbench.model.target import TargetList
from collectbench.model.verification import Verification
from collectbench.model.who import WhoImports


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The sum of the targets of a run: medians added up over the `measured` ones of `total`."""

    items: int
    errors: int
    wall_s: float
    cpu_s: float
    measured: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """A run and the judgements on it.

    `parts` is the sum over the targets, `explained` the result whose phases represent the run. `budgets` are those of
    the targets with limits, by name, including the suite. `machine_speed` is a multiple of the nominal speed.
    """

    run: Run
    parts: Parts | None = None
    explained: TargetResult | None = None
    budgets: dict[str, Budget] = field(default_factory=dict)
    hints: tuple[str, ...] = ()
    machine_speed: float | None = None


Document = (
    RunReport
    | Comparison
    | TargetList
    | Profile
    | WhoImports
    | Diagnosis
    | Checkup
    | LintReport
    | FixReport
    | Undone
    | Verification
    | Handover
    | FullReport
    | History
)
"""The documents that can be shown."""


def has_figures(result: TargetResult) -> bool:
    """Whether a target has meaningful times: a conftest that fails at once is never a fast target."""
    return result.status in {Status.OK, Status.COLLECTION_ERRORS} and result.wall_s is not None
