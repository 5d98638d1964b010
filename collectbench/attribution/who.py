"""Who imports a module, by its name or by the name of a package around it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import cache, partial
from heapq import nlargest

from collectbench.attribution.attribute import Attribution
from collectbench.attribution.cuts import MOST_LINES, Cut, cut_of
from collectbench.attribution.imports import Start
from collectbench.attribution.line_graph import LineGraph, line_graph
from collectbench.attribution.modules import Module, is_within
from collectbench.attribution.origins import display_path, is_project_file
from collectbench.model.costs import Importer
from collectbench.model.who import ImportedModule, WhoImports

NEAREST = 3


def who_imports(attribution: Attribution, name: str) -> WhoImports:
    """Return who imports the modules called `name`; paths are written as documents write them.

    A name that only stands before the dots of imported modules, as that of a namespace package, means the outermost of
    these. If there are none, the answer names the nearest.
    """
    named = _named(attribution.modules.all, name)
    if not named:
        known = list(dict.fromkeys(module.name for module in attribution.modules.all))
        return WhoImports(name=name, modules=(), nearest=tuple(get_close_matches(name, known, n=NEAREST)))
    return WhoImports(name=name, modules=imported_modules(attribution, named))


def most_expensive(attribution: Attribution, most: int, smallest_s: float) -> tuple[ImportedModule, ...]:
    """Return the modules whose joint saving is the largest and at least `smallest_s`, at most so many."""
    savings, floor = attribution.savings.of_modules, attribution.graph.floor
    expensive = (module for module in attribution.modules.all if module not in floor)
    largest = nlargest(most, expensive, key=lambda module: savings[module].joint_s)
    return imported_modules(attribution, [each for each in largest if savings[each].joint_s >= smallest_s])


def imported_modules(attribution: Attribution, modules: Sequence[Module]) -> tuple[ImportedModule, ...]:
    """Return who imports each of these modules, and the lines to change so that it is not loaded."""
    places = attribution.places
    graph = line_graph(attribution.graph, cache(partial(is_project_file, places=places)))
    display = cache(partial(display_path, places=places))
    return tuple(_answer(attribution, graph, module, display) for module in modules)


def _named(modules: tuple[Module, ...], name: str) -> list[Module]:
    exact = [module for module in modules if module.name == name]
    below = [] if exact else [module for module in modules if is_within(module.name, name)]
    depth = min((module.name.count(".") for module in below), default=0)
    return exact or [module for module in below if module.name.count(".") == depth]


def _answer(
    attribution: Attribution, graph: LineGraph, module: Module, display: Callable[[str], str]
) -> ImportedModule:
    saving = attribution.savings.of_modules[module]
    cut = None if module in attribution.graph.floor else cut_of(graph, module)
    return ImportedModule(
        module=module.name,
        path=display(module.path),
        origin=attribution.origins[module],
        self_s=sum(frame.self_s for frame in module.frames),
        saving_joint_s=saving.joint_s,
        importers=tuple(
            Importer(path=display(line.path), line=line.line, saving_alone_s=line.saving_s) for line in saving.lines
        ),
        cut=() if cut is None else _shown(cut, display),
        cut_saving_s=0.0 if cut is None else cut.saving_s,
        why_no_cut="" if cut is not None else _why(attribution, graph, module),
    )


def _shown(cut: Cut, display: Callable[[str], str]) -> tuple[Importer, ...]:
    return tuple(
        Importer(path=change.name, line=0, saving_alone_s=alone_s)
        if isinstance(change, Start)
        else Importer(path=display(change.path), line=change.line, saving_alone_s=alone_s)
        for change, alone_s in zip(cut.changes, cut.alone_s, strict=True)
    )


def _why(attribution: Attribution, graph: LineGraph, module: Module) -> str:
    if module in attribution.graph.floor:
        return "pytest needs it"
    if cut_of(graph, module, most=len(graph.exits)) is None:
        return "pytest loads it, or a module that needs it"
    return f"more than {MOST_LINES} lines of the project would have to change"
