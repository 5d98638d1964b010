"""Adds imports for type checkers alone to a module in LibCST's tree."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import libcst as cst

from collectbench.codemods.deferral.import_lines import (
    ImportStatement,
    Top,
    aliases_of,
    bound_names,
    import_lines,
    is_docstring,
    text_of,
)

_FLAG = "TYPE_CHECKING"


def with_type_imports(body: Sequence[Top], hints: Sequence[cst.SimpleStatementLine], place: int) -> list[Top]:
    """Return statements with imports in the block that they have for type checkers, or in a new one at this place."""
    for number, statement in enumerate(body):
        if isinstance(statement, cst.If) and isinstance(statement.body, cst.IndentedBlock) and _is_for_types(statement):
            block = statement.body.with_changes(body=[*statement.body.body, *hints])
            return [*body[:number], statement.with_changes(body=block), *body[number + 1 :]]
    new = cst.If(test=cst.Name(_FLAG), body=cst.IndentedBlock(body=hints), leading_lines=[cst.EmptyLine(indent=False)])
    result = [*body[:place], new, *body[place:]]
    has_flag = any(_FLAG in bound_names(small) for small, _ in import_lines(body))
    return result if has_flag else _with_flag(result)


def _is_for_types(statement: cst.If) -> bool:
    return isinstance(statement.test, cst.Name) and statement.test.value == _FLAG


def _with_flag(body: list[Top]) -> list[Top]:
    """Statements with an import of the flag: in that of typing, or behind the first imports."""
    for number, statement in enumerate(body):
        small = _only_import(statement)
        if _imports_from(small, "typing") and isinstance(small, cst.ImportFrom) and small.lpar is None:
            names = [cst.ImportAlias(name=cst.Name(_FLAG)), *aliases_of(small)]
            line = statement.with_changes(body=[small.with_changes(names=names)])
            return [*body[:number], line, *body[number + 1 :]]
    place = _end_of_first_paragraph(body)
    new = cst.ImportFrom(module=cst.Name("typing"), names=[cst.ImportAlias(name=cst.Name(_FLAG))])
    follows_import = place > 0 and _only_import(body[place - 1]) is not None
    begins = not follows_import or _imports_from(_only_import(body[place - 1]), "__future__")
    above = [cst.EmptyLine(indent=False)] if begins and place else []
    return [*body[:place], cst.SimpleStatementLine(body=[new], leading_lines=above), *body[place:]]


def _end_of_first_paragraph(body: Sequence[Top]) -> int:
    """The place behind the imports from the standard library that a file begins with; else before all imports."""
    place, has_import = 0, False
    for number, statement in enumerate(body):
        small = _only_import(statement)
        if (number == 0 and is_docstring(statement)) or _imports_from(small, "__future__"):
            place = number + 1
        elif small is None or not _is_of_stdlib(small) or (has_import and statement.leading_lines):
            break
        else:
            has_import, place = True, number + 1
    return place


def _only_import(statement: Top) -> ImportStatement | None:
    """The import statement that a line consists of."""
    smalls = statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
    first = smalls[0] if len(smalls) == 1 else None
    return first if isinstance(first, (cst.Import, cst.ImportFrom)) else None


def _is_of_stdlib(small: ImportStatement) -> bool:
    if isinstance(small, cst.Import):
        return all(alias.evaluated_name.partition(".")[0] in sys.stdlib_module_names for alias in small.names)
    name = "" if small.module is None or small.relative else text_of(small.module)
    return name.partition(".")[0] in sys.stdlib_module_names


def _imports_from(small: ImportStatement | None, module: str) -> bool:
    return isinstance(small, cst.ImportFrom) and small.module is not None and text_of(small.module) == module
