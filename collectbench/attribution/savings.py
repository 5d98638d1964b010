"""What would be saved by taking out an import statement, or all that import a module.

Saved is what cannot be reached from the process any more. For one statement or one module that is what it dominates.
A package goes together with the modules below it, since importing these imports the package: there dominators do not
help, and what every way passes through is found for all packages at once, as sets of bits.
"""

from __future__ import annotations

import shlex
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import NamedTuple

from collectbench.attribution.imports import PROCESS, Attempt, ImportGraph, Node, Start, Statement
from collectbench.attribution.modules import Module, Modules, is_within, packages_of
from collectbench.model.errors import UsageError

_Link = tuple[Node, Node]
_Way = tuple[Module | Start, Module | Attempt]

_ALL = -1
"""A set of bits that holds them all."""


class Line(NamedTuple):
    """A line that imports a module from outside of it; `saving_s` is all that would be saved without its statement."""

    path: str
    line: int
    saving_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What a module's importers cost.

    `joint_s` is saved if nothing imports the module, or a module below it, any more: 0 for what pytest collects or
    needs itself. `lines` come with the largest saving first.
    """

    joint_s: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Savings:
    """Seconds of self time of the traced round."""

    of_modules: dict[Module, Saving]
    of_starts: dict[Start, float]
    """What only this plugin or conftest needs."""


def savings(graph: ImportGraph, modules: Modules) -> Savings:
    """What would be saved without an import line, a module, a plugin.

    Raises:
        UsageError: networkx is not installed.
    """
    links = [link for link in graph.links if link[1] not in graph.floor]
    asked = _asked(graph)
    dominated = _dominated(graph, links, asked)
    kept = {need for source, need in links if isinstance(source, Start) and source.fixed} | graph.floor
    joint_s = {module: 0.0 if module in kept else dominated.get(module, 0.0) for module in modules.all}
    joint_s |= _saved_with_groups(graph, modules, links, asked)
    lines = _lines(graph, dominated)
    return Savings(
        of_modules={module: Saving(joint_s=joint_s[module], lines=lines.get(module, ())) for module in modules.all},
        of_starts={start: dominated.get(start, 0.0) for start in graph.starts.values()},
    )


def _asked(graph: ImportGraph) -> set[_Way]:
    """What is needed beyond the floor, by whom."""
    return {
        (statement.source, need)
        for statement in graph.statements
        for need in statement.needs
        if need not in graph.floor
    }


def _dominated(graph: ImportGraph, links: Sequence[_Link], asked: Collection[_Way]) -> dict[Node | Statement, float]:
    """The cost of all that each node dominates, itself included.

    A statement can only dominate what it needs if whom it is executed for does so immediately. All others are left out
    of the graph, and their needs follow directly: that makes it ten times smaller.
    """
    immediate = _immediate_dominators([*links, *asked])
    ways: list[tuple[Node | Statement, Node | Statement]] = [*links]
    ways += ((source, need) for source, need in asked if immediate.get(need) is not source)
    for statement in graph.statements:
        for need in statement.needs:
            if immediate.get(need) is statement.source:
                ways += ((statement.source, statement), (statement, need))
    below: defaultdict[Node | Statement, list[Node | Statement]] = defaultdict(list)
    for node, dominator in _immediate_dominators(ways).items():
        below[dominator].append(node)
    order: list[Node | Statement] = [PROCESS]
    for node in order:
        order += below[node]
    costs = {node: 0.0 if isinstance(node, Statement) else graph.cost_s.get(node, 0.0) for node in order}
    for node in reversed(order):
        costs[node] += sum(costs[child] for child in below[node])
    return costs


def _immediate_dominators(
    ways: Iterable[tuple[Node | Statement, Node | Statement]],
) -> dict[Node | Statement, Node | Statement]:
    require_networkx()
    import networkx as nx

    graph: nx.DiGraph[Node | Statement] = nx.DiGraph(ways)
    graph.add_node(PROCESS)
    found: dict[Node | Statement, Node | Statement] = nx.immediate_dominators(graph, PROCESS)
    found.pop(PROCESS, None)  # which networkx before 3.6 lets dominate itself
    return found


def _lines(graph: ImportGraph, dominated: Mapping[Node | Statement, float]) -> dict[Module, tuple[Line, ...]]:
    """The import statements of each module by line; those of a package's own modules are none of its importers."""
    found: defaultdict[Module, dict[tuple[str, int], float]] = defaultdict(dict)
    for statement in graph.statements:
        source, where, saving_s = statement.source, (statement.path, statement.line), dominated.get(statement, 0.0)
        if not statement.line:
            continue
        for need in statement.needs:
            module = need.module if isinstance(need, Attempt) else need
            if not (isinstance(source, Module) and is_within(source.name, module.name)):
                alone_s = 0.0 if need in graph.floor else saving_s
                found[module][where] = max(alone_s, found[module].get(where, 0.0))
    return {
        module: tuple(
            Line(path=path, line=line, saving_s=saving_s)
            for (path, line), saving_s in sorted(lines.items(), key=lambda item: (-item[1], item[0]))
        )
        for module, lines in found.items()
    }


