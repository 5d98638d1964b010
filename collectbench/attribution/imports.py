"""The graph of who needs whom: which import statement of which module needs which modules.

A statement within a function that is called while another module is imported (pytest.importorskip, `__getattr__` of a
lazy package) is executed only where both are there: the module that holds it and the one that called. The graph keeps
one of the two: the caller where the holder is there anyway, as the standard library and what pytest needs are, else
the holder.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from collectbench.attribution.frame_costs import NO_CALIBRATION, Calibration, frame_costs
from collectbench.attribution.modules import Module, Modules, packages_of
from collectbench.attribution.origins import is_pytest
from collectbench.attribution.requests import Request, requests_of
from collectbench.model.costs import Origin
from collectbench.model.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Start:
    """Where imports begin: the process, pytest's own start, or the loading of a plugin or conftest."""

    what: str
    fixed: bool
    """Whether it is there whatever the project changes; a plugin can be left out."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attempt:
    """One of several imports of a module that failed or was removed in between: paid by whoever asked for it."""

    module: Module


Node = Start | Module | Attempt

PROCESS, PYTEST = Start(what="process", fixed=True), Start(what="pytest", fixed=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statement:
    """What one import statement, executed for `source`, needs; `line` is 0 where there was none to be seen."""

    source: Module | Start
    path: str
    line: int
    needs: tuple[Module | Attempt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportGraph:
    """Import statements, and the links that no change of a statement undoes. It begins at PROCESS.

    Links lead from the process to plugins, conftests and test modules, from a module to its package, and from an
    attempt to its module.
    """

    cost_s: dict[Node, float]
    """What each module costs by itself; that of a module with several attempts is with these."""
    statements: tuple[Statement, ...]
    links: tuple[tuple[Node, Node], ...]
    floor: frozenset[Node]
    """What pytest needs anyway, and PYTEST itself."""
    starts: dict[int, Start]
    """The loading of plugins and conftests, by the index of their frames."""


def import_graph(
    trace: Trace,
    modules: Modules,
    origins: Mapping[Module, Origin],
    tests: Collection[str],
    calibration: Calibration = NO_CALIBRATION,
) -> ImportGraph:
    """The import graph of `trace`; `tests` are the paths of the files that were collected.

    The floor is what pytest's own modules reach by their import statements, and the standard library and pytest's own
    statements as far as they were executed while neither a module nor a plugin was being loaded.
    """
    requests = requests_of(trace, modules)
    attempts = _attempts(trace, modules)
    starts = {frame.index: Start(what=frame.name, fixed=frame.kind != "plugin") for frame in trace.plugins}
    links = [*_links(modules, starts, tests), *((attempt, attempt.module) for attempt in attempts.values())]

    def needs(request: Request) -> tuple[Module | Attempt, ...]:
        return tuple(attempts.get((module, request.during), module) for module in request.modules)

    pytest_itself: list[Node] = [PYTEST, *(module for module in modules.all if is_pytest(module.name))]
    floor = _reached(pytest_itself, [*links, *_own(requests, modules)])
    statements = []
    for request in requests:
        source = _source(request, modules, origins, starts, floor)
        if isinstance(source, Start) and source.fixed:
            links += [(_fixed_source(source, request, need, origins), need) for need in needs(request)]
        else:
            line = 0 if isinstance(source, Start) else request.line  # pytest's own, which loads the plugin: no choice
            statements.append(Statement(source=source, path=request.path, line=line, needs=needs(request)))
    asked = ((statement.source, need) for statement in statements for need in statement.needs)
    return ImportGraph(
        cost_s=_costs(trace, modules, attempts, calibration),
        statements=tuple(statements),
        links=tuple(links),
        floor=frozenset(_reached(floor, [*links, *asked])),
        starts=starts,
    )


def _attempts(trace: Trace, modules: Modules) -> dict[tuple[Module, int], Attempt]:
    """The imports of modules that have several frames, by the frame in which they were asked for."""
    asked = ((modules.of_frame[frame.index], modules.asked_during(frame)) for frame in trace.imports)
    return {(module, during): Attempt(module=module) for module, during in asked if len(module.frames) > 1}


def _costs(
    trace: Trace, modules: Modules, attempts: Mapping[tuple[Module, int], Attempt], calibration: Calibration
) -> dict[Node, float]:
    by_frame = frame_costs(trace, calibration)
    costs: defaultdict[Node, float] = defaultdict(float)
    for frame in trace.imports:
        module = modules.of_frame[frame.index]
        costs[attempts.get((module, modules.asked_during(frame)), module)] += by_frame[frame.index]
    return dict(costs)


def _links(modules: Modules, starts: Mapping[int, Start], tests: Collection[str]) -> Iterator[tuple[Node, Node]]:
    conftests: dict[str, Start] = {}
    for start in starts.values():
        if start.fixed:
            conftests.setdefault(start.what, start)  # the first that loaded it, should it be asked for again
    for start in starts.values():
        yield PROCESS, start
    for module in modules.all:
        if module.path in conftests:
            yield conftests[module.path], module
        if module.path in tests:
            yield PROCESS, module
        for package in packages_of(module.name)[-1:]:
            if package in modules.by_name:
                yield module, modules.by_name[package]


def _own(requests: Iterable[Request], modules: Modules) -> Iterator[tuple[Node, Node]]:
    """Who asked for what, as far as modules did while they themselves were being imported."""
    for request in requests:
        if request.holder is not None and modules.of_frame.get(request.during) is request.holder:
            for module in request.modules:
                yield request.holder, module


def _source(
    request: Request,
    modules: Modules,
    origins: Mapping[Module, Origin],
    starts: Mapping[int, Start],
    floor: Collection[Node],
) -> Module | Start:
    """Whom a statement was executed for; PYTEST where nothing was being loaded."""
    holder, around = request.holder, modules.of_frame.get(request.during)
    there_anyway = holder is None or holder in floor or origins[holder] is Origin.STDLIB
    if holder is not None and (holder is around or not there_anyway):
        return holder
    return around or starts.get(request.during, PYTEST)


def _fixed_source(source: Start, request: Request, need: Module | Attempt, origins: Mapping[Module, Origin]) -> Start:
    """PYTEST only for what it needs itself: what it imports by a name that it was given is the project's."""
    module = need.module if isinstance(need, Attempt) else need
    by_pytest = request.holder is not None and is_pytest(request.holder.name) and not request.by_call
    if source is PYTEST and not by_pytest and not is_pytest(module.name) and origins[module] is not Origin.STDLIB:
        return PROCESS
    return source


def _reached(begin: Iterable[Node], links: Iterable[tuple[Node, Node]]) -> set[Node]:
    """All that can be reached from `begin`, itself included."""
    needed: defaultdict[Node, list[Node]] = defaultdict(list)
    for source, need in links:
        needed[source].append(need)
    found = set(begin)
    open_ends = list(found)
    while open_ends:
        new = [node for node in needed[open_ends.pop()] if node not in found]
        found.update(new)
        open_ends += new
    return found
