"""Whether a class or an import still is at the end of its module what its line says. Asked of candidates alone.

An outline knows what a module binds, but not when, and not what happens to it afterwards. So a rule asks here before it
reports a class or an import, and whole syntax trees tell. Where in doubt, the answer is no.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from collectbench.lint.lineage import Lineages
from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import Definition
from collectbench.sources.names import dotted

_DECIDING = frozenset({"__init__", "__new__", "__test__"})
"""The attributes of a class by which pytest decides whether it collects it."""
_ABSTRACT = frozenset({"abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod"})
_CONDITIONAL = (ast.If, ast.Try, getattr(ast, "TryStar", ast.Try), ast.For, ast.While, ast.Match)
_VALUES = (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.JoinedStr, ast.BinOp, type(None))
"""Expressions whose values nobody can call."""
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def is_skipped(lineages: Lineages, definition: Definition, constructor: tuple[str, Definition | None]) -> bool:
    """Whether pytest surely looks at a class, and skips it for this constructor, which its lineage has."""
    name, owner = constructor
    codebase = lineages.evidence.codebase
    if is_abstract(lineages, definition) or not _stays(codebase, definition):
        return False
    if owner is None or owner.class_ is None:
        return True
    is_written = any(method.name == name for method in owner.class_.methods)  # else a dataclass makes it
    return _stays(codebase, owner, name if is_written else "")


def is_abstract(lineages: Lineages, definition: Definition) -> bool:
    """Whether a class has abstract methods, for which pytest does not look at it at all."""
    known = set[str]()
    for each in lineages.of(definition).classes:
        for method in each.class_.methods if each.class_ else ():
            names = {decorator.rpartition(".")[2] for decorator in method.decorators}
            if method.name not in known and names & _ABSTRACT:
                return True
        known.update((method.name for method in each.class_.methods) if each.class_ else ())
        known.update(each.class_.attributes if each.class_ else ())
    return False


def has_test_attribute(lineages: Lineages, definition: Definition) -> bool:
    """Whether a class or one that it inherits from assigns something to the name of a test, such as a lambda."""
    is_test_name = lineages.evidence.collection.is_test_name
    for each in lineages.of(definition).classes:
        if each.class_ is None or not any(map(is_test_name, each.class_.attributes)):
            continue
        tree = lineages.evidence.codebase.outside(each.path)
        way = _way_to(tree, each.class_.line) if tree else []
        for statement in getattr(way[-1], "body", ()) if way else ():
            targets = getattr(statement, "targets", None) or [getattr(statement, "target", None)]
            named = any(isinstance(target, ast.Name) and is_test_name(target.id) for target in targets)
            if named and not isinstance(statement.value, _VALUES):
                return True
    return False


def _stays(codebase: Codebase, definition: Definition, constructor: str = "") -> bool:
    """Whether a class is always defined, with this constructor, and nothing changes it afterwards."""
    class_, tree = definition.class_, codebase.outside(definition.path)
    if class_ is None or tree is None:
        return False
    way = _way_to(tree, class_.line)
    if not way or not isinstance(node := way[-1], ast.ClassDef):
        return False
    if any(keyword.arg == "init" for call in node.decorator_list for keyword in getattr(call, "keywords", ())):
        return False  # a dataclass may have none
    if constructor and not any(getattr(statement, "name", "") == constructor for statement in node.body):
        return False
    return is_kept(codebase, definition.path, definition.name.partition(".")[0], class_.line)


def is_kept(codebase: Codebase, path: str, name: str, line: int) -> bool:
    """Whether a module always runs the statement at a line, and then leaves the name that it binds as it is."""
    tree = codebase.outside(path)
    if tree is None or any(isinstance(node, _CONDITIONAL) for node in _way_to(tree, line)):
        return False
    if _is_global(codebase, path, name):
        return False
    later = (node for node in _outside(tree) if getattr(node, "lineno", 0) > line)
    return not any(_changes(node, name) for node in later)


def _is_global(codebase: Codebase, path: str, name: str) -> bool:
    """Whether a function declares a name as global, so that it may bind it."""
    try:
        source = codebase.read(path)
    except OSError:
        return True
    pattern = rb"\bglobal\b[^\n]*\b" + re.escape(name.encode()) + rb"\b"
    return b"global" in source and re.search(pattern, source) is not None


def _way_to(tree: ast.Module, line: int) -> list[ast.stmt]:
    """The statements around the one whose own line this is, and that one as the last."""
    way: list[ast.stmt] = []
    nodes: list[ast.stmt] = tree.body
    while nodes:
        inside = next((node for node in nodes if _first(node) <= line <= (node.end_lineno or 0)), None)
        if inside is None:
            return []
        way.append(inside)
        if line <= inside.lineno or not isinstance(inside, (ast.ClassDef, ast.With, *_CONDITIONAL)):
            return way
        nodes = list(_statements(inside))
    return way


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """The statements directly within one, those in its handlers and cases too."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            yield from _statements(child)


def _outside(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes of a module that are not within a function or a class."""
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, _SCOPES):
            todo.extend(ast.iter_child_nodes(node))


def _changes(node: ast.AST, name: str) -> bool:
    """Whether a node binds or deletes a name, or may change the class that has it."""
    match node:
        case ast.Name(id=used, ctx=ast.Store() | ast.Del()):
            return used == name
        case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound) | ast.ClassDef(name=bound):
            return bound == name
        case ast.ExceptHandler(name=bound) | ast.MatchAs(name=bound):
            return bound == name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return any((alias.asname or alias.name.partition(".")[0]) in (name, "*") for alias in names)
        case ast.Attribute(attr=attribute, value=value, ctx=ast.Store() | ast.Del()):
            return attribute in _DECIDING and dotted(value).partition(".")[0] in (name, "")
        case ast.For(iter=source):
            return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(source))
        case ast.Expr(value=ast.Call(args=arguments)):
            return any(dotted(each).partition(".")[0] == name for each in arguments)
    return False
