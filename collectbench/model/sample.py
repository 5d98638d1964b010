"""Samples: the numbers of one round, its kind, and the status of a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class RoundKind(str, Enum):
    """The kind of a round: why its child process was started. Headline figures come only from `timed` rounds."""

    WARMUP = "warmup"
    TIMED = "timed"
    COLD = "cold"
    COUNTED = "counted"
    TRACED = "traced"
    SAMPLED = "sampled"
    OUTCOMES = "outcomes"
    """Records each id, error and warning of collection, and the outcome of each test if tests run."""


class Status(str, Enum):
    """How the collection of a target ended."""

    OK = "ok"
    COLLECTION_ERRORS = "collection-errors"
    FAILED = "failed"
    CRASHED = "crashed"
    TIMEOUT = "timeout"
    EMPTY = "empty"
    NOT_MEASURED = "not-measured"
    """No round was taken of it, for want of time."""


PHASES = (
    "interpreter",
    "pytest-import",
    "plugins",
    "conftest",
    "startup",
    "collection",
    "modifyitems",
    "report",
    "teardown",
)
"""The phases of a round, in the order in which they happen."""

UNACCOUNTED = "unaccounted"
"""The wall time of a round minus all its phases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers of collected items (after deselection), files with items, errors and warnings."""

    items: int
    files: int
    errors: int
    warnings: int
    collection_warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """The machine's other work during a round; None if the system does not report it.

    Pressures are the share of the round's wall time in which some task waited for that resource (Linux PSI, `some`).
    `steal_s` and `throttled_s` are seconds of CPU time withheld by the hypervisor and by the control group.
    `suspended_s` are seconds in which the machine slept.
    """

    load_1m: float | None = None
    cpu_pressure: float | None = None
    memory_pressure: float | None = None
    io_pressure: float | None = None
    steal_s: float | None = None
    throttled_s: float | None = None
    suspended_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The time of the reference workload right before a round, in seconds: the speed of the machine then."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One round: seconds, bytes, and the exit code (negative for a signal) of one child process."""

    kind: RoundKind
    wall_s: float
    user_s: float
    system_s: float
    peak_rss_bytes: int
    exit_code: int
    phases: dict[str, float] = field(default_factory=dict)
    noise: Noise = field(default_factory=Noise)
    voluntary_switches: int = 0
    involuntary_switches: int = 0
    comparable: bool = True
    """False if other rounds ran at the same time."""
    reference: Reference | None = None
    """The reference workload of this round; None if it did not run."""
    waited_s: float | None = None
    """Wall time in which the main thread neither ran nor was in the run queue, less the CPU time of the other threads
    and processes of the tree: it waited for time, files, sockets or locks. Not floored at 0. None if unknown."""
    queued_s: float | None = None
    """Wall time in which the main thread could have run and had no processor. None if unknown."""
    threads_or_children: bool | None = None
    """Whether other threads or processes of the tree ran. None if unknown."""
    others_cpu_s: float | None = field(default=None, metadata={"omit_default": True})
    """The CPU time of these other threads and processes. None if unknown."""
    pair: int | None = None
    """The number of its pair, from 0, in a paired comparison: base and head of one pair were measured together."""

    @property
    def cpu_s(self) -> float:
        """User and system time together, in seconds."""
        return self.user_s + self.system_s

    @property
    def unqueued_wall_s(self) -> float:
        """Wall time without the time in the run queue, as on an idle machine; all of it if that is unknown."""
        return self.wall_s - (self.queued_s or 0.0)

    @property
    def machine_queued_s(self) -> float:
        """The least time in the run queue that other programs caused; 0 if unknown.

        Other threads and processes of the tree can only keep the main thread waiting while they themselves run.
        """
        own_s = self.others_cpu_s
        if own_s is None:
            own_s = 0.0 if self.threads_or_children is False else self.queued_s or 0.0
        return max(0.0, (self.queued_s or 0.0) - own_s)

    @property
    def not_running_s(self) -> float:
        """Wall time less all CPU time: waiting and queueing together, an upper bound of both."""
        return self.wall_s - self.cpu_s

    @property
    def slept(self) -> bool:
        """Whether the machine slept during the round: its times are useless, and the round is repeated."""
        return bool(self.noise.suspended_s)
