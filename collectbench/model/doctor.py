"""Whether a machine is fit to measure: its readings, the findings, and a target compared with itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Sample, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What a machine reports about itself; None, an empty text or an empty tuple if it does not report it.

    Shares are fractions. Pressures are those of the last ten seconds (Linux PSI, `some`). `steal_share` is a share of
    all CPU time since the start of the system, `throttled_share` of all periods of the control group.
    """

    environment: Environment
    cpus_present: int | None = None
    governors: tuple[str, ...] = ()
    turbo: bool | None = None
    has_control_group: bool = False
    quota_cpus: float | None = None
    """The number of CPUs whose time the control group may use; None for no limit."""
    throttled_share: float | None = None
    memory_limit_bytes: int | None = None
    memory_bytes: int | None = None
    memory_available_bytes: int | None = None
    swap_bytes: int | None = None
    swap_used_bytes: int | None = None
    cpu_pressure: float | None = None
    memory_pressure: float | None = None
    io_pressure: float | None = None
    steal_share: float | None = None
    load_1m: float | None = None
    other_pythons: int | None = None
    """Python processes of any user, without our own."""
    clock_resolution_s: float | None = None
    clock_source: str = ""
    project_filesystem: str = ""
    temporary_filesystem: str = ""
    on_battery: bool | None = None
    thermal_throttles: int | None = None
    """How often heat slowed cores down since the start of the system."""
    has_git: bool = False
    in_repository: bool = False


class Condition(str, Enum):
    """The outcome of an examination."""

    OK = "ok"
    WARNING = "warning"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """The result of one check: a sentence with the finding, and for a warning one with the remedy."""

    name: str
    condition: Condition
    finding: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """The growth that a comparison with this number of pairs detects on this machine, in four of five cases.

    `growth` is the smallest true growth that fails with the margin in force. `margin` is the smallest margin with which
    an unchanged target passes. Both are fractions, None if this number of pairs cannot decide.
    """

    pairs: int
    growth: float | None
    margin: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfComparison:
    """A target compared with itself, as `compare --against` compares two commits: every `fail` is a false alarm.

    `passed`, `failed` and `inconclusive` count the verdicts of the paired test over `relabellings` ways to call one
    round of each pair base and the other head. The test takes its first look at ten pairs, so all are 0 with fewer.
    `spread` is the standard deviation of the logarithm of one round's CPU time over that of the other in its pair,
    `reference_spread` is the same for the reference workload. `message` says why the target could not be collected; it
    is empty if it was collected.
    """

    target: str
    status: Status
    message: str = ""
    pairs: int = 0
    wall_s: float | None = None
    cpu_s: float | None = None
    margin: float | None = None
    spread: float | None = None
    reference_spread: float | None = None
    relabellings: int = 0
    passed: int = 0
    failed: int = 0
    inconclusive: int = 0
    sights: tuple[Sight, ...] = ()
    advice: tuple[str, ...] = ()
    samples: tuple[Sample, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkup:
    """The result of `doctor`: examinations of the machine, and a target compared with itself unless skipped."""

    tool: Tool
    created: str
    environment: Environment
    examinations: tuple[Examination, ...]
    self_comparison: SelfComparison | None = None
    notes: tuple[str, ...] = ()
    conclusion: str = ""
    """Whether the machine is fit to measure, and why; empty in old documents."""
