"""The statements and expressions of a module that run when it is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from collectbench.sources import guards
from collectbench.sources.outline import NEVER_AT_COLLECTION, Guard

_OPTED_IN = re.compile(r"environ|getenv")
_SILENT = (ast.Constant, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)
"""Half of all nodes, and nothing happens in them."""


class Run(NamedTuple):
    """A node that runs when pytest imports the module.

    Attributes:
        node: a statement or an expression, or a part of one.
        statement: the innermost one that holds it.
        is_certain: whether it runs without an exception, and without an environment variable that says so.
    """

    node: ast.AST
    statement: ast.stmt
    is_certain: bool


class _Place(NamedTuple):
    node: ast.AST
    guard: str
    is_certain: bool


def run_at_import(tree: ast.Module) -> Iterator[Run]:
    """Yield each node that runs when pytest imports the module, in order, without constants and operators.

    Those are the statements of the module and its classes, with decorators, defaults and bases. Bodies of functions and
    of lambdas are not among them, nor what only type checkers or a start as a script would run.
    """
    todo = [_Place(statement, Guard.NONE, True) for statement in reversed(tree.body)]
    statement = tree.body[0] if tree.body else ast.Pass()
    while todo:
        node, guard, is_certain = todo.pop()
        if guard in NEVER_AT_COLLECTION:
            continue
        if isinstance(node, ast.stmt):
            statement = node
        if isinstance(node, ast.If):
            is_certain = is_certain and not _OPTED_IN.search(ast.unparse(node.test))
            first, second = guards.of_condition(node.test, guard)
            todo.extend(_Place(each, second, is_certain) for each in reversed(node.orelse))
            todo.extend(_Place(each, first, is_certain) for each in reversed(node.body))
            todo.append(_Place(node.test, guard, is_certain))
        else:
            is_certain = is_certain and not isinstance(node, ast.ExceptHandler)
            todo.extend(_Place(each, guard, is_certain) for each in reversed(_inner(node)))
        yield Run(node, statement, is_certain)


def _inner(node: ast.AST) -> list[ast.AST]:
    """The parts of a node that run with it."""
    if isinstance(node, ast.Name):
        return []
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
    if isinstance(node, ast.ClassDef):  # what belongs to the class itself stands before its statements
        return [*node.decorator_list, *node.bases, *node.keywords, *node.body]
    if isinstance(node, ast.Lambda):
        return [*node.args.defaults, *filter(None, node.args.kw_defaults)]
    if isinstance(node, ast.GeneratorExp):
        return [node.generators[0].iter]  # the rest runs when somebody iterates
    parts: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            parts.extend(each for each in value if isinstance(each, ast.AST) and not isinstance(each, _SILENT))
        elif isinstance(value, ast.AST) and not isinstance(value, _SILENT):
            parts.append(value)
    return parts
