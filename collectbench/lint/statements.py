"""The statements and expressions of a module that run when it is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from collectbench.sources import guards
from collectbench.sources.outline import NEVER_AT_COLLECTION, Guard

_OPTED_IN = re.compile(r"environ|getenv")


class _Place(NamedTuple):
    node: ast.AST
    guard: str


def run_at_import(tree: ast.Module, *, always: bool = False) -> Iterator[ast.AST]:
    """Yield each node that runs when pytest imports the module, in order.

    Those are the statements of the module and its classes, with decorators, defaults and bases. Bodies of functions and
    of lambdas are not among them, nor what only type checkers or a start as a script would run. With `always`, neither
    is what runs only after an exception, or only if an environment variable says so.
    """
    todo = [_Place(statement, Guard.NONE) for statement in reversed(tree.body)]
    while todo:
        node, guard = todo.pop()
        if guard in NEVER_AT_COLLECTION:
            continue
        if always and _is_exceptional(node):
            continue
        yield node
        todo.extend(reversed(list(_inner(node, guard))))


def calls_at_import(tree: ast.Module, *, always: bool = False) -> Iterator[tuple[ast.stmt, ast.Call]]:
    """Yield each call that runs when pytest imports the module, with the innermost statement that holds it."""
    statement: ast.stmt | None = None
    for node in run_at_import(tree, always=always):
        if isinstance(node, ast.stmt):
            statement = node
        elif isinstance(node, ast.Call) and statement is not None:
            yield statement, node


def _is_exceptional(node: ast.AST) -> bool:
    if isinstance(node, ast.If):
        return bool(_OPTED_IN.search(ast.unparse(node.test)))
    return isinstance(node, ast.ExceptHandler)


def _inner(node: ast.AST, guard: str) -> Iterator[_Place]:
    parts: list[ast.AST]
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parts = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    elif isinstance(node, ast.ClassDef):  # what belongs to the class itself stands before its statements
        parts = [*node.decorator_list, *node.bases, *node.keywords, *node.body]
    elif isinstance(node, ast.Lambda):
        parts = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    elif isinstance(node, ast.If):
        first, second = guards.of_condition(node.test, guard)
        yield _Place(node.test, guard)
        yield from (_Place(each, first) for each in node.body)
        yield from (_Place(each, second) for each in node.orelse)
        return
    elif isinstance(node, ast.GeneratorExp):
        parts = [node.generators[0].iter]  # the rest runs when somebody iterates
    else:
        parts = list(ast.iter_child_nodes(node))
    yield from (_Place(part, guard) for part in parts)
