"""The statement around a line: the smallest piece of source that a person would move or change."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from collectbench.causes.sources import SourceFiles

PARAMETERS = frozenset(("parametrize", "fixture", "param", "parametrize_with_cases", "parameters"))
CONDITIONS = frozenset(("skipif", "xfail"))
Scope = tuple[str, int]
"""The path and the line of a function; a negative line for a statement outside of functions."""
_HOLDERS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement outside of functions, or a decorator of one.

    Attributes:
        path: of its file, absolute.
        line: its first line.
        decorator: the last part of the decorator's name, or of the call whose value a variable `pytestmark` gets.
        target: the name that it assigns, if it assigns one name.
        called: the name of the call that it consists of, with dots, if it is one.
    """

    path: str
    line: int
    decorator: str = ""
    target: str = ""
    called: str = ""

    @property
    def is_parametrization(self) -> bool:
        """Whether pytest gets parameters from it."""
        return self.decorator in PARAMETERS

    @property
    def is_condition(self) -> bool:
        """Whether it decides about skipping."""
        return self.decorator in CONDITIONS


def is_in_body(sources: SourceFiles, path: str, line: int) -> bool:
    """Whether a line runs while its module is imported: no function is around it, nor a class within one."""
    for node in sources.around(path, line):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_in_header(node, line):
            return False
    return True


def runs_within(sources: SourceFiles, path: str, outer: int, inner: int) -> bool:
    """Whether the line `outer` of a body runs the line `inner` as part of itself: in one statement or a class."""
    if statement_at(sources, path, outer) == statement_at(sources, path, inner):
        return True
    begun = (node for node in sources.around(path, outer) if isinstance(node, ast.ClassDef))
    classes = [node for node in begun if outer < node.body[0].lineno]
    return any(node in classes for node in sources.around(path, inner))


def statement_at(sources: SourceFiles, path: str, line: int) -> Statement:
    """Returns the statement around a line of a module or class body; the line itself if the file cannot be parsed."""
    tree = sources.tree(path)
    node = None if tree is None else _innermost(tree, line)
    if node is None:
        return Statement(path=path, line=line)
    if isinstance(node, _HOLDERS):
        for decorator in node.decorator_list:
            if decorator.lineno <= line <= (decorator.end_lineno or line):
                return Statement(path=path, line=decorator.lineno, decorator=_last(called_name(decorator)))
        return Statement(path=path, line=node.lineno)
    return _simple(path, node)


def _simple(path: str, node: ast.stmt) -> Statement:
    value = getattr(node, "value", None)
    called = called_name(value) if isinstance(value, ast.Call) else ""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    target = targets[0].id if len(targets) == 1 and isinstance(targets[0], ast.Name) else ""
    marks = [value, *(value.elts if isinstance(value, ast.List | ast.Tuple) else ())] if target == "pytestmark" else []
    mark = next((each for each in marks if isinstance(each, ast.Call)), None)
    return Statement(
        path=path,
        line=node.lineno,
        decorator=_last(called_name(mark)) if mark else "",
        target=target,
        called=called,
    )


def called_name(node: ast.AST | None) -> str:
    """Returns the name in a decorator or call, with dots; empty if it is no name."""
    while isinstance(node, ast.Call):
        node = node.func
    parts = list[str]()
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join((node.id, *reversed(parts))) if isinstance(node, ast.Name) else ".".join(reversed(parts))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _innermost(tree: ast.AST, line: int) -> ast.stmt | None:
    """The innermost statement around a line that does not lie in the body of a function."""
    found: ast.stmt | None = None
    for node in _statements(tree):
        begin = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
        if begin <= line <= (node.end_lineno or line):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                return node
            return _innermost(node, line) or node
    return found


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, ast.excepthandler | ast.match_case):
            yield from _statements(child)


def _is_in_header(node: ast.FunctionDef | ast.AsyncFunctionDef, line: int) -> bool:
    """Whether a line lies in decorators, default values or annotations, which run when the function is defined."""
    return line < node.body[0].lineno


def scope_at(sources: SourceFiles, path: str, line: int) -> Scope:
    """Returns what runs as one piece: the innermost function around a line, else its statement."""
    for node in reversed(sources.around(path, line)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not _is_in_header(node, line):
            return path, node.lineno
    tree = sources.tree(path)
    for node in ast.iter_child_nodes(tree) if tree is not None else ():
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or line):
            return path, -line if isinstance(node, _HOLDERS) else -node.lineno
    return path, -line
