"""The time saved by removing one import statement, or all statements that import a module.

Saved are the modules that cannot be reached from the process any more. For one statement or one module, these are the
nodes that it dominates. A package goes together with the modules below it, since their import imports the package.
There dominators do not help: the nodes on every path are computed for all packages at once, as sets of bits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from collectbench.attribution.imports import PROCESS, Attempt, ImportGraph, Node, Start, Statement
from collectbench.attribution.modules import Module, Modules, is_within, packages_of

_Link = tuple[Node, Node]
_Dependency = tuple[Module | Start, Module | Attempt]

_ALL = -1
"""The set of all bits."""


class Line(NamedTuple):
    """A line outside of a module that imports it; `saving_s` is the total saving without this statement."""

    path: str
    line: int
    saving_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """The savings of one module.

    `joint_s` is saved if no line imports the module, or a module below it: 0 for modules that pytest collects or needs
    itself. `lines` are sorted, the largest saving first.
    """

    joint_s: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """Seconds of self time of the traced round."""

    of_modules: dict[Module, Saving]
    of_starts: dict[Start, float]
    """The cost of the modules that only this plugin or conftest needs."""


def savings(graph: ImportGraph, modules: Modules) -> Savings:
    """The saving of each import line, each module and each plugin."""
    links = [link for link in graph.links if link[1] not in graph.floor]
    dependencies = _dependencies(graph)
    dominated_s = _dominated(graph, links, dependencies)
    kept = {need for source, need in links if isinstance(source, Start) and source.fixed} | graph.floor
    joint_s = {module: 0.0 if module in kept else dominated_s.get(module, 0.0) for module in modules.all}
    joint_s |= _saved_with_groups(graph, modules, links, dependencies)
    lines = _lines(graph, dominated_s)
    return Savings(
        of_modules={module: Saving(joint_s=joint_s[module], lines=lines.get(module, ())) for module in modules.all},
        of_starts={start: dominated_s.get(start, 0.0) for start in graph.starts.values()},
    )


def _dependencies(graph: ImportGraph) -> set[_Dependency]:
    """Pairs of an importer and a module that it needs, without modules of the floor."""
    return {
        (statement.source, need)
        for statement in graph.statements
        for need in statement.needs
        if need not in graph.floor
    }


def _dominated(
    graph: ImportGraph, links: Sequence[_Link], dependencies: Collection[_Dependency]
) -> dict[Node | Statement, float]:
    """Seconds of all nodes that each node dominates, itself included.

    A statement can only dominate a need if its source dominates that immediately. All other statements are omitted from
    the graph, and their needs follow their source directly: that makes the graph ten times smaller.
    """
    immediate = _immediate_dominators([*links, *dependencies])
    edges: list[tuple[Node | Statement, Node | Statement]] = [*links]
    edges += ((source, need) for source, need in dependencies if immediate.get(need) is not source)
    for statement in graph.statements:
        for need in statement.needs:
            if immediate.get(need) is statement.source:
                edges += ((statement.source, statement), (statement, need))
    below: defaultdict[Node | Statement, list[Node | Statement]] = defaultdict(list)
    for node, dominator in _immediate_dominators(edges).items():
        below[dominator].append(node)
    order: list[Node | Statement] = [PROCESS]
    for node in order:
        order += below[node]
    costs = {node: 0.0 if isinstance(node, Statement) else graph.cost_s.get(node, 0.0) for node in order}
    for node in reversed(order):
        costs[node] += sum(costs[child] for child in below[node])
    return costs


def _immediate_dominators(
    edges: Iterable[tuple[Node | Statement, Node | Statement]],
) -> dict[Node | Statement, Node | Statement]:
    import networkx as nx

    graph: nx.DiGraph[Node | Statement] = nx.DiGraph(edges)
    graph.add_node(PROCESS)
    dominators: dict[Node | Statement, Node | Statement] = nx.immediate_dominators(graph, PROCESS)
    dominators.pop(PROCESS, None)  # in networkx before 3.6, the root dominates itself
    return dominators


def _lines(graph: ImportGraph, dominated_s: Mapping[Node | Statement, float]) -> dict[Module, tuple[Line, ...]]:
    """The import lines of each module; modules within a package are not its importers."""
    savings_s: defaultdict[Module, dict[tuple[str, int], float]] = defaultdict(dict)
    for statement in graph.statements:
        source, place, saving_s = statement.source, (statement.path, statement.line), dominated_s.get(statement, 0.0)
        if not statement.line:
            continue
        for need in statement.needs:
            module = need.module if isinstance(need, Attempt) else need
            if not (isinstance(source, Module) and is_within(source.name, module.name)):
                alone_s = 0.0 if need in graph.floor else saving_s
                savings_s[module][place] = max(alone_s, savings_s[module].get(place, 0.0))
    return {
        module: tuple(
            Line(path=path, line=line, saving_s=saving_s)
            for (path, line), saving_s in sorted(lines.items(), key=lambda item: (-item[1], item[0]))
        )
        for module, lines in savings_s.items()
    }


def _saved_with_groups(
    graph: ImportGraph, modules: Modules, links: Iterable[_Link], dependencies: Iterable[_Dependency]
) -> dict[Module, float]:
    """The joint saving of groups: packages with the modules below them, and modules with several attempts.

    Each group has a bit. Each node gets the bits of the groups on every path to it: those of its predecessors, and
    those that a statement enters by requesting it. (The usual iteration for dominators, for sets of nodes.)
    """
    groups = _groups(graph, modules)
    bits = {module: 1 << number for number, module in enumerate(groups)}
    entered: dict[Node, int] = {module: _bits_around(module, bits, modules) for module in modules.all}
    entries: defaultdict[Node, dict[Node, int]] = defaultdict(dict)
    for source, need in dependencies:
        target = entered[need.module if isinstance(need, Attempt) else need]
        entries[need][source] = target & ~entered.get(source, 0)
    for before, after in links:
        entries[after][before] = 0
    saved_s = dict.fromkeys(groups, 0.0)
    for node, group_bits in _bits_on_every_path(entries, modules).items():
        rest = group_bits
        while rest > 0:
            lowest = rest & -rest
            saved_s[groups[lowest.bit_length() - 1]] += graph.cost_s.get(node, 0.0)
            rest ^= lowest
    return saved_s


def _groups(graph: ImportGraph, modules: Modules) -> list[Module]:
    """Packages beyond the floor, and modules with several attempts.

    The latter may be modules that pytest needs: then only the attempts of the project are saved.
    """
    repeated = {node.module for node in graph.cost_s if isinstance(node, Attempt)}
    beyond = [module for module in modules.all if module not in graph.floor]
    packages = {package for module in beyond for package in packages_of(module.name)}
    above = [module for module in beyond if module.name in packages and module is modules.by_name[module.name]]
    return [*above, *(repeated - set(above))]


def _bits_around(module: Module, bits: Mapping[Module, int], modules: Modules) -> int:
    packages = [modules.by_name[name] for name in packages_of(module.name) if name in modules.by_name]
    return sum(bits.get(group, 0) for group in (*packages, module))


def _bits_on_every_path(entries: Mapping[Node, Mapping[Node, int]], modules: Modules) -> dict[Node, int]:
    """The bits of each node, computed anew until none changes; `entries` holds the bits entered, by predecessor.

    In the order of the imports, few iterations are enough.
    """
    position: dict[Node, int] = {module: number for number, module in enumerate(modules.all)}
    order = sorted(entries, key=lambda node: position.get(node.module if isinstance(node, Attempt) else node, -1))
    passed: dict[Node, int] = {PROCESS: 0}
    changed = True
    while changed:
        changed = False
        for node in order:
            common = _ALL
            for source, bits in entries[node].items():
                common &= passed.get(source, _ALL) | bits
            if common != passed.get(node, _ALL):
                passed[node], changed = common, True
    return passed
