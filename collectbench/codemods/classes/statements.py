"""Statements of a module as LibCST's nodes: taken out, cleaned of marks, renamed, written as text."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import libcst
from libcst import matchers

from collectbench.codemods.classes.new_imports import lines_above
from collectbench.codemods.classes.non_test_flag import MARK, with_flag
from collectbench.lint.class_text import is_mark

_FLAG = matchers.SimpleStatementLine(
    body=[matchers.Assign(targets=[matchers.AssignTarget(target=matchers.Name("__test__"))])]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a class is to look in its new place.

    Attributes:
        name: there.
        keeps_marks: whether it keeps marks of pytest and a `__test__`.
        is_flagged: whether it says `__test__ = False`.
    """

    name: str
    keeps_marks: bool
    is_flagged: bool


def texts_of(module: libcst.Module, names: Collection[str], shapes: Mapping[str, Shape]) -> dict[str, str]:
    """Return the text of the statements of a module that bind these names, without empty lines above them.

    Each name is bound by one function, class or assignment. Line ends are those of Unix.
    """
    found = {}
    for statement in module.body:
        if (name := _bound(statement)) in names:
            node = statement
            if name in shapes and isinstance(node, libcst.ClassDef):
                node = _shaped(node, shapes[name])
            node = node.with_changes(leading_lines=_own_lines(node))
            found[name] = module.code_for_node(node).replace("\r\n", "\n").replace("\r", "\n")
    return found


def without_statements(module: libcst.Module, names: Collection[str]) -> libcst.Module:
    """Return a module without its statements that bind these names.

    Comments above them stay if an empty line separates them.
    """
    body = []
    kept: list[libcst.EmptyLine] = []
    for statement in module.body:
        above = lines_above(statement)
        if _bound(statement) in names:
            kept += above[: len(above) - len(_own_lines(statement))]
            continue
        if any(each.comment for each in kept):
            while kept and above and kept[-1].comment is None:
                kept.pop()
            body.append(statement.with_changes(leading_lines=[*kept, *above]))
        else:
            body.append(statement)
        kept = []
    footer = [*kept, *module.footer] if any(each.comment for each in kept) else module.footer
    return module.with_changes(body=body, footer=footer)


def with_flags(module: libcst.Module, names: Collection[str]) -> libcst.Module:
    """Return a module whose classes of these names say `__test__ = False`."""
    flagged = [
        with_flag(statement) if isinstance(statement, libcst.ClassDef) and statement.name.value in names else statement
        for statement in module.body
    ]
    return module.with_changes(body=flagged)


def _bound(statement: libcst.BaseStatement) -> str:
    """The name that a function, a class, or an assignment to one name binds."""
    if isinstance(statement, (libcst.FunctionDef, libcst.ClassDef)):
        return statement.name.value
    if isinstance(statement, libcst.SimpleStatementLine) and len(statement.body) == 1:
        match statement.body[0]:
            case libcst.Assign(targets=[libcst.AssignTarget(target=libcst.Name(value=name))]):
                return name
            case libcst.AnnAssign(target=libcst.Name(value=name)):
                return name
    return ""


def _own_lines(statement: libcst.BaseStatement) -> list[libcst.EmptyLine]:
    """The comments right above a statement."""
    own: list[libcst.EmptyLine] = []
    for each in reversed(lines_above(statement)):
        if each.comment is None:
            break
        own.insert(0, each)
    return own


def _shaped(node: libcst.ClassDef, shape: Shape) -> libcst.ClassDef:
    if not shape.keeps_marks:
        node = libcst.ensure_type(node.visit(_Unmarked()), libcst.ClassDef)
    if shape.name != node.name.value:
        node = libcst.ensure_type(node.visit(_Renamed(node.name.value, shape.name)), libcst.ClassDef)
    return with_flag(node) if shape.is_flagged and MARK not in _code(node) else node


def _code(node: libcst.ClassDef) -> str:
    """The statements right in a class, as text."""
    lines = [each for each in node.body.body if matchers.matches(each, matchers.SimpleStatementLine())]
    return "".join(libcst.Module(body=[]).code_for_node(each) for each in lines)


class _Unmarked(libcst.CSTTransformer):
    """Takes away marks, and `__test__`."""

    def leave_ClassDef(self, original_node: libcst.ClassDef, updated_node: libcst.ClassDef) -> libcst.ClassDef:  # noqa: N802 - LibCST's names
        node = updated_node
        if isinstance(node.body, libcst.IndentedBlock):
            body = [each for each in node.body.body if not matchers.matches(each, _FLAG)]
            node = node.with_changes(body=node.body.with_changes(body=body or [libcst.parse_statement("pass")]))
        return node.with_changes(**_unmarked(node))

    def leave_FunctionDef(  # noqa: N802 - LibCST's name
        self,
        original_node: libcst.FunctionDef,
        updated_node: libcst.FunctionDef,
    ) -> libcst.FunctionDef:
        node = updated_node
        return node.with_changes(**_unmarked(node))


def _unmarked(node: libcst.FunctionDef | libcst.ClassDef) -> dict[str, list[libcst.Decorator] | list[libcst.EmptyLine]]:
    """What a definition has above it without marks; the comments between them stay."""
    marks = [each for each in node.decorators if is_mark(_name(each.decorator))]
    comments = [line for each in marks for line in each.leading_lines if line.comment is not None]
    kept = [each for each in node.decorators if each not in marks]
    return {"decorators": kept, "leading_lines": [*node.leading_lines, *comments]}


def _name(node: libcst.BaseExpression) -> str:
    """The dotted name of a decorator, without its arguments."""
    while isinstance(node, libcst.Call):
        node = node.func
    parts: list[str] = []
    while isinstance(node, libcst.Attribute):
        parts.insert(0, node.attr.value)
        node = node.value
    return ".".join((node.value, *parts)) if isinstance(node, libcst.Name) else "?"


class _Renamed(libcst.CSTTransformer):
    """Renames a class where its own body names it. No name in it may mean something else."""

    def __init__(self, old: str, new: str) -> None:
        super().__init__()
        self._old = old
        self._new = new
        self._annotations = 0

    def visit_Annotation(self, node: libcst.Annotation) -> None:  # noqa: N802 - LibCST's names
        self._annotations += 1

    def leave_Annotation(  # noqa: N802 - as above
        self,
        original_node: libcst.Annotation,
        updated_node: libcst.Annotation,
    ) -> libcst.Annotation:
        self._annotations -= 1
        return updated_node

    def leave_SimpleString(  # noqa: N802 - as above
        self,
        original_node: libcst.SimpleString,
        updated_node: libcst.SimpleString,
    ) -> libcst.SimpleString:
        if not self._annotations:
            return updated_node
        return updated_node.with_changes(value=re.sub(rf"\b{self._old}\b", self._new, updated_node.value))

    def leave_Attribute(self, original_node: libcst.Attribute, updated_node: libcst.Attribute) -> libcst.Attribute:  # noqa: N802 - as above
        return updated_node.with_changes(attr=original_node.attr)

    def leave_Arg(self, original_node: libcst.Arg, updated_node: libcst.Arg) -> libcst.Arg:  # noqa: N802 - as above
        return updated_node.with_changes(keyword=original_node.keyword)

    def leave_Name(self, original_node: libcst.Name, updated_node: libcst.Name) -> libcst.Name:  # noqa: N802 - as above
        return updated_node.with_changes(value=self._new) if updated_node.value == self._old else updated_node
