"""History: what is kept of each run, and the trends that the kept runs make."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from collectbench.model.cost import Cost
from collectbench.model.omission import OMIT_DEFAULT
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedTarget:
    """What a record keeps of one target.

    Attributes:
        name: of the target.
        status: how its collection ended.
        items: that were collected; None if unknown.
        errors: of collection; None if unknown.
        nodeids_sha256: of the selected node ids; None if unknown.
        wall_s: of each timed round in its order, in seconds.
        reference_wall_s: the median in reference seconds, as on a machine of nominal speed; None if unknown.
        peak_rss_bytes: the median over the timed rounds, of the whole process tree; None if unknown.
        counters: exact work counters; None without counted rounds.
        unstable: the counters that differed between the counted rounds.
    """

    name: str
    status: Status
    items: int | None = None
    errors: int | None = None
    nodeids_sha256: str | None = None
    wall_s: tuple[float, ...] = ()
    reference_wall_s: float | None = None
    peak_rss_bytes: float | None = None
    counters: dict[str, int] | None = None
    unstable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One run in the history: a file of its own.

    Attributes:
        tool: what made it.
        created: UTC, ISO 8601.
        commit: None outside git.
        dirty: whether the working tree had changes; None outside git.
        environment: in which it was measured.
        targets: in the order of the run.
        suite: None if it was not measured.
        committed: when the commit was made, UTC, ISO 8601; None if unknown. It is the order of a trend: an old commit
            has its place there, also if it is measured later.
        depth: how many commits its branch had with it, first parents only, since several commits may have the same
            time, as after a rebase; None if unknown.
    """

    tool: Tool
    created: str
    commit: str | None
    dirty: bool | None
    environment: Environment
    targets: tuple[RecordedTarget, ...]
    suite: RecordedTarget | None
    committed: str | None = field(default=None, metadata=OMIT_DEFAULT)
    depth: int | None = field(default=None, metadata=OMIT_DEFAULT)

    @property
    def place(self) -> tuple[str, int, str]:
        """The sort key of the run in a trend."""
        return self.at, self.depth or 0, self.created

    @property
    def at(self) -> str:
        """The time that gives the run its place in the trend: that of the commit, else that of the run."""
        return self.committed or self.created

    @property
    def results(self) -> tuple[RecordedTarget, ...]:
        """All targets, then the suite if it was measured."""
        return (*self.targets, *(() if self.suite is None else (self.suite,)))


class StepKind(str, Enum):
    """What shows a step: an exact counter, which needs no statistics, or the time."""

    COUNTER = "counter"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A lasting change of a trend.

    Attributes:
        index: of the first point of the new level, in `TargetTrend.points`.
        kind: what shows it.
        figure: the name of the counter, `wall_s`, or `reference_wall_s` if each timed point has reference seconds.
        before: the level before: the counter, or the median in seconds.
        after: the level from there on.
        base: the commit of the last point before; None if unknown.
        head: the commit of the first point of the new level; None if unknown.
    """

    index: int
    kind: StepKind
    figure: str
    before: float
    after: float
    base: str | None
    head: str | None

    @property
    def ratio(self) -> float:
        """The new level as a multiple of the one before; infinite if that was 0."""
        return self.after / self.before if self.before else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendPoint:
    """One run in the trend of a target.

    Attributes:
        created: when its commit was made, or the run if that is unknown; UTC, ISO 8601.
        commit: None if unknown.
        dirty: whether the working tree had changes; None if unknown.
        wall_s: the median of the timed rounds, in seconds; None if there is no such figure.
        reference_wall_s: the same in reference seconds; None if unknown.
        items: that were collected; None if unknown.
        marks: what else changed since the point before, such as `numpy 2.1.0 -> 2.2.0`.
    """

    created: str
    commit: str | None
    dirty: bool | None
    wall_s: float | None
    reference_wall_s: float | None
    items: int | None
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetTrend:
    """The trend of one target in one environment, the earliest point first.

    Attributes:
        name: of the target; the suite has the name that it has in runs.
        environment: its name, which is that of the directory of its records.
        points: one for each record that has the target.
        steps: the lasting changes, the earliest first.
        cost: of the last step in a day, if it is one of the time and the configuration says how often the tests run.
    """

    name: str
    environment: str
    points: tuple[TrendPoint, ...]
    steps: tuple[Step, ...]
    cost: Cost | None = field(default=None, metadata=OMIT_DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bisection:
    """The search for the commit of a step, by a counter.

    Attributes:
        target: whose step it is.
        figure: the name of the counter; empty if none shows the step.
        before: the counter before the step, as recorded; likewise `after`. Both are 0 without a counter.
        after: the counter after the step.
        commits: how many commits may have made the step.
        measured: those that were measured, in that order, each with its counter.
        commit: the one that made the step; None if it was not found.
        parent: the one before it.
        subject: the first line of the message of the commit.
        low: the counter of the parent.
        high: the counter of the commit.
        reason: why it was not found, or what the reader must know about it.
    """

    target: str
    figure: str
    before: int
    after: int
    commits: int
    measured: tuple[tuple[str, int], ...] = ()
    commit: str | None = None
    parent: str | None = None
    subject: str = ""
    low: int | None = None
    high: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The result of `collectbench history`.

    Attributes:
        tool: what made it.
        created: UTC, ISO 8601.
        directory: that was read, as the user wrote it.
        records: how many were read.
        trends: the suite first, then the targets by name; in the order of environments.
        notes: what a reader must know, such as files that could not be read.
        bisection: the search for the commit of a step, if it was asked for.
    """

    tool: Tool
    created: str
    directory: str
    records: int
    trends: tuple[TargetTrend, ...]
    notes: tuple[str, ...] = ()
    bisection: Bisection | None = field(default=None, metadata=OMIT_DEFAULT)
