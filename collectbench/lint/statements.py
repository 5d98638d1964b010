"""The statements and expressions of a module that run when it is imported."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from collectbench.sources import guards
from collectbench.sources.outline import NEVER_AT_COLLECTION, Guard


def run_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield each node that runs when pytest imports the module, in order.

    Those are the statements of the module and its classes, with decorators, defaults and bases. Bodies of functions and
    of lambdas are not among them, nor what only type checkers or a start as a script would run.
    """
    todo: list[tuple[ast.AST, str]] = [(statement, Guard.NONE) for statement in reversed(tree.body)]
    while todo:
        node, guard = todo.pop()
        if guard in NEVER_AT_COLLECTION:
            continue
        yield node
        todo.extend(reversed(list(_inner(node, guard))))


def _inner(node: ast.AST, guard: str) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        parts: list[ast.AST] = [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    elif isinstance(node, ast.Lambda):
        parts = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    elif isinstance(node, ast.If):
        first, second = guards.of_condition(node.test, guard)
        yield node.test, guard
        yield from ((each, first) for each in node.body)
        yield from ((each, second) for each in node.orelse)
        return
    elif isinstance(node, ast.GeneratorExp):
        parts = [node.generators[0].iter]  # the rest runs when somebody iterates
    else:
        parts = list(ast.iter_child_nodes(node))
    yield from ((part, guard) for part in parts)