def _saved_with_groups(
    graph: ImportGraph, modules: Modules, links: Iterable[_Link], asked: Iterable[_Way]
) -> dict[Module, float]:
    """The joint saving of modules that are not alone: packages, with all below them, and those with several attempts.

    A bit stands for each. Every node gets the bits that all ways to it pass: those of its predecessors, and of what
    a statement enters by asking for it. (The usual iteration for dominators, for sets of nodes.)
    """
    groups = _groups(graph, modules)
    bits = {module: 1 << number for number, module in enumerate(groups)}
    entered: dict[Node, int] = {module: _bits_around(module, bits, modules) for module in modules.all}
    ways: defaultdict[Node, dict[Node, int]] = defaultdict(dict)
    for source, need in asked:
        target = entered[need.module if isinstance(need, Attempt) else need]
        ways[need][source] = target & ~entered.get(source, 0)
    for before, after in links:
        ways[after][before] = 0
    passed = _passed_on_every_way(ways, modules)
    saved_s = dict.fromkeys(groups, 0.0)
    for node, group_bits in passed.items():
        rest = group_bits
        while rest > 0:
            last = rest & -rest
            saved_s[groups[last.bit_length() - 1]] += graph.cost_s.get(node, 0.0)
            rest ^= last
    return saved_s


def _groups(graph: ImportGraph, modules: Modules) -> list[Module]:
    """Of a module that pytest needs, the attempts of the project alone are saved."""
    repeated = {node.module for node in graph.cost_s if isinstance(node, Attempt)}
    beyond = [module for module in modules.all if module not in graph.floor]
    packages = {package for module in beyond for package in packages_of(module.name)}
    above = [module for module in beyond if module.name in packages and module is modules.by_name[module.name]]
    return [*above, *(repeated - set(above))]


def _bits_around(module: Module, bits: Mapping[Module, int], modules: Modules) -> int:
    around = [modules.by_name[name] for name in packages_of(module.name) if name in modules.by_name]
    return sum(bits.get(group, 0) for group in (*around, module))


def _passed_on_every_way(ways: Mapping[Node, Mapping[Node, int]], modules: Modules) -> dict[Node, int]:
    """The bits of each node, by going over all of them until nothing changes; `ways` holds bits by predecessor."""
    begun: dict[Node, int] = {
        module: number for number, module in enumerate(modules.all)
    }  # few rounds in the order of the imports
    order = sorted(ways, key=lambda node: begun.get(node.module if isinstance(node, Attempt) else node, -1))
    passed: dict[Node, int] = {PROCESS: 0}
    changed = True
    while changed:
        changed = False
        for node in order:
            common = _ALL
            for source, bits in ways[node].items():
                common &= passed.get(source, _ALL) | bits
            if common != passed.get(node, _ALL):
                passed[node], changed = common, True
    return passed


def require_networkx() -> None:
    """Make sure that networkx is there, without importing it.

    Raises:
        UsageError: networkx is not installed where collectbench runs.
    """
    if find_spec("networkx") is None:
        install = shlex.join([sys.executable, "-m", "pip", "install", "collectbench[profile]"])
        raise UsageError(f"networkx, which tells what a change would save, is not installed: {install}")
