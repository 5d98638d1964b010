"""The small diff that moves an import into the functions that use it."""

from __future__ import annotations

import ast
import difflib

from collectbench.causes.import_uses import Function, bound_names, functions_that_use, import_at, line_that_uses
from collectbench.causes.sources import SourceFiles

MOST_FUNCTIONS = 3
"""More places make no small diff."""


def moved_import(sources: SourceFiles, path: str, line: int, shown: str) -> str:
    """Returns a unified diff of a file, which it calls `shown`; empty if moving the import is more than a small change.

    That is so if the file uses the names while it is imported, or in many functions.
    """
    statement, tree = import_at(sources, path, line), sources.tree(path)
    if statement is None or tree is None or statement not in tree.body or statement.lineno != statement.end_lineno:
        return ""
    names = bound_names(statement)
    if len(names) != 1 or "*" in names or line_that_uses(tree, names) is not None:
        return ""
    functions = functions_that_use(tree, names)
    if not 0 < len(functions) <= MOST_FUNCTIONS or not all(map(_has_lines_of_its_own, functions)):
        return ""
    before = sources.lines(path)
    after = list(before)
    for function in reversed(functions):
        first = _first_statement(function)
        after.insert(first.lineno - 1, " " * first.col_offset + before[line - 1].strip())
    del after[line - 1]
    return "\n".join(difflib.unified_diff(before, after, shown, shown, n=1, lineterm="")) + "\n"


def _first_statement(function: Function) -> ast.stmt:
    """The first statement behind the docstring, which begins with its decorators."""
    body = function.body
    is_docstring = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    return body[1] if is_docstring and len(body) > 1 else body[0]


def _has_lines_of_its_own(function: Function) -> bool:
    first = _first_statement(function)
    return function.lineno < first.lineno and not getattr(first, "decorator_list", ())
