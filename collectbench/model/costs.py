"""The profile of a target: the cost of each part, and the saving of each change."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from collectbench.model.diagnosis import Finding
from collectbench.model.run import Environment, Tool, WaitSite
from collectbench.model.sample import Counts, Status


class Origin(str, Enum):
    """Whose code a module is."""

    STDLIB = "stdlib"
    THIRD_PARTY = "third-party"
    FIRST_PARTY = "first-party"
    TEST = "test"
    CONFTEST = "conftest"
    PLUGIN = "plugin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    """One line that imports a module. `saving_alone_s` is the saving if only this line is removed."""

    path: str
    line: int
    saving_alone_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCost:
    """One imported module; all times in seconds of the traced round.

    `saving_joint_s` is the saving if no line imports it; `saving_alone_s` is the largest saving of a single line.
    `floor` is True for modules that pytest itself needs: no change of the project saves their time.
    """

    module: str
    path: str
    origin: Origin
    self_s: float
    inclusive_s: float
    find_s: float
    compile_s: float
    bytecode: str
    importers: tuple[Importer, ...]
    saving_alone_s: float
    saving_joint_s: float
    floor: bool
    begin_s: float
    error: str = ""
    waited_s: float = 0.0
    """The part of `self_s` in which the main thread waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleCut:
    """The fewest lines and plugins to change so that a module is not loaded, and what all of them save.

    The path of a plugin is its name, and its line is 0. Without lines, `why_none` says why there are none.
    """

    module: str
    path: str
    lines: tuple[Importer, ...]
    saving_s: float
    why_none: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorCost:
    """One collector. `self_s` excludes imports and collectors within it, and includes the hooks that make its items."""

    nodeid: str
    type: str
    self_s: float
    inclusive_s: float
    items: int
    begin_s: float
    waited_s: float = 0.0
    """The part of `self_s` in which the main thread waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginCost:
    """One plugin or conftest: its loading, with all its imports, and its hooks.

    `saving_s` is the saving without it: the modules that only it imports, and its hooks.
    """

    name: str
    kind: str
    load_s: float
    hooks_s: float
    saving_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HookCost:
    """All calls of one implementation of a hook."""

    hook: str
    plugin: str
    calls: int
    self_s: float
    waited_s: float = 0.0
    """The part of `self_s` in which the main thread waited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCount:
    """Audit events of one kind that one line caused."""

    kind: str
    detail: str
    path: str
    line: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ParametrizedCost:
    """One test function that became several items, or took long to become one; `inclusive_s` includes its hooks."""

    nodeid: str
    items: int
    inclusive_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LineCost:
    """A line of the project that ran during collection, with everything that it called, except its imports.

    It is part of a module body (`function` is `<module>`) or of a function that pytest called, such as a hook.
    `sampled_s` are seconds of the sampled round. `waited_s` are those of the traced round in which the main thread
    waited.
    """

    path: str
    line: int
    function: str
    sampled_s: float
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of the traced wall time; all shares add up to the whole. In `waited_s` of it, the main thread waited."""

    name: str
    seconds: float
    waited_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Where the time of one target goes.

    `wall_s` is the median of `timed_rounds` rounds. `lines` are from the sampled round. All other times are from one
    traced round, which took `traced_wall_s`: `phases` are its phases, and `shares` divide the same time by activity
    (start, pytest itself, imports by origin, collectors, hooks by plugin, teardown, unaccounted).
    """

    tool: Tool
    created: str
    environment: Environment
    target: str
    status: Status
    message: str
    complete: bool
    wall_s: float | None
    traced_wall_s: float
    counts: Counts | None
    phases: dict[str, float]
    shares: tuple[Share, ...]
    imports: tuple[ImportCost, ...]
    collectors: tuple[CollectorCost, ...]
    plugins: tuple[PluginCost, ...]
    hooks: tuple[HookCost, ...]
    events: tuple[EventCount, ...]
    gc_s: float
    gc_passes: int
    warnings: tuple[tuple[str, str, str, int], ...] = ()
    memory_timeline: tuple[tuple[float, int], ...] = ()
    importing: tuple[str, ...] = ()
    """The modules that were being imported when the process ended early, outermost first."""
    calls: str | None = None
    """The call tree of the sampled round, as pyinstrument's own JSON; None if there is none."""
    timed_rounds: int = 0
    parametrized: tuple[ParametrizedCost, ...] = ()
    lines: tuple[LineCost, ...] = ()
    waited_s: float | None = None
    """The part of `traced_wall_s` in which the main thread waited; None if the system does not tell."""
    waits: tuple[WaitSite, ...] = ()
    """The lines at which it waited in the traced round, the longest wait first."""
    notes: tuple[str, ...] = field(default=())
    project: str = ""
    """The name of the project; empty in older files."""
    project_directories: tuple[str, ...] = ()
    """Absolute: the project's code is below them, also if it is installed. Empty in older files."""
    findings: tuple[Finding, ...] = ()
    """The causes of slow collection in the same rounds, the largest saving first. Empty in older files."""
    cuts: tuple[ModuleCut, ...] = ()
    """Those of the modules that cost most. Empty in older files."""
    queued_s: float = 0.0
    """Seconds of the traced round in which the process waited for a processor; the findings hold none of them."""

    @property
    def unqueued_s(self) -> float:
        """Seconds of the traced round without queueing, of which findings save a share."""
        return max(0.0, self.traced_wall_s - self.queued_s)
