"""A diagnosis: causes of slow collection with place and fix, and an owner for each second."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectbench.model.net import Net
from collectbench.model.omission import OMIT_DEFAULT
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Counts, Status
from collectbench.model.workers import Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A line to look at; `text` is its source, empty if it cannot be read. `line` is 0 for a whole file."""

    path: str
    line: int
    text: str = ""


PROVEN, REFUTED, INCONCLUSIVE = "proven", "refuted", "inconclusive"
"""The verdicts of an experiment."""

JOINT = "all proven interventions at once"
"""The name of the experiment with all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """A target measured with and without a cause, in pairs; times in wall seconds without queueing.

    `intervention` is what `--try` takes. `base_walls_s` are the rounds with it, `head_walls_s` those without it, pair
    by pair. `ci95` is None with fewer than six pairs. `reason` says why it is not proven. With `bound`, a fix can save
    less.
    """

    intervention: str
    pairs: int
    saving_s: float
    ci95: tuple[float, float] | None
    same_nodeids: bool
    same_errors: bool
    verdict: str
    reason: str = ""
    bound: bool = False
    command: str = ""
    """Repeats it, in a shell."""
    ends: int = 0
    """The rounds with it whose exit code was compared, where that is at risk."""
    base_walls_s: tuple[float, ...] = ()
    head_walls_s: tuple[float, ...] = ()
    net: Net | None = None
    """What is left of the saving once tests run; None if that was not asked for, or nothing is proven."""
    same_outcomes: bool = True
    """False if tests end differently with it."""

    @property
    def is_too_small(self) -> bool:
        """Whether it shows that next to nothing is saved; one that changes what is collected does not show that."""
        is_alike = self.same_nodeids and self.same_errors and self.same_outcomes
        return self.verdict == REFUTED and self.pairs > 0 and is_alike


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalProof:
    """The target with the proven fixes in one of two worktrees, compared as `compare --against` does.

    `files` were edited there, relative to the top of the repository. `ratio` is CPU time with the fixes over that
    without them. The wall times are medians in seconds. `same_nodeids` is None if a side was not collected. `verdict`
    is `proven` if ids and errors are the same and the interval lies below 1, `refuted` if ids or errors differ or it
    lies above, else `inconclusive`.
    """

    files: tuple[str, ...]
    ratio: float | None
    ci95: tuple[float, float] | None
    pairs: int
    base_wall_s: float | None
    head_wall_s: float | None
    same_nodeids: bool | None
    verdict: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One instance of a cause.

    `estimated_saving_s` are seconds of the traced round without queueing, 0 for notes; with `bound`, at most so many
    are saved. No second counts for two findings. `estimated_by_itself_s` is what this one saves if it is the only one
    that is fixed, as in its experiment; None in older documents. `saving_alone_s` is saved by changing the best one of
    several lines; None if there is one line. `fix` says what to do, `diff` is the change if it is a small one, and
    `command` can be pasted into a shell.
    """

    cause: str
    subject: str
    title: str
    evidence: tuple[str, ...]
    locations: tuple[Location, ...]
    estimated_saving_s: float
    saving_alone_s: float | None
    bound: bool
    fix: str
    diff: str = ""
    command: str = ""
    experiment: Experiment | None = None
    estimated_by_itself_s: float | None = None

    @property
    def predicted_s(self) -> float:
        """What its experiment is expected to show, in seconds."""
        return self.estimated_saving_s if self.estimated_by_itself_s is None else self.estimated_by_itself_s

    @property
    def is_refuted(self) -> bool:
        """Whether an experiment showed that this saves next to nothing."""
        return self.experiment is not None and self.experiment.is_too_small

    @property
    def is_proven(self) -> bool:
        """Whether an experiment proved that this saves time."""
        return self.experiment is not None and self.experiment.verdict == PROVEN

    @property
    def is_bound(self) -> bool:
        """Whether what is known best is an upper limit."""
        return self.experiment.bound if self.experiment is not None and self.is_proven else self.bound

    @property
    def settled_saving_s(self) -> float:
        """The estimate that counts no second twice, by as much more or less as the experiment differs from its own."""
        if not self.is_proven or not self.predicted_s:
            return self.expected_saving_s
        return self.estimated_saving_s * self.expected_saving_s / self.predicted_s

    @property
    def expected_saving_s(self) -> float:
        """What is known best: the measured saving if it is proven, nothing if it is refuted, else the estimate."""
        if self.is_refuted:
            return 0.0
        if self.experiment is not None and self.is_proven:
            return self.experiment.saving_s
        return self.estimated_saving_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Seconds of the traced round that no finding saves, and the reason."""

    name: str
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDiagnosis:
    """The findings of one target, the largest saving first.

    `wall_s` is the time of a timed round; None if there is none. `traced_wall_s` is that of the round that explains:
    the savings of all findings and the seconds of all `rest` add up to it.
    """

    name: str
    status: Status
    message: str
    wall_s: float | None
    traced_wall_s: float
    findings: tuple[Finding, ...]
    rest: tuple[Rest, ...]
    counts: Counts | None = None
    budget_s: float | None = None
    notes: tuple[str, ...] = ()
    experiments: tuple[Experiment, ...] = ()
    """Those with interventions that the user named."""
    joint: Experiment | None = None
    """All proven interventions at once; None without an experiment of that kind."""
    final: FinalProof | None = None
    """The proven fixes in a worktree; None if that was not measured."""
    queued_s: float = 0.0
    """Seconds of the traced round in which the process waited for a processor: shares are of the other ones."""
    workers: Workers | None = field(default=None, metadata=OMIT_DEFAULT)
    """What several workers of pytest-xdist cost; None if that was not measured."""

    @property
    def unqueued_s(self) -> float:
        """Seconds of the traced round without queueing, of which findings save a share."""
        return max(0.0, self.traced_wall_s - self.queued_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What `collectbench diagnose` finds."""

    tool: Tool
    created: str
    environment: Environment
    targets: tuple[TargetDiagnosis, ...]
    notes: tuple[str, ...] = ()
    project: str = ""
