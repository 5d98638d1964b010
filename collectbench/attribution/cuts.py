"""The lines to change, best first: which few import lines save most together.

A module is loaded until the last line is gone that leads to it, so lines are chosen in sets: the smallest cuts of the
modules that cost something. After each choice, the next is made in the graph without the chosen lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from collectbench.attribution.imports import Attempt, ImportGraph, Start
from collectbench.attribution.line_graph import Change, ImportLine, LineGraph, Point
from collectbench.attribution.modules import Module
from collectbench.attribution.savings import Savings
from collectbench.attribution.smallest_cut import always_leads_to, farthest_cut, nearest_cut

MOST_LINES = 20
"""A cut of more lines is no fix that anybody makes. There may be a smaller one above or below in the graph."""
MOST_CUTS = 50
CONCESSION = 0.75
"""The order of choice: savings by the number of lines to this power. With 1, a line that saves little alone would come
before twenty that save much together; with 0.5, two lines with nothing in common would be one cut."""
SAME = 0.05
"""Savings that differ by less than this part are the same to the user. The lines nearest to the cost are chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Changes without which a module is not loaded."""

    module: Module | Start
    changes: tuple[Change, ...]
    """The one that saves most alone first."""
    alone_s: tuple[float, ...]
    """The saving of each change if it is the only one."""
    saved: tuple[Module | Attempt, ...]
    """The modules that are not loaded any more, if the cuts before this one have been made."""
    saving_s: float
    """The sum of their costs."""


def best_cuts(lines: LineGraph, graph: ImportGraph, savings: Savings, noise_s: float) -> tuple[Cut, ...]:
    """Return cuts in the order in which they should be made, until the next would save less than `noise_s`."""
    return tuple(_Choice(lines, graph, savings, noise_s).cuts())


def cut_of(lines: LineGraph, module: Module, most: int = MOST_LINES) -> Cut | None:
    """Return the smallest cut of one module, the one that saves most; None if there is none of at most `most` lines."""
    nearest = nearest_cut(lines, always_leads_to(lines, module), (), most)
    if not nearest:
        return None
    changes = farthest_cut(lines, nearest, ())
    reached = lines.reached()
    return _cut(lines, module, changes, reached - lines.reached(changes), reached)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Option:
    """Changes that may be chosen next, and all points that are not reached without them."""

    module: Module | Start
    changes: frozenset[Change]
    saved: set[Point]
    saving_s: float


class _Choice:
    """The choice of cuts. What is known about a module is kept until a chosen change leads to it."""

    def __init__(self, lines: LineGraph, graph: ImportGraph, savings: Savings, noise_s: float) -> None:
        self.lines, self.noise_s = lines, noise_s
        self.removed: frozenset[Change] = frozenset()
        self.reached = self.all_reached = lines.reached()
        self.joint_s: dict[Module | Start, float] = {
            module: saving.joint_s for module, saving in savings.of_modules.items() if module not in graph.floor
        }
        self.joint_s |= {start: seconds for start, seconds in savings.of_starts.items() if start in lines.exits}
        costly = (module for module in self.joint_s if self.joint_s[module] >= noise_s)
        self.candidates = sorted(costly, key=lambda module: -self.joint_s[module])
        self.nearest: dict[Module | Start, frozenset[Change] | None] = {}
        self.options: dict[frozenset[Change], _Option | None] = {}
        """By the nearest cut: several modules may have the same."""

    def cuts(self) -> Iterator[Cut]:
        for _ in range(MOST_CUTS):
            best = self._best()
            if best is None:
                return
            yield _cut(self.lines, self._named(best), best.changes, best.saved, self.all_reached)
            self._remove(best)

    def _best(self) -> _Option | None:
        """What to change next; each further line counts less, so that a few come before the many that include them."""
        options = [option for option in self._options() if option.saving_s >= self.noise_s]
        if not options:
            return None
        best = max(options, key=lambda option: option.saving_s / len(option.changes) ** CONCESSION)
        alike = (
            option
            for option in options
            if option.saved <= best.saved
            and len(option.changes) <= len(best.changes)
            and option.saving_s >= self._enough_s(best.saving_s)
        )
        return min(alike, key=lambda option: len(option.saved))

    def _named(self, option: _Option) -> Module | Start:
        """The module to name: of those that all lines request, the innermost that holds the cost."""
        needed = [set(change.needs) for change in option.changes if isinstance(change, ImportLine)]
        if not needed or len(needed) < len(option.changes):
            return option.module
        enough_s = self._enough_s(option.saving_s)
        requested: list[Module] = [
            module
            for module in set.intersection(*needed)
            if isinstance(module, Module) and self.joint_s.get(module, 0.0) >= enough_s
        ]
        return max(requested, key=lambda module: (module.name.count("."), module.name), default=option.module)

    def _enough_s(self, saving_s: float) -> float:
        """The saving that is the same to the user as `saving_s`."""
        return saving_s - max(self.noise_s, SAME * saving_s)

    def _options(self) -> Iterator[_Option]:
        """The best option for each candidate that has one."""
        seen: list[tuple[Module | Start, _Option]] = []
        for module in self.candidates:
            sinks = always_leads_to(self.lines, self.lines.exits[module] if isinstance(module, Start) else module)
            if any(earlier in sinks and module in option.saved for earlier, option in seen):
                continue  # it is loaded if and only if the earlier one is
            if module not in self.nearest:
                self.nearest[module] = nearest_cut(self.lines, sinks, self.removed, MOST_LINES)
            nearest = self.nearest[module]
            if not nearest:
                continue
            if nearest not in self.options:
                self.options[nearest] = self._option(module, nearest)
            option = self.options[nearest]
            if option is not None:
                seen.append((module, option))
                yield option

    def _option(self, module: Module | Start, nearest: frozenset[Change]) -> _Option | None:
        """The nearest or the farthest cut; None if each would switch a plugin off whose modules other lines import."""
        farthest = farthest_cut(self.lines, nearest, self.removed)
        ways = [self._without(module, cut) for cut in dict.fromkeys((nearest, farthest)) if not _is_mixed(cut)]
        if not ways:
            return None
        near, far = ways[0], ways[-1]
        return near if near.saving_s >= self._enough_s(far.saving_s) else far

    def _without(self, module: Module | Start, changes: frozenset[Change]) -> _Option:
        saved = self.reached - self.lines.reached(self.removed | changes)
        return _Option(module=module, changes=changes, saved=saved, saving_s=self.lines.cost_of_s(saved))

    def _remove(self, chosen: _Option) -> None:
        self.removed |= chosen.changes
        self.reached -= chosen.saved
        self.options.clear()
        behind = self.lines.behind(chosen.changes)
        self.nearest = {module: cut for module, cut in self.nearest.items() if module not in behind}
        self.candidates = [module for module in self.candidates if module in self.reached]


def _cut(
    lines: LineGraph, module: Module | Start, changes: frozenset[Change], saved: set[Point], reached: set[Point]
) -> Cut:
    alone_s = {change: lines.cost_of_s(reached - lines.reached((change,))) for change in changes}
    ordered = sorted(changes, key=lambda change: (-alone_s[change], _place(change)))
    nodes = tuple(point for point in saved if isinstance(point, Module | Attempt))
    return Cut(
        module=module,
        changes=tuple(ordered),
        alone_s=tuple(alone_s[change] for change in ordered),
        saved=nodes,
        saving_s=lines.cost_of_s(nodes),
    )


def _is_mixed(changes: frozenset[Change]) -> bool:
    """Whether plugins and import lines are among the changes: what a test imports, its plugin may do for it."""
    return len({isinstance(change, Start) for change in changes}) > 1


def _place(change: Change) -> tuple[str, int]:
    return (change.name, 0) if isinstance(change, Start) else (change.path, change.line)
