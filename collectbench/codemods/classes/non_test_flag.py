"""`__test__ = False`: in which classes it may stand, and where in them."""

from __future__ import annotations

import libcst
from libcst import matchers

from collectbench.lint.hidden_heirs import HiddenHeirs
from collectbench.lint.lineage import Lineages
from collectbench.sources.meanings import Definition

MARK = "__test__ = False"
_TYPED_DICTS = frozenset({"typing.TypedDict", "typing_extensions.TypedDict"})
_PROTOCOLS = frozenset({"typing.Protocol", "typing_extensions.Protocol"})
_EMPTY = matchers.Pass() | matchers.Expr(matchers.Ellipsis())


class FlagObjections:
    """Tells why a class must not be marked as no test."""

    def __init__(self, lineages: Lineages) -> None:
        self._lineages = lineages
        self._hidden = HiddenHeirs(codebase=lineages.evidence.codebase)

    def to(self, definition: Definition) -> str | None:
        """Return why a class must not have `__test__ = False`, a clause; None if it may have it."""
        class_ = definition.class_
        if class_ is None:
            return "it is not a class"
        if class_.test_flag in ("True", "?"):
            return "it sets __test__ itself"
        externals = set(self._lineages.of(definition).externals)
        if externals & _TYPED_DICTS:
            return "it is a TypedDict, in which type checkers allow no assignment"
        if externals & _PROTOCOLS:
            return "it is a Protocol, of which __test__ would become a member"
        for heir in self._lineages.subclasses(definition):
            if self._lineages.tests(heir) and not (heir.class_ and heir.class_.test_flag == "True"):
                return f"its subclass {heir.name} holds tests, which would inherit __test__ = False"
        if self._hidden.has(definition):
            return "a function may derive a class from it, whose tests would inherit __test__ = False"
        return None


def with_flag(node: libcst.ClassDef) -> libcst.ClassDef:
    """Return a class that pytest does not look at: with `__test__ = False` after its docstring.

    A lone `pass` or `...` makes place for it.
    """
    statement = libcst.ensure_type(libcst.parse_statement(MARK), libcst.SimpleStatementLine)
    place = 1 if node.get_docstring(clean=False) is not None else 0
    if isinstance(node.body, libcst.SimpleStatementSuite):  # `class TestData: x = 1`
        return node.with_changes(body=_in_line(node.body, statement.body[0], place))
    body = list(node.body.body)
    rest = body[place:]
    above = [libcst.EmptyLine(indent=False)] if place else []  # a docstring is followed by one (Black, PEP 257)
    if len(rest) == 1 and _is_empty(rest[0]):
        leading = libcst.ensure_type(rest[0], libcst.SimpleStatementLine).leading_lines
        rest = [rest[0].with_changes(body=statement.body, leading_lines=leading or above)]
        return node.with_changes(body=node.body.with_changes(body=[*body[:place], *rest]))
    if rest and isinstance(rest[0], (libcst.FunctionDef, libcst.ClassDef)) and not rest[0].leading_lines:
        rest[0] = rest[0].with_changes(leading_lines=[libcst.EmptyLine(indent=False)])
    statement = statement.with_changes(leading_lines=above)
    return node.with_changes(body=node.body.with_changes(body=[*body[:place], statement, *rest]))


def _in_line(
    suite: libcst.SimpleStatementSuite, mark: libcst.BaseSmallStatement, place: int
) -> libcst.SimpleStatementSuite:
    before, rest = list(suite.body[:place]), list(suite.body[place:])
    if len(rest) == 1 and matchers.matches(rest[0], _EMPTY):
        rest = []
    separated = [
        each if isinstance(each.semicolon, libcst.Semicolon) else each.with_changes(semicolon=_semicolon())
        for each in before
    ]
    if rest:
        mark = mark.with_changes(semicolon=_semicolon())
    return suite.with_changes(body=[*separated, mark, *rest])


def _semicolon() -> libcst.Semicolon:
    return libcst.Semicolon(whitespace_after=libcst.SimpleWhitespace(" "))


def _is_empty(statement: libcst.CSTNode) -> bool:
    return matchers.matches(statement, matchers.SimpleStatementLine(body=[_EMPTY]))
