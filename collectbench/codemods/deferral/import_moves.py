"""Import statements in LibCST's tree: out of the module, into functions, under `if TYPE_CHECKING:`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import libcst as cst

from collectbench.codemods.deferral.function_imports import FunctionImports, Imports
from collectbench.codemods.deferral.import_lines import (
    Top,
    bound_names,
    copied_line,
    import_lines,
    is_docstring,
    is_import,
    narrowed,
)
from collectbench.codemods.deferral.type_imports import with_type_imports


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What goes where. Import statements at the top level are numbered in the order of the source, so are functions.

    Attributes:
        functions: by number of an outermost function, what it imports.
        removed: what the module does not import any more.
        hints: those of these that type checkers still have to see.
    """

    functions: Mapping[int, Imports]
    removed: Imports
    hints: Imports


def moved(module: cst.Module, moves: Moves) -> cst.Module:
    """Return a module with its imports moved."""
    lines = import_lines(module.body)
    filled = module.visit(FunctionImports(moves.functions, lines))
    body, place = _remaining(filled.body, moves.removed)
    if 0 in moves.removed and not any(line.comment for line in module.header):
        body = [_without_blank_lines(body[0]), *body[1:]]
    hints = [copied_line(*lines[number], names)[1] for number, names in sorted(moves.hints.items())]
    return filled.with_changes(body=with_type_imports(body, hints, place) if hints else body)


def _remaining(body: Sequence[Top], removed: Imports) -> tuple[list[Top], int]:
    """The statements of a module without some imports, and the place behind the imports at its beginning."""
    result: list[Top] = []
    number, place, in_head = 0, 0, True
    carried: Sequence[cst.EmptyLine] = ()
    for statement in body:
        left: Top | None = statement
        if isinstance(statement, cst.SimpleStatementLine):
            count = sum(map(is_import, statement.body))
            left = _without(statement, removed, number)
            number += count
            in_head = in_head and (count > 0 or is_docstring(statement))
        else:
            in_head = in_head and isinstance(statement, (cst.If, cst.Try))
        if left is None:
            carried = _joined(carried, statement.leading_lines)
        else:
            result.append(_below(left, carried))
            carried = ()
        if in_head:
            place = len(result)
    return result, place


def _without(line: cst.SimpleStatementLine, removed: Imports, number: int) -> cst.SimpleStatementLine | None:
    """A line without some imports, the first of which has this number; None if nothing of it is left."""
    kept: list[cst.BaseSmallStatement] = []
    for small in line.body:
        if not isinstance(small, (cst.Import, cst.ImportFrom)):
            kept.append(small)
            continue
        others = bound_names(small) - removed.get(number, frozenset())
        if number not in removed or others:
            kept.append(narrowed(small, others) if number in removed else small)
        number += 1
    if kept == list(line.body):
        return line
    if kept and len(kept) < len(line.body):
        kept[-1] = kept[-1].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)
    return line.with_changes(body=kept) if kept else None


def _joined(carried: Sequence[cst.EmptyLine], lines: Sequence[cst.EmptyLine]) -> Sequence[cst.EmptyLine]:
    """Blank lines and comments above two statements that follow each other and both go."""
    return [*carried, *(lines if not carried else _from_comment(lines))]


def _below(statement: Top, carried: Sequence[cst.EmptyLine]) -> Top:
    """A statement below what stood above removed ones: comments and, if it begins no paragraph itself, blank lines."""
    if not carried:
        return statement
    own = statement.leading_lines
    begins = bool(own) and own[0].comment is None
    above = _from_comment(carried) if begins else carried
    return statement.with_changes(leading_lines=[*above, *own])


def _without_blank_lines(first: Top) -> Top:
    """The first statement of a file, above which nothing stands but comments."""
    lines = list(first.leading_lines)
    while lines and lines[0].comment is None:
        del lines[0]
    return first.with_changes(leading_lines=lines)


def _from_comment(lines: Sequence[cst.EmptyLine]) -> Sequence[cst.EmptyLine]:
    """Lines from the blank one before the first comment on; none without a comment."""
    first = next((number for number, line in enumerate(lines) if line.comment is not None), None)
    return () if first is None else lines[max(0, first - 1) :]
