"""Which import statements of a module are to be deferred, and why a line is none of these."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from collectbench.codemods.deferral.deferral_obstacles import ImportNode, Obstacle


class Wanted(NamedTuple):
    """An import statement to defer.

    Attributes:
        line: on which it stands, from 1; one of them if it has several.
        names: those that it binds and that are to go; empty for all.
    """

    line: int
    names: frozenset[str] = frozenset()


class Chosen(NamedTuple):
    """The names to move.

    Attributes:
        statements: all import statements at the top level of the module.
        bound: by name to move, all of these that bind it.
        obstacles: what of the wanted lines cannot be moved at all.
    """

    statements: Sequence[ImportNode]
    bound: Mapping[str, Sequence[ImportNode]]
    obstacles: Sequence[Obstacle]


def chosen_imports(tree: ast.Module, wanted: Iterable[Wanted]) -> Chosen:
    """Return the names that the wanted statements bind, with all statements that bind these names."""
    statements = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    names: set[str] = set()
    obstacles: list[Obstacle] = []
    for each in wanted:
        here = [node for node in statements if node.lineno <= each.line <= (node.end_lineno or node.lineno)]
        if not here:
            obstacles.append(Obstacle(each.line, "", _what_is_at(tree, each.line)))
        for node in here:
            bound = set(_bound_names(node))
            if "*" in bound:
                obstacles.append(Obstacle(node.lineno, "*", "is a star import"))
            elif isinstance(node, ast.ImportFrom) and node.module == "__future__":
                obstacles.append(Obstacle(node.lineno, "", "is an import from __future__"))
            names |= bound & each.names if each.names else bound
    found = {name: [node for node in statements if name in _bound_names(node)] for name in sorted(names)}
    return Chosen(statements, found, obstacles)


def _bound_names(node: ImportNode) -> list[str]:
    return [alias.asname or alias.name.partition(".")[0] for alias in node.names]


def _what_is_at(tree: ast.Module, line: int) -> str:
    """Why there is no import statement of the module itself at a line."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    if not around:
        return "is no statement any more"
    outermost, innermost = around[0], around[-1]
    if "importorskip" in ast.unparse(innermost):
        return "calls importorskip, which decides at import whether the tests of the file are skipped"
    if not isinstance(innermost, (ast.Import, ast.ImportFrom)):
        return "imports it by a call, or runs code that does"
    if isinstance(outermost, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        inner = any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) for node in around)
        return "stands in a function that runs during collection" if inner else "stands in a class body"
    return f"stands under `{type(outermost).__name__.lower()}`, which decides whether or how it is imported"
