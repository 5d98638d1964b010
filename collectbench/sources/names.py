"""Dotted names in syntax trees, and the names of modules."""

from __future__ import annotations

import ast


def dotted(node: ast.AST | None) -> str:
    """Return `a.b.c` for such an expression; empty for any other."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    parts.append(node.id)
    return ".".join(reversed(parts))


def applied(node: ast.expr) -> str:
    """Return the dotted name of a decorator or base, without its arguments and subscripts; `?` for others."""
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return dotted(node) or "?"


def absolute(module: str, level: int, package: str) -> str | None:
    """Return the absolute name of a module that is imported with `level` dots in `package`; None if it has no parent.

    `package` is the module itself for an `__init__.py`, else its parent.
    """
    if not level:
        return module
    parents = package.split(".") if package else []
    if level - 1 > len(parents) or not parents:
        return None
    base = parents[: len(parents) - (level - 1)]
    return ".".join((*base, module) if module else base) or None
