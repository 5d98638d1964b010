"""Import lines of a module: where a new one goes, and how some names leave."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import libcst
from libcst import matchers

_IMPORT = matchers.Import() | matchers.ImportFrom()
_IMPORT_LINE = matchers.SimpleStatementLine(body=[matchers.AtLeastN(_IMPORT, n=1)])
_FUTURE = matchers.SimpleStatementLine(
    body=[matchers.ImportFrom(module=matchers.Name("__future__")), matchers.ZeroOrMore()]
)
_SKIPPING = re.compile(r"(?<!mark\.)\b(?:skip|importorskip)\(")
"""Ends the import of a test file, so that what stands below it does not run."""
_TEXT = matchers.SimpleStatementLine(body=[matchers.Expr(matchers.SimpleString() | matchers.ConcatenatedString())])


def with_imports(module: libcst.Module, lines: Sequence[str], below: Collection[str] = ()) -> libcst.Module:
    """Return a module with more imports: each beside one of the same package, else behind the last one at its top.

    The top ends at the first function or class. Without imports there, they follow the docstring and `__future__`.
    Where other statements stand between imports, they may decide whether those run, such as `pytest.importorskip`: then
    new ones come last. They also come below the imports of the names `below`.
    """
    body: list[libcst.BaseStatement] = list(module.body)
    for line in lines:
        statement = libcst.ensure_type(
            libcst.parse_statement(line, config=module.config_for_parsing), libcst.SimpleStatementLine
        )
        place, is_first = _place(module, body, line)
        lowest = max((index + 1 for index, each in enumerate(body) if _binds(each, below)), default=0)
        if is_first and not lowest:
            statement, module, body = _separated(statement, module, body, place)
        body.insert(max(place, lowest), statement)
    return module.with_changes(body=body)


def _binds(statement: libcst.BaseStatement, names: Collection[str]) -> bool:
    """Whether a line imports one of the names."""
    return matchers.matches(statement, _IMPORT_LINE) and _without(statement, names) is not statement


def lines_above(statement: libcst.BaseStatement) -> list[libcst.EmptyLine]:
    """Return the empty lines and comments above a statement."""
    return list(getattr(statement, "leading_lines", ()))


def _place(module: libcst.Module, body: Sequence[libcst.BaseStatement], line: str) -> tuple[int, bool]:
    """The index for a new line, and whether it is the first import."""
    word, name = line.split()[:2]
    beside, last, is_mixed = None, None, False
    for index, statement in enumerate(body):
        if isinstance(statement, (libcst.FunctionDef, libcst.ClassDef)):
            break
        if matchers.matches(statement, _FUTURE | _TEXT):
            continue
        if not matchers.matches(statement, _IMPORT_LINE):
            is_mixed = True
            if _SKIPPING.search(module.code_for_node(statement)):
                beside, last = None, index + 1
            continue
        if is_mixed:
            beside = None  # only what stands below the other statement is sure to run as late as that
            is_mixed = False
        last = index + 1
        part = libcst.ensure_type(statement, libcst.SimpleStatementLine).body[0]
        own = module.code_for_node(part).split()
        is_alike = own[0] == word and own[1].partition(".")[0] == name.partition(".")[0] and own[1] <= name
        if is_alike:
            beside = index + 1
    if last is not None:
        return last if beside is None else beside, False
    start = 1 if body and matchers.matches(body[0], _TEXT) else 0
    while start < len(body) and matchers.matches(body[start], _FUTURE):
        start += 1
    return start, True


def _separated(
    statement: libcst.SimpleStatementLine,
    module: libcst.Module,
    body: list[libcst.BaseStatement],
    place: int,
) -> tuple[libcst.SimpleStatementLine, libcst.Module, list[libcst.BaseStatement]]:
    """The first import of a module with an empty line around it."""
    blank = libcst.EmptyLine(indent=False)
    if place:
        statement = statement.with_changes(leading_lines=[blank])
    if place < len(body):
        following = body[place]
        lines = lines_above(following)
        if not place and not lines:  # what stands above the first statement belongs to the header
            body[0] = following.with_changes(leading_lines=[blank])
        elif not lines or lines[0].comment is not None:
            body[place] = following.with_changes(leading_lines=[blank, *lines])
    return statement, module, body


def without_names(module: libcst.Module, names: Collection[str]) -> libcst.Module:
    """Return a module whose imports outside of functions and conditions bind these names no more."""
    body = []
    pending: list[libcst.EmptyLine] = []
    for statement in module.body:
        kept = _without(statement, names) if matchers.matches(statement, _IMPORT_LINE) else statement
        if kept is None:
            lines = lines_above(statement)
            pending += lines if not pending else [each for each in lines if each.comment is not None]
            continue
        if pending:
            own = lines_above(kept)
            is_blank = bool(own) and own[0].comment is None
            while is_blank and pending and pending[-1].comment is None:
                pending.pop()
            kept = kept.with_changes(leading_lines=[*pending, *own])
            pending = []
        body.append(kept)
    return module.with_changes(body=body, footer=[*pending, *module.footer])


def _without(statement: libcst.BaseStatement, names: Collection[str]) -> libcst.BaseStatement | None:
    line = libcst.ensure_type(statement, libcst.SimpleStatementLine)
    parts = [kept for part in line.body if (kept := _without_aliases(part, names)) is not None]
    if not parts:
        return None
    if len(parts) == len(line.body) and all(new is old for new, old in zip(parts, line.body, strict=True)):
        return statement
    parts[-1] = parts[-1].with_changes(semicolon=libcst.MaybeSentinel.DEFAULT)
    return line.with_changes(body=parts)


def _without_aliases(part: libcst.BaseSmallStatement, names: Collection[str]) -> libcst.BaseSmallStatement | None:
    if not isinstance(part, (libcst.Import, libcst.ImportFrom)) or isinstance(part.names, libcst.ImportStar):
        return part
    kept = [alias for alias in part.names if _bound(alias, part) not in names]
    if len(kept) == len(part.names):
        return part
    if not kept:
        return None
    is_in_parentheses = isinstance(part, libcst.ImportFrom) and part.lpar is not None
    if kept[-1] is not part.names[-1] and not is_in_parentheses:
        kept[-1] = kept[-1].with_changes(comma=libcst.MaybeSentinel.DEFAULT)
    elif kept[-1] is not part.names[-1]:
        kept[-1] = kept[-1].with_changes(comma=part.names[-1].comma)
    return part.with_changes(names=kept)


def _bound(alias: libcst.ImportAlias, part: libcst.Import | libcst.ImportFrom) -> str:
    if alias.asname is not None:
        return libcst.ensure_type(alias.asname.name, libcst.Name).value
    name = alias.evaluated_name
    return name.partition(".")[0] if isinstance(part, libcst.Import) else name
