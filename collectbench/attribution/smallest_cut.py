"""The smallest set of changes without which a module is not loaded.

By the theorem of Ford and Fulkerson, it has as many changes as there are ways from the process to the module that share
no change. The ways are sought from the module backwards: that looks at little, since most modules have few importers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from collectbench.attribution.imports import PROCESS
from collectbench.attribution.line_graph import Change, Exit, LineGraph, Point


def always_leads_to(graph: LineGraph, sink: Point) -> frozenset[Point]:
    """The points that lead to `sink` without any change, itself included."""
    seen: set[Point] = {sink}
    pending = [sink]
    while pending:
        point = pending.pop()
        if not isinstance(point, Exit):
            new = graph.before.get(point, frozenset()) - seen
            seen |= new
            pending += new
    return frozenset(seen)


def nearest_cut(
    graph: LineGraph, sinks: frozenset[Point], removed: Collection[Change], most: int
) -> frozenset[Change] | None:
    """Of the smallest sets of changes without which no sink is reached, the one nearest to them.

    None if there is none of at most `most` changes. `sinks` come from `always_leads_to`; `removed` are changes that are
    made already.
    """
    ways = _ways(graph, sinks, removed, most)
    return None if ways is None else ways.nearest


def farthest_cut(graph: LineGraph, nearest: Iterable[Change], removed: Collection[Change]) -> frozenset[Change]:
    """Of the smallest sets of changes, the one nearest to the process; it saves most."""
    exits = frozenset[Point](graph.exits[change] for change in nearest)
    ways = _ways(graph, exits, removed, len(exits))
    return frozenset() if ways is None else ways.farthest()


def _ways(graph: LineGraph, sinks: frozenset[Point], removed: Collection[Change], most: int) -> _Ways | None:
    if PROCESS in sinks:
        return None
    ways = _Ways(graph=graph, sinks=sinks, removed=removed)
    while len(ways.last) <= most:
        onwards = ways.backwards()
        if PROCESS not in onwards:
            ways.nearest = frozenset(
                change for change in ways.used if graph.exits[change] in onwards and change not in onwards
            )
            return ways
        ways.add(onwards)
    return None


@dataclass(slots=True, kw_only=True, eq=False)
class _Ways:
    """Ways from PROCESS to the sinks that share no change."""

    graph: LineGraph
    sinks: frozenset[Point]
    removed: Collection[Change]
    used: set[Change] = field(default_factory=set)
    flow: Counter[tuple[Point, Point]] = field(default_factory=Counter)
    sent: dict[Point, set[Point]] = field(default_factory=dict)
    """Where the ways through a point go on."""
    came: dict[Point, set[Point]] = field(default_factory=dict)
    """Where they come from."""
    last: list[Point] = field(default_factory=list)
    """The sink of each way."""
    nearest: frozenset[Change] = frozenset()

    def backwards(self) -> dict[Point, Point | None]:
        """The points from which a sink can still be reached, each with the next point on the way."""
        before, sent = self.graph.before, self.sent
        onwards: dict[Point, Point | None] = {sink: None for sink in self.sinks if isinstance(sink, Exit)}
        pending = list(onwards)
        for point in pending:
            closed = isinstance(point, Exit) and (point.change in self.used or point.change in self.removed)
            for source in (*(() if closed else before.get(point, ())), *sent.get(point, ())):
                if source not in onwards:
                    onwards[source] = point
                    pending.append(source)
            if PROCESS in onwards:
                break
        return onwards

    def add(self, onwards: dict[Point, Point | None]) -> None:
        """Add the way from PROCESS that a search backwards has found."""
        point: Point = PROCESS
        while (following := onwards[point]) is not None:
            if self.flow[following, point]:
                self._change_flow(following, point, -1)
            else:
                self._change_flow(point, following, 1)
            point = following
        self.last.append(point)

    def _change_flow(self, source: Point, target: Point, by: int) -> None:
        self.flow[source, target] += by
        flows = self.flow[source, target] > 0
        for points, key, value in ((self.sent, source, target), (self.came, target, source)):
            known = points.setdefault(key, set())
            known.add(value) if flows else known.discard(value)
        if isinstance(target, Exit):
            self.used.add(target.change) if flows else self.used.discard(target.change)

    def farthest(self) -> frozenset[Change]:
        """The used changes at the end of all that PROCESS can still reach."""
        after, came, exits = self.graph.after, self.came, self.graph.exits
        blocked = {exits[change] for change in (*self.used, *self.removed)}
        seen: set[Point] = {PROCESS}
        pending: list[Point] = [PROCESS]
        while pending:
            point = pending.pop()
            new = (after.get(point, frozenset()) - blocked | came.get(point, set())) - seen
            seen |= new
            pending += new
        return frozenset(change for change in self.used if change in seen and exits[change] not in seen)
