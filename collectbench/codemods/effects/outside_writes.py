"""Whether a function changes something outside of itself, such as a registry."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_MUTATORS = frozenset(
    """
    append add update setdefault insert extend register connect subscribe pop remove discard clear appendleft
    setattr __setitem__ push bind hook listen route command install
    """.split()  # noqa: SIM905 - a list would take ten lines
)
_CLASSES = frozenset({"cls", "mcs", "mcls", "metacls", "klass"})
"""Names of the class itself: its attributes may be set, but what they hold is shared with its bases."""
Function = ast.FunctionDef | ast.AsyncFunctionDef


def outside_write(function: ast.AST) -> str:
    """Return the first expression outside of a function that it changes, as source; empty if none is seen."""
    local = set(_local_names(function))
    return next((ast.unparse(node) for node in _changed(function) if _is_outside(node, local)), "")


def root_of(node: ast.expr) -> ast.expr:
    """Return the leftmost part of a chain of attributes, subscripts and calls."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def mutated(call: ast.Call) -> ast.expr | None:
    """Return what a call such as `registry.append(x)` or `setattr(x, …)` changes by its name; None for others."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _MUTATORS:
        return call.func.value
    if isinstance(call.func, ast.Name) and call.func.id in ("setattr", "delattr") and call.args:
        return call.args[0]
    return None


def _changed(function: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, (ast.Global, ast.Nonlocal)) and isinstance(node, ast.Global):
            yield ast.Name(id=node.names[0])
        elif isinstance(node, (ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
            yield node.value if isinstance(node, ast.Subscript) else node
        elif isinstance(node, ast.Call) and (changed := mutated(node)) is not None:
            yield changed


def _is_outside(node: ast.expr, local: set[str]) -> bool:
    root = root_of(node)
    if not isinstance(root, ast.Name):
        return False
    if root.id in _CLASSES:
        is_own_attribute = isinstance(node, ast.Attribute) and node.value is root and not isinstance(node.ctx, ast.Load)
        return node is not root and not is_own_attribute
    return root.id not in local


def _local_names(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node is not function:
            yield node.name
