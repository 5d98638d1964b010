"""Loads the names that a package only passes on when they are first used.

What it does:
    The imports of the own package in an `__init__.py` become a table, and a `__getattr__` (PEP 562) that imports a name
    at its first use and keeps it. `if TYPE_CHECKING:` keeps the imports for type checkers and editors. `dir()`, star
    imports (`__all__`) and modules of the package, such as `package.part`, are as before.

    Name the `__init__.py` files, or give a profile with the finding package-exports.

Left alone:
    Whole files with a star import, with a `__getattr__`, or that read their own namespace (`globals()`), and packages
    whose `__dict__` another file reads.

    Names that the file itself uses or binds again, imports in `try` and in conditions, names that a module of the
    package uses while the package is imported, names that are called like a module of the package, fixtures, and
    names that a test patches in their own module: the first use could be within the patch, and would keep the mock.

    Modules that something else loads anyway, or that do something when they are imported (register, call, patch), or
    that import each other in a circle: the order in which they are loaded matters. Modules that need a third-party
    package which is not installed, or if a file tries whether the package can be imported (`importorskip`).

Example:
    ```python
    from .part import tool
    ```

    becomes

    ```python
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from .part import tool

    __all__ = [
        "part",
        "tool",
    ]
    _EXPORTS = {
        "tool": (".part", "tool"),
        "part": (".part", ""),
    }


    def __getattr__(name: str) -> object: ...
    ```
"""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.codemods.codemod import Codemod, Request
from collectbench.codemods.effects.import_effects import ImportEffects
from collectbench.codemods.effects.import_graph import ImportGraph
from collectbench.codemods.exports.exports import Obstacle, Package, read_package
from collectbench.codemods.exports.exports_elsewhere import namespace_read
from collectbench.codemods.exports.late_exports import LateExports, late_exports
from collectbench.codemods.syntax import edit_of
from collectbench.model.fixes import Edit, Failure, Note, Result, Skip
from collectbench.sources.modules import INIT

ID = "package-exports"
_SHOWN = 5


def rewrite(request: Request) -> Iterator[Result]:
    """Yield an edit for each `__init__` of which a part can be loaded late."""
    evidence = request.evidence
    paths = list(_chosen(request))
    if not paths:
        yield Note(text="no package is named: give the paths of __init__.py files, or a profile that has the finding")
    graph, effects = ImportGraph(codebase=evidence.codebase), ImportEffects(codebase=evidence.codebase)
    for path in paths:
        package = read_package(evidence.codebase, path)
        if package is None:
            yield Failure(path=path, reason=evidence.codebase.facts[path].problem or "it cannot be read")
        elif package.exports:
            yield from _of_package(request, package, graph, effects)
        else:
            yield from _skips(path, package.obstacles)


def _chosen(request: Request) -> Iterator[str]:
    """The `__init__` files to rewrite: those that the user or a profile names, never simply all of the tree."""
    evidence, codebase = request.evidence, request.evidence.codebase
    named = set(request.choices.names)
    if not named and request.profile is not None:
        named = {finding.subject for finding in request.profile.findings if finding.cause == ID}
    if not named and evidence.focus >= frozenset(codebase.facts):
        return
    for path in sorted(evidence.focus):
        if path.rpartition("/")[2] == INIT and (not named or codebase.modules.name_of(path) in named):
            yield path


def _of_package(request: Request, package: Package, graph: ImportGraph, effects: ImportEffects) -> Iterator[Result]:
    evidence = request.evidence
    whole = next((each for each in package.obstacles if not each.name), None)
    if whole is None and package.path in evidence.collection.files:
        whole = Obstacle(0, "", "pytest collects it as a test file, and looks at each of its names")
    if whole is None and (place := namespace_read(evidence.codebase, package)):
        whole = Obstacle(0, "", f"{place} reads all of its names at once, without asking __getattr__")
    if whole is not None:
        yield Skip(path=package.path, line=whole.line, subject=package.name, reason=whole.reason)
        return
    late = late_exports(evidence, package, graph, effects)
    yield from _skips(package.path, late.obstacles)
    if late.exports:
        edit = _edit(request, package, late)
        yield edit
        if isinstance(edit, Edit):
            total = len({each.name for each in package.exports} | {each.name for each in package.obstacles})
            yield Note(
                text=f"{package.path}: {len(late.exports)} of {total} names are loaded at their first use; "
                f"`import {package.name}` loads {_files(len(late.unloaded))} less"
            )


def _files(number: int) -> str:
    return f"{number} file{'' if number == 1 else 's'}"


def _edit(request: Request, package: Package, late: LateExports) -> Edit | Failure:
    from collectbench.codemods.exports.late_exports_text import (  # LibCST's matchers are slow to import
        Plan,
        with_late_exports,
    )

    codebase = request.evidence.codebase
    outline = codebase.outline(package.path)
    names = None
    if package.public is not None:
        modules = (each for each in (*late.modules, *late.early_modules) if not each.startswith("_"))
        names = sorted({*package.public, *modules})
    plan = Plan(
        package=package.name,
        exports=late.exports,
        modules=late.modules,
        all_names=names,
        has_dir=package.has_dir,
        has_flag=outline is not None and "TYPE_CHECKING" in outline.bindings,
        may_follow_imports=not late.is_asked_early,
    )
    edit = edit_of(package.path, codebase.read(package.path), lambda module: with_late_exports(module, plan))
    return edit or Failure(path=package.path, reason="nothing changed")


def _skips(path: str, obstacles: tuple[Obstacle, ...]) -> Iterator[Skip]:
    """One skip for all names of a line that stay for the same reason."""
    names: dict[tuple[int, str], list[str]] = {}
    for each in obstacles:
        names.setdefault((each.line, each.reason), []).append(each.name)
    for (line, reason), subjects in sorted(names.items()):
        more = f" and {len(subjects) - _SHOWN} more" if len(subjects) > _SHOWN else ""
        yield Skip(path=path, line=line, subject=", ".join(subjects[:_SHOWN]) + more, reason=reason)


CODEMOD = Codemod(id=ID, doc=__doc__, rewrite=rewrite, option_names=frozenset({"names"}))
