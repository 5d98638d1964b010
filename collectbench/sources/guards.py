"""Which statements guard an import: conditions, `try`, and `with`."""

from __future__ import annotations

import ast
import re

from collectbench.sources.names import dotted
from collectbench.sources.outline import Guard

_CAUGHT = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_EXPECTING = frozenset({"raises", "assertRaises", "assertRaisesRegex", "warns"})
_CIRCUMSTANCE = re.compile(
    r"version|platform|find_spec|environ|getenv|implementation|maxsize|pypy|cpython|windows|linux|darwin|macos"
    r"|\bPY\d|\bHAS|HAVE|AVAILABLE|INSTALLED|SUPPORT|_enabled|\bos\.name\b|hexversion|\bWITH_|\bUSE_",
    re.IGNORECASE,
)
"""Words in a condition about versions, systems, and what is installed."""


def of_condition(test: ast.expr, outer: str) -> tuple[str, str]:
    """Return the guards of the body and of the `else` of an `if` within the guard `outer`."""
    text = ast.unparse(test)
    if text in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING", "False", "0"):
        return Guard.TYPE_CHECKING, outer
    if text in ("not TYPE_CHECKING", "not typing.TYPE_CHECKING"):
        return outer, Guard.TYPE_CHECKING
    if "__name__" in text and "__main__" in text:
        return Guard.MAIN, outer
    if _CIRCUMSTANCE.search(text):
        return Guard.CONDITION, Guard.CONDITION
    return outer, outer


def of_try(node: ast.Try, outer: str) -> tuple[str, str]:
    """Return the guards of the body and of the handlers of a `try` within the guard `outer`."""
    handlers = [handler for handler in node.handlers if _catches_import_errors(handler)]
    if not handlers:
        return outer, outer
    if all(_only_gives_up(handler.body) for handler in handlers):
        return (outer or Guard.SKIP), outer
    # What a handler imports instead may be missing as well: one of the two is there, which only running tells.
    return Guard.FALLBACK, Guard.FALLBACK


def of_with(node: ast.With | ast.AsyncWith, outer: str) -> str:
    """Return the guard of the body of a `with` within the guard `outer`."""
    for item in node.items:
        call = item.context_expr
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else dotted(call.func)
        named = {dotted(part).rpartition(".")[2] for argument in call.args for part in ast.walk(argument)}
        if name in _EXPECTING and named & (_CAUGHT | {"AttributeError"}):  # the latter is what `patch` raises
            return Guard.EXPECTED
        if name == "suppress" and named & _CAUGHT:
            return outer or Guard.SKIP
    return outer


def _catches_import_errors(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    types = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(dotted(each).rpartition(".")[2] in _CAUGHT for each in types)


def _only_gives_up(body: list[ast.stmt]) -> bool:
    """Whether a handler does nothing that stands in for the import."""
    return all(_gives_up(statement) for statement in body)


def _gives_up(statement: ast.stmt) -> bool:
    if isinstance(statement, (ast.Pass, ast.Raise, ast.Continue, ast.Break)):
        return True
    if isinstance(statement, ast.Return):
        return statement.value is None
    if isinstance(statement, ast.Expr):
        value = statement.value
        if isinstance(value, ast.Constant):
            return True
        if isinstance(value, ast.Call):
            name = dotted(value.func)
            return name.rpartition(".")[2] in {"skip", "fail", "skipTest", "xfail", "print", "exit"} or bool(
                re.search(r"\blog(?:ger|ging)?\.|warn", name)
            )
    return False
