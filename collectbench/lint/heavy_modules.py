"""Imports of modules that are slow to import."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from collectbench.lint.rule import Evidence
from collectbench.sources.modules import INIT, Modules
from collectbench.sources.names import absolute
from collectbench.sources.outline import NEVER_AT_COLLECTION, Import


class HeavyImport(NamedTuple):
    """An import statement, the module in it, and the heavy module that this one is, or is below."""

    statement: Import
    module: str
    heavy: str


def heavy_imports(evidence: Evidence, path: str) -> Iterator[HeavyImport]:
    """Yield the imports of heavy modules that run when pytest imports a file, each once a statement.

    The packages above the file are left out: whoever imports the file has imported them.
    """
    outline = evidence.codebase.outline(path)
    package = package_of(evidence.codebase.modules, path)
    for each in outline.imports if outline else ():
        module = absolute(each.module, each.level, package)
        if module is None or each.guard in NEVER_AT_COLLECTION:
            continue
        found: dict[str, str] = {}
        for name in [*(f"{module}.{name}" for name, _ in each.names), module]:  # a name may be a module too
            heavy = heavy_part(name, evidence.heavy)
            if heavy is not None and not f"{package}.".startswith(f"{heavy}."):
                found.setdefault(heavy, name)
        deepest = [heavy for heavy in found if not any(other.startswith(f"{heavy}.") for other in found)]
        for heavy in deepest:
            yield HeavyImport(each, module if f"{module}.".startswith(f"{heavy}.") else found[heavy], heavy)


def collected_files(evidence: Evidence) -> list[str]:
    """Return the test files and conftests that pytest imports, among those that are asked for."""
    conftests = {path for path in evidence.codebase.facts if path.rpartition("/")[2] == "conftest.py"}
    return sorted((evidence.collection.files | conftests) & evidence.focus & evidence.codebase.facts.keys())


def heavy_part(module: str, heavy: Collection[str]) -> str | None:
    """Return the longest part of a dotted name that is a heavy module; None if there is none."""
    while module:
        if module in heavy:
            return module
        module = module.rpartition(".")[0]
    return None


def package_of(modules: Modules, path: str) -> str:
    """Return the dotted name of the package in which relative imports of a file start."""
    name = modules.name_of(path)
    return name if path.rpartition("/")[2] == INIT else name.rpartition(".")[0]
