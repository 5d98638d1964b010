"""The import graph: each import statement with the module that holds it and the modules that it needs.

A function may import while another module calls it during its own import (pytest.importorskip, `__getattr__` of a lazy
package). Such a statement runs only if both modules are loaded: the holder of the function and the caller. The graph
keeps one of the two. It keeps the caller if the holder is loaded anyway (standard library, modules that pytest needs),
else the holder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from collectbench.attribution.frame_costs import NO_CALIBRATION, Calibration, FrameCost, frame_costs, objects_s
from collectbench.attribution.modules import Module, Modules, packages_of
from collectbench.attribution.origins import is_pytest
from collectbench.attribution.requests import ImportRequest, requests_of
from collectbench.model.costs import Origin
from collectbench.model.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Start:
    """A root of imports: the process, pytest's own start, or the loading of a plugin or conftest."""

    name: str
    fixed: bool
    """Whether no change of the project removes it; a plugin can be switched off."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attempt:
    """One of several imports of a module that failed or was removed in between: each importer pays for its own."""

    module: Module


Node = Start | Module | Attempt

PROCESS, PYTEST = Start(name="process", fixed=True), Start(name="pytest", fixed=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statement:
    """One import statement, executed for `source`, and the modules that it needs; `line` is 0 if unknown."""

    source: Module | Start
    path: str
    line: int
    needs: tuple[Module | Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportGraph:
    """Import statements, and the links that no change of a statement removes. Its root is PROCESS.

    Links lead from the process to plugins, conftests and test modules, from a module to its package, and from an
    attempt to its module.
    """

    cost_s: dict[Node, float]
    """The own cost of each module; that of a module with several attempts is divided among these."""
    frames: dict[Node, tuple[int, ...]]
    """The indices of the frames that this cost comes from."""
    frame_costs: dict[int, FrameCost]
    statements: tuple[Statement, ...]
    links: tuple[tuple[Node, Node], ...]
    floor: frozenset[Node]
    """PYTEST, and the modules that pytest needs anyway."""
    starts: dict[int, Start]
    """The loading of plugins and conftests, by the index of their frames."""


def import_graph(
    trace: Trace,
    modules: Modules,
    origins: Mapping[Module, Origin],
    tests: Collection[str],
    calibration: Calibration = NO_CALIBRATION,
) -> ImportGraph:
    """The import graph of `trace`; `tests` are the paths of the collected files.

    The floor holds the modules that pytest's own modules reach by their import statements. Statements that ran while
    neither a module nor a plugin was being loaded add to it: all that import the standard library, and pytest's own.
    """
    requests = requests_of(trace, modules)
    attempts = _attempts(trace, modules)
    starts = {frame.index: Start(name=frame.name, fixed=frame.kind != "plugin") for frame in trace.plugins}
    links = [*_links(modules, starts, tests), *((attempt, attempt.module) for attempt in attempts.values())]

    def needs(request: ImportRequest) -> tuple[Module | Attempt, ...]:
        return tuple(attempts.get((module, request.during), module) for module in request.modules)

    pytest_itself: list[Node] = [PYTEST, *(module for module in modules.all if is_pytest(module.name))]
    floor = _reachable(pytest_itself, [*links, *_requests_while_importing(requests, modules)])
    statements = []
    for request in requests:
        source = _source(request, modules, origins, starts, floor)
        if isinstance(source, Start) and source.fixed:
            links += [(_fixed_source(source, request, need, origins), need) for need in needs(request)]
        else:
            line = 0 if isinstance(source, Start) else request.line  # pytest loads a plugin: no line of the project
            statements.append(Statement(source=source, path=request.path, line=line, needs=needs(request)))
    needed = ((statement.source, need) for statement in statements for need in statement.needs)
    frames, costs = _frames(trace, modules, attempts), frame_costs(trace, calibration)
    all_objects_s = objects_s(trace, calibration)
    return ImportGraph(
        cost_s={
            node: sum(max(0.0, costs[index].own_s + costs[index].objects * all_objects_s) for index in indices)
            for node, indices in frames.items()
        },
        frames=frames,
        frame_costs=costs,
        statements=tuple(statements),
        links=tuple(links),
        floor=frozenset(_reachable(floor, [*links, *needed])),
        starts=starts,
    )


def _attempts(trace: Trace, modules: Modules) -> dict[tuple[Module, int], Attempt]:
    """The imports of modules that have several frames, by the frame in which they were requested."""
    requested = ((modules.of_frame[frame.index], modules.requested_during(frame)) for frame in trace.imports)
    return {(module, during): Attempt(module=module) for module, during in requested if len(module.frames) > 1}


def _frames(
    trace: Trace, modules: Modules, attempts: Mapping[tuple[Module, int], Attempt]
) -> dict[Node, tuple[int, ...]]:
    frames: defaultdict[Node, list[int]] = defaultdict(list)
    for frame in trace.imports:
        module = modules.of_frame[frame.index]
        frames[attempts.get((module, modules.requested_during(frame)), module)].append(frame.index)
    return {node: tuple(indices) for node, indices in frames.items()}


def _links(modules: Modules, starts: Mapping[int, Start], tests: Collection[str]) -> Iterator[tuple[Node, Node]]:
    conftests: dict[str, Start] = {}
    for start in starts.values():
        if start.fixed:
            conftests.setdefault(start.name, start)  # pytest may request it again: the first load counts
    for start in starts.values():
        yield PROCESS, start
    collected = set(_collected(modules, tests))
    for module in modules.all:
        if module.path in conftests:
            yield conftests[module.path], module
        if module in collected:
            yield PROCESS, module
        for package in packages_of(module.name)[-1:]:
            if package in modules.by_name:
                yield module, modules.by_name[package]


def _collected(modules: Modules, tests: Collection[str]) -> Iterator[Module]:
    """The modules of collected files. If a file ran under several names, only those under which pytest imports it."""
    by_path: defaultdict[str, list[Module]] = defaultdict(list)
    for module in modules.all:
        if module.path in tests:
            by_path[module.path].append(module)
    for same in by_path.values():
        by_pytest = [
            module
            for module in same
            if any(modules.requested_during(frame) not in modules.frames for frame in module.frames)
        ]
        yield from by_pytest if len(same) > 1 and by_pytest else same


def _requests_while_importing(requests: Iterable[ImportRequest], modules: Modules) -> Iterator[tuple[Node, Node]]:
    """Pairs of a module and one that it requested while it was being imported itself."""
    for request in requests:
        if request.holder is not None and modules.of_frame.get(request.during) is request.holder:
            for module in request.modules:
                yield request.holder, module


def _source(
    request: ImportRequest,
    modules: Modules,
    origins: Mapping[Module, Origin],
    starts: Mapping[int, Start],
    floor: Collection[Node],
) -> Module | Start:
    """The module or start that a statement was executed for; PYTEST if nothing was being loaded."""
    holder, caller = request.holder, modules.of_frame.get(request.during)
    loaded_anyway = holder is None or holder in floor or origins[holder] is Origin.STDLIB
    if holder is not None and (holder is caller or not loaded_anyway):
        return holder
    return caller or starts.get(request.during, PYTEST)


def _fixed_source(
    source: Start, request: ImportRequest, need: Module | Attempt, origins: Mapping[Module, Origin]
) -> Start:
    """`source`, or PROCESS for a module of the project that pytest imports by a given name."""
    module = need.module if isinstance(need, Attempt) else need
    by_pytest = request.holder is not None and is_pytest(request.holder.name) and not request.by_call
    if source is PYTEST and not by_pytest and not is_pytest(module.name) and origins[module] is not Origin.STDLIB:
        return PROCESS
    return source


def _reachable(begin: Iterable[Node], links: Iterable[tuple[Node, Node]]) -> set[Node]:
    """All nodes that can be reached from `begin`, which are included."""
    needed: defaultdict[Node, list[Node]] = defaultdict(list)
    for source, need in links:
        needed[source].append(need)
    reached = set(begin)
    pending = list(reached)
    while pending:
        new = [node for node in needed[pending.pop()] if node not in reached]
        reached.update(new)
        pending += new
    return reached
