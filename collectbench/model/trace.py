"""The records of a traced round: frames of one stack, import statements, hooks, events."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectbench.model.registrations import (
    ExitFunction,
    Finder,
    LastMoments,
    LivingThread,
    RepeatedIds,
    ThreadStart,
    ToolCall,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFrame:
    """One execution of a module.

    Moments are seconds since the spawn. `parent` is the index of the enclosing frame, -1 for none. `self_s` is its time
    without the frames within; `find_s`, `read_s` and `compile_s` (with assertion rewriting) are parts of it, and so is
    `waited_s`, in which the main thread waited, and `queued_s`, in which it could have run and had no processor.
    `bytecode` is `hit`, `miss`, `rewritten`, or empty for modules without bytecode, such as C extensions. `error` is
    the class of the exception that ended it, or empty.
    """

    index: int
    parent: int
    module: str
    path: str
    begin_s: float
    end_s: float
    self_s: float
    find_s: float
    read_s: float
    compile_s: float
    bytecode: str = ""
    error: str = ""
    waited_s: float = 0.0
    queued_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorFrame:
    """One run of a collector, which returned `items` collectors or items."""

    index: int
    parent: int
    nodeid: str
    type: str
    begin_s: float
    end_s: float
    self_s: float
    items: int
    waited_s: float = 0.0
    hooks_waited_s: float = 0.0
    """What hooks waited within it; pytest collects in a hook."""
    queued_s: float = 0.0
    class_path: str = ""
    """The file of its class; empty for the collectors of pytest itself."""
    outcome: str = "passed"
    """`passed`, `failed` or `skipped`."""
    error: str = ""
    """The class of the exception that failed or skipped it; empty if none did."""
    error_message: str = ""
    """The first line of its message, at most 200 characters."""
    error_path: str = ""
    """The collected file if its code raised the exception or imported what raised it, else the file that raised it."""
    error_line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Parametrization:
    """One test function that became several items, or took long to become one; `nodeid` is without parameters."""

    nodeid: str
    items: int
    inclusive_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFrame:
    """The loading of one plugin or conftest; `kind` is `plugin` or `conftest`, `name` the plugin's name or the path."""

    index: int
    parent: int
    kind: str
    name: str
    begin_s: float
    end_s: float
    self_s: float
    waited_s: float = 0.0
    queued_s: float = 0.0


Frame = ImportFrame | CollectorFrame | PluginFrame
"""A frame of the stack, with its index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One import statement that was executed, even if the module was loaded already.

    `importer` is the module that holds it. `name`, `level` and `fromlist` are the arguments of `__import__`; `fromlist`
    is `("*",)` for an import by a call, such as importlib.import_module. `during` is the index of the frame in which it
    was first executed, -1 outside of all frames.
    """

    importer: str
    package: str
    path: str
    line: int
    name: str
    level: int
    fromlist: tuple[str, ...]
    during: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTotal:
    """All calls of one implementation of a hook; `self_s` excludes the frames and hooks within.

    `path` and `line` are those of the function, empty and 0 if it is not written in Python. `number` is what samples
    call it, -1 if unknown.
    """

    hook: str
    plugin: str
    calls: int
    self_s: float
    waited_s: float = 0.0
    queued_s: float = 0.0
    path: str = ""
    line: int = 0
    number: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Audit events of one kind at one line of the project: `open`, `os.listdir`, `socket.connect` and so on."""

    kind: str
    detail: str
    path: str
    line: int
    count: int
    during: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GcPass:
    """One pass of the garbage collector; its time lies within the frame that it interrupted."""

    generation: int
    begin_s: float
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """All records of one traced round.

    `complete` is False if the end mark is missing: the process crashed or was ended, and only earlier records are here.
    `importing` names the modules that were being imported at that moment, outermost first. `root_self_s` is the time of
    the trace outside of all frames and hooks: pytest itself.
    """

    complete: bool
    imports: tuple[ImportFrame, ...] = ()
    collectors: tuple[CollectorFrame, ...] = ()
    plugins: tuple[PluginFrame, ...] = ()
    edges: tuple[Edge, ...] = ()
    hooks: tuple[HookTotal, ...] = ()
    events: tuple[Event, ...] = ()
    gc: tuple[GcPass, ...] = ()
    parametrizations: tuple[Parametrization, ...] = ()
    warnings: tuple[tuple[str, str, str, int], ...] = ()
    """Category, message, path and line of each distinct warning."""
    preloaded: frozenset[str] = field(default=frozenset())
    """Modules that were loaded before the trace began, by Python's own start."""
    importing: tuple[str, ...] = ()
    root_self_s: float = 0.0
    root_waited_s: float = 0.0
    root_queued_s: float = 0.0
    waited_before_s: float | None = None
    """How long the main thread waited before the trace began; None if the system does not tell how long it waits."""
    queued_before_s: float = 0.0
    lost: tuple[str, ...] = ()
    """Sentences about records that are missing."""
    exit_functions: tuple[ExitFunction, ...] = ()
    finders: tuple[Finder, ...] = ()
    thread_starts: tuple[ThreadStart, ...] = ()
    living_threads: tuple[LivingThread, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    repeated_ids: tuple[RepeatedIds, ...] = ()
    deselected: tuple[tuple[str, int], ...] = ()
    """Files and the number of their items that were deselected."""
    skipped: tuple[tuple[str, int], ...] = ()
    """Files and the number of their selected items that a mark skips, as far as known without running a condition."""
    last: LastMoments = field(default_factory=LastMoments)
