"""Removal of statements, with the comments that belong to them and without those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile
from typing import TypeVar

import libcst

Statement = libcst.SimpleStatementLine | libcst.BaseCompoundStatement
Line = TypeVar("Line", libcst.SimpleStatementLine, libcst.SimpleStatementSuite)


class StatementRemover(libcst.CSTTransformer):
    """A transformer whose subclasses remove small statements.

    A comment right above a removed line goes with it, unless the next line follows at once: then it is the heading of
    both. Comments further above stay.
    """

    def __init__(self) -> None:
        """Begin with nothing removed."""
        super().__init__()
        self._gone: set[libcst.CSTNode] = set()

    def leave_SimpleStatementLine(  # noqa: N802, D102 - LibCST's name
        self, original_node: libcst.SimpleStatementLine, updated_node: libcst.SimpleStatementLine
    ) -> libcst.SimpleStatementLine:
        if original_node.body and not updated_node.body:
            self._gone.add(original_node)
        return _without_last_semicolon(original_node, updated_node)

    def leave_SimpleStatementSuite(  # noqa: N802, D102
        self, original_node: libcst.SimpleStatementSuite, updated_node: libcst.SimpleStatementSuite
    ) -> libcst.SimpleStatementSuite:
        return _without_last_semicolon(original_node, updated_node)

    def leave_IndentedBlock(  # noqa: N802, D102
        self, original_node: libcst.IndentedBlock, updated_node: libcst.IndentedBlock
    ) -> libcst.IndentedBlock:
        body, carried = self._with_comments(original_node.body, updated_node.body)
        if not body and original_node.body:
            line = libcst.SimpleStatementLine(body=[libcst.Pass()], leading_lines=carried)
            return updated_node.with_changes(body=[line])
        return updated_node.with_changes(body=body, footer=[*carried, *updated_node.footer])

    def leave_Module(self, original_node: libcst.Module, updated_node: libcst.Module) -> libcst.Module:  # noqa: N802, D102
        body, carried = self._with_comments(original_node.body, updated_node.body)
        if body and not original_node.header and original_node.body[0] in self._gone:
            body[0] = body[0].with_changes(leading_lines=_from_first_comment(_leading_lines(body[0])))
        return updated_node.with_changes(body=body, footer=[*carried, *updated_node.footer])

    def _with_comments(
        self, original: Sequence[libcst.BaseStatement], updated: Sequence[libcst.BaseStatement]
    ) -> tuple[list[libcst.BaseStatement], list[libcst.EmptyLine]]:
        """The statements that are left, and lines for the end of the block."""
        remaining = iter(updated)
        body: list[libcst.BaseStatement] = []
        carried: list[libcst.EmptyLine] = []
        for number, statement in enumerate(original):
            lines = list(_leading_lines(statement))
            if statement in self._gone:
                following = original[number + 1] if number + 1 < len(original) else None
                carried = _kept_lines([*carried, *lines], following)
                continue
            new = next(remaining)
            if carried:
                new = new.with_changes(leading_lines=[*carried, *_leading_lines(new)])
                carried = []
            body.append(new)
        return body, carried


def _leading_lines(statement: libcst.BaseStatement) -> Sequence[libcst.EmptyLine]:
    return getattr(statement, "leading_lines", ())


def _from_first_comment(lines: Sequence[libcst.EmptyLine]) -> list[libcst.EmptyLine]:
    return list(dropwhile(lambda line: line.comment is None, lines))


def _kept_lines(lines: list[libcst.EmptyLine], following: libcst.BaseStatement | None) -> list[libcst.EmptyLine]:
    """Those of the lines above a removed statement that stay."""
    if following is not None and all(line.comment is not None for line in _leading_lines(following)):
        return lines
    while lines and lines[-1].comment is not None:
        lines.pop()
    while lines and lines[-1].comment is None:
        lines.pop()
    return lines


def _without_last_semicolon(original: Line, updated: Line) -> Line:
    if not updated.body or updated.body[-1] is original.body[-1]:
        return updated
    had = isinstance(original.body[-1].semicolon, libcst.Semicolon)
    last = updated.body[-1]
    if had or not isinstance(last.semicolon, libcst.Semicolon):
        return updated
    last = last.with_changes(semicolon=libcst.MaybeSentinel.DEFAULT)
    return updated.with_changes(body=[*updated.body[:-1], last])
