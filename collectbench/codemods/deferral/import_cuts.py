"""All lines that have to change before a module is not imported any more: from a profile, or from the sources alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches

from collectbench.codemods.deferral.profiled_imports import ImportCut, Line, ProfiledImports
from collectbench.lint.heavy_modules import collected_files, heavy_imports
from collectbench.lint.rule import Evidence
from collectbench.model.costs import Profile
from collectbench.sources.outline import NEVER_AT_COLLECTION

SMALLEST_S = 0.02
"""Modules that cost less are only looked at if the user names them."""
MOST_LINES_UNNAMED = 100
"""So many lines are looked at for a module that the user does not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A module that the user names and that is not imported, and the names that are most like it."""

    module: str
    nearest: tuple[str, ...]


def profiled_cuts(
    profile: Profile, graph: ProfiledImports, names: Collection[str], heavy: Collection[str]
) -> Iterator[tuple[ImportCut, ...] | Unknown]:
    """Yield for each module the ways to cut it off, the one with the fewest lines first.

    Without `names`, the modules are those that save enough together with those of the same lines, and `heavy` ones.
    """
    listed = {cut.module: cut for cut in profile.cuts}
    known = {cost.module for cost in profile.imports}
    costly = sorted(profile.imports, key=lambda cost: -cost.saving_joint_s)
    enough = [cost.module for cost in costly if cost.saving_joint_s >= SMALLEST_S and not cost.floor]
    for module in names or dict.fromkeys((*enough, *(each for each in heavy if each in known))):
        if module not in known:
            yield Unknown(module=module, nearest=tuple(get_close_matches(module, known)))
            continue
        cut, leads = listed.get(module), graph.leads_to(module)
        ways = []
        if cut is not None and cut.lines:
            lines = tuple(sorted(Line(each.path, each.line) for each in cut.lines if each.line))
            plugins = [each.path for each in cut.lines if not each.line]
            blocked = f"the plugin {plugins[0]} loads it" if plugins else ""
            ways.append(ImportCut(module=module, lines=lines, saving_s=cut.saving_s, blocked=blocked, leads=leads))
        frontier = graph.frontier(module)
        if names or len(frontier.lines) <= MOST_LINES_UNNAMED:
            ways.append(replace(frontier, leads=leads))
        if names or any(way.lines for way in ways):  # else a plugin loads it, and no line of the project
            yield tuple(ways)


def static_cut(evidence: Evidence, module: str) -> ImportCut:
    """Return the lines that import a module in test files, conftests, and what these import of the project."""
    everywhere = replace(evidence, heavy={module: None}, focus=frozenset(evidence.codebase.facts))
    lines = {
        Line(path, found.statement.line) for path in _imported(everywhere) for found in heavy_imports(everywhere, path)
    }
    return ImportCut(module=module, lines=tuple(sorted(lines)), saving_s=None, leads=frozenset({module}))


def new_lines(evidence: Evidence, profile: Profile, module: str) -> list[Line]:
    """Return the lines that import a module in test files and conftests that a profile did not load."""
    loaded = {cost.path for cost in profile.imports}
    everywhere = replace(evidence, heavy={module: None}, focus=frozenset(evidence.codebase.facts))
    return [
        Line(path, found.statement.line)
        for path in collected_files(everywhere)
        if path not in loaded
        for found in heavy_imports(everywhere, path)
    ]


def _imported(evidence: Evidence) -> list[str]:
    """The files that pytest imports, and those of the project that they import, at any distance."""
    codebase = evidence.codebase
    pending = collected_files(evidence)
    seen = set(pending)
    for path in pending:
        outline = codebase.outline(path)
        for each in outline.imports if outline else ():
            if each.guard in NEVER_AT_COLLECTION:
                continue
            names = [f"{each.module}.{name}".strip(".") for name, _ in each.names]
            for name in (each.module, *names):
                location = codebase.modules.locate(name, each.level, path)
                found = getattr(location, "path", None)
                if found is not None and found not in seen and found in codebase.facts:
                    seen.add(found)
                    pending.append(found)
    return pending
