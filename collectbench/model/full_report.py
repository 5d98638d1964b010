"""A hand-over with the documents that it is made of, for formats that show more than the answer."""

from __future__ import annotations

from dataclasses import dataclass

from collectbench.model.comparison import Comparison
from collectbench.model.costs import Profile
from collectbench.model.diagnosis import Diagnosis
from collectbench.model.handover import Handover
from collectbench.model.history import History
from collectbench.model.lint import LintReport
from collectbench.model.run import Run
from collectbench.model.verification import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class FullReport:
    """The result of `collectbench report`, with everything behind it.

    Attributes:
        handover: the answer.
        base: the run before; None if only one is given.
        head: the run after; None if there is none.
        comparison: the judgement on `head`; None without runs.
        profiles: at most one of each target, the slowest first.
        diagnosis: the latest one; None without any.
        lint: the latest report of lint; None without any.
        verification: the latest one; None without any.
        history: None unless a directory was named.
    """

    handover: Handover
    base: Run | None = None
    head: Run | None = None
    comparison: Comparison | None = None
    profiles: tuple[Profile, ...] = ()
    diagnosis: Diagnosis | None = None
    lint: LintReport | None = None
    verification: Verification | None = None
    history: History | None = None
