"""One complete recording: where and how it was made, and all targets with their raw samples."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectbench.model.sample import Counts, RoundKind, Sample, Status
from collectbench.model.target import Limits

OMIT_DEFAULT = {"omit_default": True}
"""Metadata of fields that a document holds only if they differ from their default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Median, extremes and a 95 % interval of the median (None under six samples)."""

    median: float
    min: float
    max: float
    ci95: tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What the figures depend on besides the code.

    `flags` are the environment variables that steer Python or pytest.
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
    distributions: dict[str, str] = field(default_factory=dict)
    """All installed distributions with their versions, normalised names; empty in files of before schema 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """The program that made a document."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a run was made. Durations in seconds; `rounds` is None for `auto`, `max_time_s` for no bound."""

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
    """The limits of each target that has any, by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSite:
    """The modules whose import one line set off, in the counted rounds.

    The line is the innermost one of the project on the way to the module; where there is none, the outermost one
    outside of pytest and of the import machinery; where there is none either, `path` is empty and `line` 0.
    """

    path: str
    line: int
    modules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetResult:
    """What was measured of one target. Summaries are over the timed samples, None where there is none.

    `phases` are those of the lower-median timed sample, `memory_timeline` its memory over the
    whole process tree as (seconds since the spawn, bytes).
    """

    name: str
    paths: tuple[str, ...]
    status: Status
    message: str = ""
    counts: Counts | None = None
    nodeids_sha256: str | None = None
    wall_s: Summary | None = None
    reference_wall_s: float | None = None
    """The median wall time in reference seconds: as on a machine of nominal speed. None where that cannot be told."""
    cpu_s: Summary | None = None
    peak_rss_bytes: Summary | None = None
    cold_wall_s: Summary | None = None
    phases: dict[str, float] = field(default_factory=dict)
    memory_timeline: tuple[tuple[float, int], ...] = ()
    counters: dict[str, int] | None = None
    """Exact work counters of the counted rounds; None where there were none."""
    unstable: tuple[str, ...] = ()
    """The counters that differed between the counted rounds, and so decide nothing."""
    imports: tuple[ImportSite, ...] = ()
    """Every module that was imported in the first of the last two counted rounds, by the line that set it off."""
    loaded_sha256: str | None = None
    """Over the paths and bytes of all files that were loaded or read, and the names in all folders that were listed."""
    notes: tuple[str, ...] = ()
    """What a reader must know about these figures: why rounds stopped early, what was left behind."""
    samples: tuple[Sample, ...] = ()
    from_earlier_run: bool = field(default=False, metadata=OMIT_DEFAULT)
    """True if a baseline kept this result when other targets were measured again; a note names the run it is of."""

    @property
    def counted_once(self) -> bool:
        """Whether a single round was counted, so that no counter is known to repeat."""
        return sum(sample.kind is RoundKind.COUNTED for sample in self.samples) == 1

    def timed(self) -> tuple[Sample, ...]:
        """The samples that headline figures come from."""
        return tuple(sample for sample in self.samples if sample.kind is RoundKind.TIMED and not sample.slept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """Which part of a plan a run measured: the `index`-th (from 1) of `count`.

    `plan` names all targets in their order, and the suite at its end where there is one.
    """

    index: int
    count: int
    plan: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One complete recording.

    `commit` is None outside git, `suite` None where targets were selected or it was skipped.
    """

    tool: Tool
    created: str
    environment: Environment
    commit: str | None
    dirty: bool | None
    """True where the work tree had changes; None outside git."""
    config: Settings
    targets: tuple[TargetResult, ...]
    suite: TargetResult | None
    notes: tuple[str, ...] = ()
    shard: Shard | None = None
    """The part that was measured (`--shard`); None for a whole run."""

    @property
    def results(self) -> tuple[TargetResult, ...]:
        """Those of all targets, then the suite's where there is one."""
        return (*self.targets, *(() if self.suite is None else (self.suite,)))
