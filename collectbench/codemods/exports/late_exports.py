"""Which re-exports of a package can be loaded at their first use, and why the others cannot."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from collectbench.codemods.effects.import_effects import ImportEffects
from collectbench.codemods.effects.import_graph import ImportGraph, holder_of, init_of
from collectbench.codemods.exports.exports import Export, Obstacle, Package
from collectbench.codemods.exports.exports_elsewhere import mentioned, patched, probed, used_while_loading
from collectbench.lint.rule import Evidence
from collectbench.sources.modules import INIT
from collectbench.sources.outline import NEVER_AT_COLLECTION


@dataclass(frozen=True, slots=True, kw_only=True)
class LateExports:
    """What of a package can be loaded late.

    Attributes:
        exports: those that can.
        modules: names of modules of the package that it binds only since the exports load them.
        obstacles: why the others stay.
        unloaded: the files that are not loaded with the package any more.
        early_modules: names of modules of the package that it still binds from the start.
        is_asked_early: whether what is loaded from the start may look for late ones meanwhile, in functions.
    """

    exports: tuple[Export, ...]
    modules: tuple[str, ...]
    obstacles: tuple[Obstacle, ...]
    unloaded: frozenset[str]
    early_modules: tuple[str, ...]
    is_asked_early: bool


def late_exports(evidence: Evidence, package: Package, graph: ImportGraph, effects: ImportEffects) -> LateExports:
    """Return which exports of a package can be loaded late.

    A module is loaded late only if nothing that stays loads it anyway, if nothing happens in it or in what it loads,
    and if it loads no cycle of imports, in which the order matters.
    """
    codebase = evidence.codebase
    graph = graph.without(frozenset((*graph.packages_above(package.path), package.path)))
    staying = {file: line for line, file in _not_exported(graph, package)}
    everything = graph.imported([*staying, *(each.file for each in package.exports)])
    reasons = {(each.line, each.name): each.reason for each in package.obstacles if each.name}
    by_name = dict(used_while_loading(codebase, package, everything)) | patched(codebase, package)
    by_name |= dict(_wanted_by_pytest(evidence, package))
    for each in package.exports:
        if each.name in by_name:
            reasons.setdefault((each.line, each.name), by_name[each.name])
    for each in package.exports:
        if (each.line, each.name) in reasons:
            staying.setdefault(each.file, each.line)
    late = _settled(graph, package, effects, staying, reasons)
    early, behind = graph.imported(staying), graph.imported(each.file for each in late)
    return LateExports(
        exports=late,
        modules=tuple(sorted(_modules_in(package.path, behind - early) - {each.name for each in package.exports})),
        obstacles=tuple(Obstacle(line, name, reason) for (line, name), reason in reasons.items()),
        unloaded=behind - early,
        early_modules=tuple(sorted(_modules_in(package.path, early))),
        is_asked_early=mentioned(codebase, package, {each.name for each in late}, early),
    )


def _settled(
    graph: ImportGraph,
    package: Package,
    effects: ImportEffects,
    staying: dict[str, int],
    reasons: dict[tuple[int, str], str],
) -> tuple[Export, ...]:
    """The exports that can be loaded late; adds the files of the others to `staying`, and to `reasons` why."""
    late = [each for each in package.exports if (each.line, each.name) not in reasons]
    while True:
        for each in late:
            if reason := _why_early(graph, package, effects, each, staying):
                reasons[each.line, each.name] = reason
                staying.setdefault(each.file, each.line)
        left = [each for each in late if (each.line, each.name) not in reasons]
        if len(left) == len(late):
            return tuple(late)
        late = left


def _why_early(
    graph: ImportGraph, package: Package, effects: ImportEffects, export: Export, staying: Mapping[str, int]
) -> str:
    """Why an export has to be loaded from the start, or is anyway; empty if not."""
    early = graph.imported(staying)
    if export.file in early:
        line = next(line for file, line in staying.items() if export.file in graph.imported([file]))
        return f"line {line}, which stays, loads its module anyway"
    behind = graph.imported([export.file])
    for path in sorted(behind - graph.imported(file for file, line in staying.items() if line < export.line)):
        if (effect := effects.first(path)) is not None:
            return f"{effect.path}:{effect.line}, which it loads, {effect.what}"
        if cycle := graph.cycle_of(path):
            other = min(cycle - {path})
            return f"it loads {path} and {other}, which import each other: which of them comes first matters"
    return _failing(graph, package, behind - early) or _nameless(graph, package, behind - early)


def _failing(graph: ImportGraph, package: Package, late: frozenset[str]) -> str:
    """Why somebody relies on it that the package cannot be imported without a module; empty if nobody does."""
    modules = graph.codebase.modules
    needed = sorted({(name, path) for path in late for name in graph.third_party(path)})
    for name, path in needed:
        if modules.site and not any(modules.holds(str(site), name) for site in modules.site):
            return f"{path} imports {name}, which is not installed: the package itself would not fail any more"
    place = probed(graph.codebase, package) if needed else ""
    if place:
        name, path = needed[0]
        return f"{place} finds out whether the package can be imported, and {path} needs {name} for that"
    return ""


def _nameless(graph: ImportGraph, package: Package, late: frozenset[str]) -> str:
    """Why a module would be missing in the package that it lies in, although nobody imports it; empty if none is.

    `package.part` works as soon as anything has imported that module. A `__getattr__` can see to it only in its own
    package.
    """
    directory = package.path.rpartition("/")[0]
    others = graph.without(frozenset({package.path}))
    for path in sorted(late):
        parent = holder_of(path)
        if parent is None or parent == directory:
            continue
        init = init_of(parent)
        is_in_package = not directory or parent.startswith(f"{directory}/") or init in graph.codebase.facts
        if is_in_package and path not in others.loaded([init]):
            return f"it loads {path}, which {parent} does not load itself, so that its name would be missing there"
    return ""


def _not_exported(graph: ImportGraph, package: Package) -> Iterator[tuple[int, str]]:
    """The lines and files of the imports of the `__init__` that stay in any case."""
    exported = {each.line for each in package.exports}
    outline = graph.codebase.outline(package.path)
    for each in outline.imports if outline else ():
        if each.guard not in NEVER_AT_COLLECTION and each.line not in exported:
            for file in graph.files_of(package.path, each):
                yield each.line, file
    for obstacle in package.obstacles:
        statement = next((each for each in (outline.imports if outline else ()) if each.line == obstacle.line), None)
        if statement is not None and obstacle.line in exported:
            wanted = tuple(pair for pair in statement.names if pair[1] == obstacle.name)
            for file in graph.files_of(package.path, statement._replace(names=wanted)):
                yield obstacle.line, file


def _modules_in(init: str, files: Iterable[str]) -> set[str]:
    """The names of the modules and packages right in the directory of an `__init__` that hold one of some files."""
    directory = init.removesuffix(INIT)
    inner = (file.removeprefix(directory) for file in files if file.startswith(directory) and file != init)
    return {each.partition("/")[0].removesuffix(".py") for each in inner}


def _wanted_by_pytest(evidence: Evidence, package: Package) -> Iterator[tuple[str, str]]:
    """Names by which pytest finds something in the package, each with the reason."""
    in_tests = package.path in evidence.collection.tests
    for each in package.exports:
        if each.name.startswith("pytest_"):
            yield each.name, "pytest looks for it in a plugin"
        elif in_tests and (each.name.startswith("Test") or evidence.collection.is_test_name(each.name)):
            yield each.name, "pytest may look for tests of this name here"
        else:
            outline = evidence.codebase.outline(each.file)
            functions = outline.functions if outline else ()
            if any(f.name == each.attribute and any("fixture" in name for name in f.decorators) for f in functions):
                yield each.name, "it is a fixture, which pytest finds by looking through the package"
