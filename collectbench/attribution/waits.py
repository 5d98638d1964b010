"""The lines of the project at which the main thread waited, with the processes and sockets that they used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from collectbench.attribution.operations import NAMED_EVENTS, SOCKET, kind_of, socket_name, subprocess_name, words_of
from collectbench.attribution.origins import INSTALLED, Places, display_path, is_below, is_project_file
from collectbench.attribution.sites import MACHINERY, NOWHERE
from collectbench.attribution.wait_lines import IMPORT
from collectbench.model.run import WaitSite
from collectbench.model.trace import Trace
from collectbench.model.wait_log import Frames, StackOperation, StackWait, WaitLog

SHORTEST_S, MOST = 0.005, 50
OF_PYTEST = tuple(f"/{directory}/{package}/" for directory in INSTALLED for package in ("pytest", "_pytest", "pluggy"))
"""Parts of the paths of pytest itself."""

Line = tuple[str, int]
LineOf = Callable[[Frames], Line]


@dataclass(slots=True, kw_only=True)
class _Site:
    """What one line did, while the log is read: the names of its operations, and seconds."""

    waited_s: float = 0.0
    names: list[str] = field(default_factory=list)


def wait_sites(log: WaitLog, places: Places, probe: str) -> tuple[WaitSite, ...]:
    """The lines at which the main thread waited, the longest wait first (see `WaitSite`).

    `probe` is the directory of the probe, whose lines do not count. A wait belongs to the operation that its line began
    last. Lines with less than 5 ms count only if they began an operation, and at most 50 lines are returned.
    """
    line_of = responsible_line(places, probe)
    sites: defaultdict[tuple[Line, str], _Site] = defaultdict(_Site)
    current: dict[Line, str] = {}
    hosts: dict[Line, str] = {}
    for entry in log:
        line = line_of(entry.frames)
        if isinstance(entry, StackOperation):
            current[line] = kind_of(entry.event)
            sites[line, current[line]].names += [_name(entry, line, hosts)] * entry.count
        else:
            sites[line, current.get(line, "")].waited_s += entry.waited_s
    found = [
        WaitSite(
            path=display_path(path, places),
            line=number,
            waited_s=max(site.waited_s, 0.0),
            operation=_operation(kind, site.names),
            count=len(site.names),
        )
        for ((path, number), kind), site in sites.items()
        if kind or site.waited_s >= SHORTEST_S
    ]
    return tuple(sorted(found, key=lambda site: (-site.waited_s, site.path, site.line, site.operation))[:MOST])


def teardown_waited_s(log: WaitLog) -> float:
    """Seconds that the main thread waited after pytest had ended its session.

    What corrects a wait from before the end takes nothing from later waits elsewhere.
    """
    seconds = defaultdict[Frames, float](float)
    for wait in log:
        if isinstance(wait, StackWait) and wait.in_teardown:
            seconds[wait.frames] += wait.waited_s
    return sum(max(waited_s, 0.0) for waited_s in seconds.values())


def operations_of(trace: Trace) -> Iterator[StackOperation]:
    """The processes and sockets of a traced round, which notes their lines but no stacks."""
    for event in trace.events:
        if event.kind in NAMED_EVENTS:
            frames = ((event.path, event.line),)
            yield StackOperation(
                frames=frames, event=event.kind, words=words_of(event.kind, event.detail), count=event.count
            )


def waited_by_running_line(log: WaitLog, places: Places) -> Mapping[Line, float]:
    """Seconds that the main thread waited, by the line of the project that ran (see `LineCost`)."""
    seconds: defaultdict[Line, float] = defaultdict(float)
    for wait in log:
        line = _running_line(wait.frames, places)
        if isinstance(wait, StackWait) and line is not None:
            seconds[line] += wait.waited_s
    return seconds


def _running_line(frames: Frames, places: Places) -> Line | None:
    """The outermost line of the project in the innermost call from pytest or the import machinery; None if none."""
    outermost = None
    for path, line in frames:
        if path == IMPORT or any(part in path for part in OF_PYTEST):
            if outermost is not None or path == IMPORT:
                return outermost
        elif is_project_file(path, places):
            outermost = path, line
    return outermost


def responsible_line(places: Places, probe: str) -> LineOf:
    """A function that finds the line to change in a stack.

    That is the innermost line of the project. If there is none, it is the outermost line outside of pytest, the
    standard library and the import machinery, so the plugin that did it; else the innermost line of the standard
    library or of pytest.
    """

    @cache
    def rank(path: str) -> int:
        if is_below(path, probe) or any(part in path for part in MACHINERY) or not path.startswith("/"):
            return 0
        if is_project_file(path, places):
            return 3
        ours = any(part in path for part in OF_PYTEST) or _is_stdlib(path, places)
        return 1 if ours else 2

    def line_of(frames: Frames) -> Line:
        best, best_rank = NOWHERE, 0
        for path, line in frames:
            if rank(path) == 3:
                return path, line
            if rank(path) > best_rank or rank(path) == best_rank == 2:
                best, best_rank = (path, line), rank(path)
        return best

    return line_of


def _is_stdlib(path: str, places: Places) -> bool:
    return any(is_below(path, directory) for directory in places.stdlib) and not any(
        f"/{name}/" in path for name in INSTALLED
    )


def _name(operation: StackOperation, line: Line, hosts: dict[Line, str]) -> str:
    """The command or the address. A connection right after a name was looked up is one to that name."""
    if kind_of(operation.event) != SOCKET:
        return subprocess_name(operation.words)
    name = socket_name(operation.words)
    if operation.event == "socket.getaddrinfo":
        hosts[line] = name
    elif line in hosts and hosts[line].rpartition(":")[2] == name.rpartition(":")[2]:
        return hosts[line]
    return name


def _operation(kind: str, names: list[str]) -> str:
    """`subprocess: git status`; the first one if the line began several, and the number of the others."""
    if not kind:
        return ""
    others = len(set(names)) - 1
    return f"{kind}: {names[0]}" + (f" and {others} more" if others else "")
