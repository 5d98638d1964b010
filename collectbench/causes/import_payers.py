"""Who pays for a cut: the test modules, conftests and plugins whose loading leads to its lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from collectbench.attribution.imports import PROCESS, Start
from collectbench.attribution.line_graph import Change, Point
from collectbench.attribution.modules import Module
from collectbench.causes.evidence import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Payers:
    """What pytest loads that leads to some lines."""

    tests: tuple[Module, ...]
    conftests: tuple[Start, ...]
    plugins: tuple[Start, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The paths of test modules and conftests, and the names of plugins."""
        return (*(test.path for test in self.tests), *(start.name for start in (*self.conftests, *self.plugins)))


def payers_of(evidence: Evidence, changes: Iterable[Change]) -> Payers:
    """Returns the test modules, conftests and plugins that lead to some of the changes."""
    graph = evidence.import_lines
    seen: set[Point] = set(changes)
    pending = list(seen)
    while pending:
        new = graph.before.get(pending.pop(), frozenset()) - seen
        seen |= new
        pending += new
    first = graph.after[PROCESS] & seen
    starts = sorted((point for point in first if isinstance(point, Start)), key=lambda start: start.name)
    return Payers(
        tests=tuple(
            sorted(
                (point for point in first if isinstance(point, Module)), key=lambda module: (module.path, module.name)
            )
        ),
        conftests=tuple(start for start in starts if start.fixed),
        plugins=tuple(start for start in starts if not start.fixed),
    )
