"""Lazy imports (PEP 810, Python 3.15) that run when a module is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from collectbench.sources.parsing import LAZY_LINE
from collectbench.sources.statements import run_at_import

LIST = "__lazy_modules__"


class LazyImport(NamedTuple):
    """A lazy import statement with the names that it imports, or an assignment to `__lazy_modules__`."""

    statement: ast.stmt
    subject: str


def lazy_imports(source: bytes, tree: ast.Module) -> Iterator[LazyImport]:
    """Yield the lazy imports of a module, and its lists of lazy modules."""
    lazy = {source.count(b"\n", 0, match.start()) + 1 for match in LAZY_LINE.finditer(source)}
    for node, _, _ in run_at_import(tree):
        # A line like it in a string is no statement.
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node.lineno in lazy:
            yield LazyImport(node, ", ".join(_written(node, alias) for alias in node.names))
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)) and _is_list_of_modules(node):
            yield LazyImport(node, LIST)


def _written(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if isinstance(node, ast.Import):
        return alias.name
    module = "." * node.level + (node.module or "")
    return f"{module}{alias.name}" if module.endswith(".") else f"{module}.{alias.name}"


def _is_list_of_modules(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    if not any(isinstance(each, ast.Name) and each.id == LIST for each in targets):
        return False
    is_empty = isinstance(node.value, (ast.List, ast.Tuple, ast.Set)) and not node.value.elts
    return node.value is not None and not is_empty
