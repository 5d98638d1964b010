"""The import graph with the lines that the user can change: import statements in the project, and plugins.

Each of these is a node of its own between the modules that hold it and those that it loads. All other links (imports
within installed packages, from a module to its package, from pytest to the files that it collects) stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from collectbench.attribution.imports import PROCESS, ImportGraph, Node, Start
from collectbench.attribution.shares import OF_PYTEST


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportLine:
    """A line of the project that imports; several statements of one line are one. Compared by identity."""

    path: str
    """Absolute."""
    line: int
    sources: tuple[Node, ...]
    """The modules or starts that it was executed for."""
    needs: tuple[Node, ...]
    """The modules that it needs, without those of the floor."""


Change = ImportLine | Start
"""What the user can remove: an import line, or the loading of a plugin."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Exit:
    """The far end of a change: whatever leads to the change goes on from here, unless it is removed."""

    change: Change


Point = Node | ImportLine | Exit


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGraph:
    """Who leads to whom, in both directions, without modules of the floor. Its root is PROCESS."""

    after: Mapping[Point, frozenset[Point]]
    before: Mapping[Point, frozenset[Point]]
    exits: Mapping[Change, Exit]
    cost_s: Mapping[Node, float]

    def reached(self, without: Collection[Change] = (), avoiding: Collection[Point] = ()) -> set[Point]:
        """Return all points that are reached from PROCESS without some changes, and without other points."""
        closed: set[Point] = {self.exits[change] for change in without} | set(avoiding)
        return self._followed({PROCESS}, closed) - closed

    def behind(self, changes: Iterable[Change], avoiding: Collection[Point] = ()) -> set[Point]:
        """Return all points that these changes lead to, on ways without some points."""
        return self._followed({self.exits[change] for change in changes}, set(avoiding)) - set(avoiding)

    def _followed(self, begin: set[Point], closed: set[Point]) -> set[Point]:
        seen, pending = closed | begin, list(begin)
        while pending:
            new = self.after.get(pending.pop(), frozenset()) - seen
            seen |= new
            pending += new
        return seen

    def cost_of_s(self, points: Iterable[Point]) -> float:
        """Return the sum of the own costs of the modules among `points`."""
        cost_s: Mapping[Point, float] = self.cost_s  # type: ignore[assignment]
        return sum(cost_s.get(point, 0.0) for point in points)


def line_graph(graph: ImportGraph, is_changeable: Callable[[str], bool]) -> LineGraph:
    """Return the graph of all lines; `is_changeable` tells whether the user can change the file of an absolute path."""
    after: dict[Point, set[Point]] = {PROCESS: set()}
    lines: dict[tuple[str, int], tuple[dict[Node, None], dict[Node, None]]] = {}
    for source, need in graph.links:
        after.setdefault(source, set()).add(need)
    for statement in graph.statements:
        if not (statement.line and is_changeable(statement.path)):
            after.setdefault(statement.source, set()).update(statement.needs)
        elif needs := [need for need in statement.needs if need not in graph.floor]:
            sources, needed = lines.setdefault((statement.path, statement.line), ({}, {}))
            sources[statement.source] = None
            needed |= dict.fromkeys(needs)
    changes: list[Change] = [start for start in graph.starts.values() if is_removable(start)]
    for (path, line), (sources, needed) in lines.items():
        change = ImportLine(path=path, line=line, sources=tuple(sources), needs=tuple(needed))
        after[change] = set(needed)
        for source in sources:
            after.setdefault(source, set()).add(change)
        changes.append(change)
    exits = {change: Exit(change=change) for change in changes}
    for each, far_end in exits.items():
        after[far_end] = after.pop(each, set())
        after[each] = {far_end}
    beyond = {point: frozenset(points - graph.floor) for point, points in after.items() if point not in graph.floor}
    return LineGraph(
        after=beyond,
        before=_turned(beyond),
        exits=exits,
        cost_s=graph.cost_s,
    )


def is_removable(start: Start) -> bool:
    """Whether pytest runs without this plugin; conftests are not plugins in this sense."""
    return not start.fixed and start.name not in OF_PYTEST


def _turned(after: Mapping[Point, Iterable[Point]]) -> dict[Point, frozenset[Point]]:
    before: defaultdict[Point, set[Point]] = defaultdict(set)
    for source, points in after.items():
        for point in points:
            before[point].add(source)
    return {point: frozenset(sources) for point, sources in before.items()}
