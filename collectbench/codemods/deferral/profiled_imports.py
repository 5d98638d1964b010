"""The import graph of a stored profile: which lines lead to a module, and what is not loaded without them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from collectbench.model.costs import ImportCost, Importer, Profile
from collectbench.sources.codebase import Codebase


class Line(NamedTuple):
    """An import statement of the project."""

    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCut:
    """The lines that lead to a module, and whether changing them is enough.

    Attributes:
        module: that is not loaded without these lines.
        lines: of the project, sorted.
        saving_s: what a profile measured for the modules that only these lines load; None if nobody measured it.
        blocked: who else imports it, a clause; empty if nobody does.
        leads: names of modules whose import imports it.
    """

    module: str
    lines: tuple[Line, ...]
    saving_s: float | None
    blocked: str = ""
    leads: frozenset[str] = frozenset()


class ProfiledImports:
    """Who imports whom in a profile, by the names of modules."""

    def __init__(self, profile: Profile, codebase: Codebase) -> None:
        self._codebase = codebase
        self._costs: defaultdict[str, list[ImportCost]] = defaultdict(list)
        self._below: defaultdict[str, list[str]] = defaultdict(list)
        """By module, itself and the modules below it."""
        self._at: defaultdict[str, list[str]] = defaultdict(list)
        for cost in profile.imports:
            if cost.module not in self._costs:
                for name in _packages(cost.module):
                    self._below[name].append(cost.module)
            self._costs[cost.module].append(cost)
            self._at[cost.path].append(cost.module)
        self._after: defaultdict[str, list[tuple[Line, str]]] = defaultdict(list)
        for cost in profile.imports:
            for each in cost.importers:
                for importer in self._at.get(each.path, ()):
                    self._after[importer].append((Line(each.path, each.line), cost.module))

    def frontier(self, module: str) -> ImportCut:
        """Return the lines of the project nearest to a module, on all ways to it."""
        lines: set[Line] = set()
        blocked: list[str] = []
        group = self._below[module]
        seen, pending = set(group), list(group)
        for name in pending:
            outside = [each for each in self._importers(name) if not self._is_within(each.path, module)]
            if name not in group and not outside and len(self._below[name]) == 1:
                blocked.append(f"pytest loads {name}, which imports it")
            for each in outside:
                if each.path in self._codebase.facts:
                    lines.add(Line(each.path, each.line))
                    continue
                further = {inner for importer in self._at.get(each.path, ()) for inner in self._below[importer]}
                if not further:
                    blocked.append(f"{each.path} imports it")
                pending += sorted(further - seen)
                seen |= further
        if floor := next((name for name in pending if any(cost.floor for cost in self._costs[name])), None):
            blocked.insert(0, "pytest needs it" if floor in group else f"{floor} imports it, which pytest needs")
        if not lines:
            blocked.append("no line of the project imports it")
        saving_s = max(cost.saving_joint_s for cost in self._costs[module])
        first = blocked[0] if blocked else ""
        return ImportCut(module=module, lines=tuple(sorted(lines)), saving_s=saving_s, blocked=first)

    def leads_to(self, module: str) -> frozenset[str]:
        """Return the names of modules that import a module, or that import others that do."""
        pending = list(self._below[module])
        found = {module, *pending}
        for name in pending:
            for each in self._importers(name):
                new = [importer for importer in self._at.get(each.path, ()) if importer not in found]
                found.update(new)
                pending += new
        return frozenset(found)

    def not_loaded_without(self, lines: Collection[Line]) -> dict[str, float]:
        """Return the modules that are not loaded any more if some lines are gone, with their own seconds."""
        loaded: set[str] = set()
        pending = [name for name in self._costs if self._is_loaded_by_others(name)]
        while pending:
            for name in _packages(pending.pop()):
                if name not in loaded:
                    loaded.add(name)
                    pending += (target for line, target in self._after[name] if line not in lines)
        return {name: sum(cost.self_s for cost in costs) for name, costs in self._costs.items() if name not in loaded}

    def _is_loaded_by_others(self, name: str) -> bool:
        """Whether pytest loads it, or code that is no module."""
        importers = self._importers(name)
        return (
            not importers
            or any(each.path not in self._at for each in importers)
            or any(cost.floor for cost in self._costs[name])
        )

    def _importers(self, name: str) -> list[Importer]:
        return [each for cost in self._costs[name] for each in cost.importers]

    def _is_within(self, path: str, module: str) -> bool:
        return any(f"{each}.".startswith(f"{module}.") for each in self._at.get(path, ()))


def _packages(module: str) -> Iterator[str]:
    """Yield a module and the packages above it."""
    while module:
        yield module
        module = module.rpartition(".")[0]
