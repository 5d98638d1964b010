"""Runs: complete recordings, with environment, settings, and all targets with their raw samples."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectbench.model.inputs import Inputs
from collectbench.model.omission import OMIT_DEFAULT
from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.model.shard import Shard
from collectbench.model.target import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Median, extremes and a 95 % interval of the median (None for fewer than six samples)."""

    median: float
    min: float
    max: float
    ci95: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """All that the figures depend on besides the code.

    `flags` are the environment variables that control Python or pytest.
    """

    python: str
    implementation: str
    pytest: str
    plugins: dict[str, str]
    platform: str
    cpu_model: str
    cpu_count: int
    bytecode: str
    """`written`, `disabled` (PYTHONDONTWRITEBYTECODE, -B) or `unwritable`."""
    flags: dict[str, str]
    tools: tuple[str, ...] | None = field(default=None, metadata=OMIT_DEFAULT)
    """What watched the process when collection began, such as `coverage (sys.settrace)`; None before it is known."""
    distributions: dict[str, str] = field(default_factory=dict)
    """Versions of all installed distributions, by normalised name; empty in files of schema 1."""
    started_in: str | None = field(default=None, metadata=OMIT_DEFAULT)
    """The directory in which pytest was started, relative to the rootdir; None in older files."""
    pytest_config: str | None = field(default=None, metadata=OMIT_DEFAULT)
    """The configuration file that pytest read, relative to the rootdir; empty without one, None in older files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The program that made a document."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The options of a run. Durations in seconds; `rounds` is None for `auto`, `max_time_s` None without a limit."""

    rounds: int | None = None
    warmup: int = 1
    seed: int = 0
    timeout_s: float = 300.0
    max_time_s: float | None = None
    jobs: int = 1
    cold: bool = False
    python: str = ""
    pytest_args: tuple[str, ...] = ()
    suite_budget_s: float | None = None
    limits: dict[str, Limits] = field(default_factory=dict)
    """Limits by the name of the target, for targets that have any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSite:
    """The modules that one line imported in the counted rounds, directly or indirectly.

    The line is the innermost line of the project in the import chain. If there is none, it is the outermost line
    outside of pytest and the import machinery. If there is none either, `path` is empty and `line` is 0.
    """

    path: str
    line: int
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTime:
    """How long the modules of an `ImportSite` took in a counted round, without queueing and garbage collection.

    A counted round takes longer than a timed one, so that this tells which lines matter, not what they cost.
    """

    path: str
    line: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitSite:
    """A line at which the main thread waited in a counted round, or that started a process or used a socket there.

    The line is found as for `ImportSite`. `waited_s` is wall time less the CPU time of the main thread and its time in
    the run queue: it includes the threads and children that the line waited for. `operation` is `subprocess: COMMAND`
    or `socket: ADDRESS`, empty for all other waits; `count` is how often the line did that.
    """

    path: str
    line: int
    waited_s: float
    operation: str = ""
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetResult:
    """The measurements of one target. Summaries are over the timed samples, None if there are none.

    `phases` and `memory_timeline` are those of the lower-median timed sample. The timeline holds (seconds since the
    spawn, bytes), for the whole process tree.
    """

    name: str
    paths: tuple[str, ...]
    status: Status
    message: str = ""
    counts: Counts | None = None
    nodeids_sha256: str | None = None
    relative_nodeids_sha256: str | None = field(default=None, metadata=OMIT_DEFAULT)
    """Likewise over the ids without the target's own paths: it stays the same if the target is moved."""
    wall_s: Summary | None = None
    unqueued_wall_s: Summary | None = None
    """The wall time without the time in the run queue, as on an idle machine. None if that is the same or unknown."""
    reference_wall_s: float | None = None
    """The median wall time in reference seconds: as on a machine of nominal speed. None if unknown."""
    cpu_s: Summary | None = None
    peak_rss_bytes: Summary | None = None
    cold_wall_s: Summary | None = None
    phases: dict[str, float] = field(default_factory=dict)
    memory_timeline: tuple[tuple[float, int], ...] = ()
    counters: dict[str, int] | None = None
    """Exact work counters of the counted rounds; None without such rounds."""
    unstable: tuple[str, ...] = ()
    """The counters that differed between the counted rounds; they do not decide a verdict."""
    imports: tuple[ImportSite, ...] = ()
    """Every module imported in the first of the last two counted rounds, by the line that imported it."""
    import_times: tuple[ImportTime, ...] = field(default=(), metadata=OMIT_DEFAULT)
    """Of the same round: lines whose imports took 5 ms or longer, the longest first."""
    waits: tuple[WaitSite, ...] = field(default=(), metadata=OMIT_DEFAULT)
    """Of the same round: where the main thread waited, the longest wait first. At most 50 lines, each 5 ms or longer
    or with an operation."""
    loaded_sha256: str | None = None
    """Over the paths and bytes of all loaded or read files, and the names in all listed directories."""
    inputs: Inputs | None = field(default=None, metadata=OMIT_DEFAULT)
    """What the counted rounds read. None without such rounds, in a checkout, or if any of it changed meanwhile."""
    notes: tuple[str, ...] = ()
    """Facts that a reader must know about these figures, such as why rounds stopped early, or left-over files."""
    samples: tuple[Sample, ...] = ()
    from_earlier_run: bool = field(default=False, metadata=OMIT_DEFAULT)
    """True if a baseline kept this result when other targets were measured again; a note names the run it is of."""
    worker: str = field(default="", metadata=OMIT_DEFAULT)
    """The worker of a cluster that measured it; empty for this machine."""
    cpu_model: str = field(default="", metadata=OMIT_DEFAULT)
    """The processor that measured it, if it is not that of the run's environment; else empty."""

    @property
    def counted_once(self) -> bool:
        """Whether there was only one counted round, so that it is unknown whether counters repeat."""
        return sum(sample.kind is RoundKind.COUNTED for sample in self.samples) == 1

    def timed(self) -> tuple[Sample, ...]:
        """Return the samples of the headline figures."""
        return tuple(sample for sample in self.samples if sample.kind is RoundKind.TIMED and not sample.slept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One complete recording.

    `commit` is None outside git; `suite` is None if targets were selected or it was skipped.
    """

    tool: Tool
    created: str
    environment: Environment
    commit: str | None
    dirty: bool | None
    """True if the working tree had changes; None outside git."""
    config: Settings
    targets: tuple[TargetResult, ...]
    suite: TargetResult | None
    notes: tuple[str, ...] = ()
    shard: Shard | None = None
    """The part of the plan that was measured; None for a whole run."""

    @property
    def results(self) -> tuple[TargetResult, ...]:
        """The results of all targets, then of the suite if there is one."""
        return (*self.targets, *(() if self.suite is None else (self.suite,)))
