"""What the `__init__` of a package offers, and which of it other files use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import basename

from collectbench.attribution.modules import Module
from collectbench.causes.evidence import Evidence
from collectbench.causes.import_uses import ImportStatement, bound_names, import_at
from collectbench.model.trace import Edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """The import lines of an `__init__` that only pass names on.

    `unused` are those of which no name is used by a line that ran. `used` are the names that are used, and `importers`
    the lines that use them.
    """

    unused: frozenset[int]
    names: int
    used: frozenset[str]
    importers: tuple[tuple[str, int], ...]


def exports_of(evidence: Evidence, package: Module) -> Exports | None:
    """Returns what a package exports; None if it is unknown which of it others use."""
    tree = evidence.sources.tree(package.path)
    uses = _uses(evidence, package, ())
    if tree is None or uses is None:
        return None
    lines = dict(_passed_on(tree))
    used = {name for names in uses.values() for name in names}
    exported = {name for names in lines.values() for name in names}
    return Exports(
        unused=frozenset(line for line, names in lines.items() if used.isdisjoint(names)),
        names=len(exported),
        used=frozenset(used & exported),
        importers=tuple(uses),
    )


def _uses(evidence: Evidence, package: Module, around: tuple[Module, ...]) -> dict[tuple[str, int], set[str]] | None:
    """The names of a package that each line outside of it uses; None if unknown.

    A line of another package's `__init__` that only passes names on uses those that others use of that package.
    """
    uses: dict[tuple[str, int], set[str]] = {}
    for edge in evidence.edges_to.get(package.name, ()):
        if edge.path == package.path:
            continue
        names = _names_used(evidence, edge, package.name)
        if names is None:
            return None
        passing = evidence.attribution.modules.by_file.get((edge.importer, edge.path))
        if passing is not None and passing not in around and basename(edge.path) == "__init__.py":
            names -= _passed_in_vain(evidence, edge, passing, (*around, package))
        uses.setdefault((edge.path, edge.line), set()).update(names)
    return uses


def _passed_in_vain(evidence: Evidence, edge: Edge, passing: Module, around: tuple[Module, ...]) -> set[str]:
    """The names that a line of a package takes only to pass them on, and that nobody takes from there."""
    tree = evidence.sources.tree(passing.path)
    statement = import_at(evidence.sources, edge.path, edge.line)
    if tree is None or not isinstance(statement, ast.ImportFrom) or edge.line not in dict(_passed_on(tree)):
        return set()
    uses = _uses(evidence, passing, around)
    if uses is None:
        return set()
    taken = {name for names in uses.values() for name in names}
    return {alias.name for alias in statement.names if (alias.asname or alias.name) not in taken}


def _passed_on(tree: ast.Module) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The lines of imports whose names the file itself does not use, with these names."""
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    by_line: dict[int, list[ImportStatement]] = {}
    for node in tree.body:
        if isinstance(node, ImportStatement):
            by_line.setdefault(node.lineno, []).append(node)
    for line, statements in by_line.items():
        names = tuple(name for statement in statements for name in bound_names(statement))
        if "*" not in names and used.isdisjoint(names):
            yield line, names


def _names_used(evidence: Evidence, edge: Edge, package: str) -> set[str] | None:
    """The names of a package that a statement takes, or its file reads from the package; None if unknown."""
    if edge.fromlist:
        if "*" in edge.fromlist:
            return None
        return set(edge.fromlist) if edge.level or edge.name == package else set()
    if package != edge.name and not edge.name.startswith(package + "."):
        return set()
    tree = evidence.sources.tree(edge.path)
    if tree is None:
        return None
    aliases = {
        (alias.asname or package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == package or (alias.name.startswith(package + ".") and not alias.asname)
    }
    return {name for alias in aliases for name in _attributes(tree, alias)} if aliases else None


def _attributes(tree: ast.Module, dotted: str) -> Iterator[str]:
    """The attributes that a file reads from a dotted name; a use of the name itself counts as the attribute `*`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == dotted:
            yield node.attr
