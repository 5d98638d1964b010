"""An `__init__` with some of its imports as a table and a `__getattr__`."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import takewhile

import libcst
from libcst import matchers
from libcst.helpers import get_full_name_for_node
from libcst.metadata import MetadataWrapper, PositionProvider

from collectbench.codemods.effects.import_names import bound_name, with_names
from collectbench.codemods.exports.exports import Export

_GETATTR = '''

def __getattr__(name: str) -> object:
    """Load a name of the package when it is first used (PEP 562)."""
    if name not in {table}:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    from importlib import import_module

    module, attribute = {table}[name]
    value = import_module(module, __name__)
    if attribute:
        value = getattr(value, attribute)
    globals()[name] = value
    return value
'''
_DIR = """

def __dir__() -> list[str]:
    return sorted({{*globals(), *{table}}}{without})
"""
_TABLES = ("_EXPORTS", "_LATE_EXPORTS", "_EXPORTS_ON_FIRST_USE")
_FLAG = "TYPE_CHECKING"
_EMPTY = libcst.EmptyLine(indent=False)
Statement = libcst.SimpleStatementLine | libcst.BaseCompoundStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of the imports of an `__init__`.

    Attributes:
        package: its dotted name.
        exports: what is loaded late.
        modules: names of modules of the package that shall be there as before.
        all_names: what `__all__` lists; None if it is not to be made.
        has_dir: whether the file has a `__dir__`.
        has_flag: whether it binds `TYPE_CHECKING`.
        may_follow_imports: whether nothing that the other imports load looks for the exports meanwhile.
    """

    package: str
    exports: Sequence[Export]
    modules: Sequence[str]
    all_names: Sequence[str] | None
    has_dir: bool
    has_flag: bool
    may_follow_imports: bool


def with_late_exports(module: libcst.Module, plan: Plan) -> libcst.Module:
    """Return the module with a table of the exports instead of their imports."""
    lines: dict[int, set[str]] = {}
    for each in plan.exports:
        lines.setdefault(each.line, set()).add(each.name)
    positions = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
    kept: list[Statement] = []
    moved: list[libcst.SimpleStatementLine] = []
    place = 0
    for statement in module.body:
        names = lines.get(positions[statement].start.line)
        if names is None or not isinstance(statement, libcst.SimpleStatementLine):
            kept.append(statement)
            continue
        place = place if moved else len(kept)
        late, early = _divided(statement, names)
        moved.append(late)
        kept.extend([early] if early is not None else [])
    before, after = kept[:place], kept[place:]
    end = _end_of_prelude(after, "" if plan.may_follow_imports else plan.package.partition(".")[0])
    between, rest = after[:end], after[end:]
    block = _block(before, moved)
    definitions = _definitions(module, plan)
    if between:
        between[0] = _apart(between[0], 1)
    if rest:
        rest[0] = _apart(rest[0], 2)
    return module.with_changes(body=[*before, *block, *between, *definitions, *rest])


def _divided(
    statement: libcst.SimpleStatementLine, names: Container[str]
) -> tuple[libcst.SimpleStatementLine, libcst.SimpleStatementLine | None]:
    """The statement with these names, and with the others, which keeps the comments; None if there are none."""
    node = libcst.ensure_type(statement.body[0], libcst.ImportFrom)
    late = with_names(node, lambda alias: bound_name(alias) in names)
    early = with_names(node, lambda alias: bound_name(alias) not in names)
    if late is None or early is None:
        return statement, None
    return statement.with_changes(body=[late], leading_lines=[]), statement.with_changes(body=[early])


def _block(before: Sequence[Statement], moved: Sequence[libcst.SimpleStatementLine]) -> list[Statement]:
    """`if TYPE_CHECKING:` with the moved imports, and the import of this name."""
    blank = _blank_lines(moved[0])
    first = moved[0].with_changes(leading_lines=moved[0].leading_lines[len(blank) :])
    body = [first, *(each.with_changes(leading_lines=list(map(_flush, each.leading_lines))) for each in moved[1:])]
    block = libcst.If(test=libcst.Name(_FLAG), body=libcst.IndentedBlock(body=body))
    if _imports_flag(before):
        return [block.with_changes(leading_lines=blank or [_EMPTY])]
    is_behind_import = bool(before) and _is_import(before[-1])
    leading = [] if is_behind_import or not before else blank or [_EMPTY]
    alias = libcst.ImportAlias(name=libcst.Name(_FLAG))
    flag = libcst.ImportFrom(module=libcst.Name("typing"), names=[alias])
    line = libcst.SimpleStatementLine(body=[flag], leading_lines=leading)
    return [line, block.with_changes(leading_lines=[_EMPTY])]


def _flush(line: libcst.EmptyLine) -> libcst.EmptyLine:
    """An empty line without blanks; one with a comment as it is."""
    return line if line.comment is not None else line.with_changes(indent=False)


def _blank_lines(statement: libcst.SimpleStatementLine) -> list[libcst.EmptyLine]:
    return list(takewhile(lambda line: line.comment is None, statement.leading_lines))


def _is_import(statement: Statement) -> bool:
    parts = statement.body if isinstance(statement, libcst.SimpleStatementLine) else ()
    return any(isinstance(part, (libcst.Import, libcst.ImportFrom)) for part in parts)


def _imports_flag(statements: Sequence[Statement]) -> bool:
    imports = (part for each in statements if isinstance(each, libcst.SimpleStatementLine) for part in each.body)
    return any(
        isinstance(part, libcst.ImportFrom)
        and not isinstance(part.names, libcst.ImportStar)
        and any(bound_name(alias) == _FLAG for alias in part.names)
        for part in imports
    )


def _end_of_prelude(statements: Sequence[Statement], top: str) -> int:
    """How many statements run no code that may look for names of the package; imports of `top` may."""
    for number, statement in enumerate(statements):
        if not isinstance(statement, libcst.SimpleStatementLine):
            return number
        if any(_runs_project(part, top) for part in statement.body):
            return number
    return len(statements)


def _runs_project(part: libcst.BaseSmallStatement, top: str) -> bool:
    if isinstance(part, libcst.ImportFrom):
        name = get_full_name_for_node(part.module) if part.module is not None else ""
        return bool(top) and (bool(part.relative) or (name or "").partition(".")[0] == top)
    if isinstance(part, libcst.Import):
        return any(alias.evaluated_name.partition(".")[0] == top for alias in part.names)
    return bool(matchers.findall(part, matchers.Call()))


def _apart(statement: Statement, lines: int) -> Statement:
    """The statement with at least so many empty lines before it."""
    blank = sum(1 for _ in takewhile(lambda line: line.comment is None, statement.leading_lines))
    more = [_EMPTY] * (lines - blank)
    return statement.with_changes(leading_lines=[*more, *statement.leading_lines])


def _definitions(module: libcst.Module, plan: Plan) -> list[Statement]:
    table = next(name for name in _TABLES if name not in module.code)
    rows = [(each.name, each.module, each.attribute) for each in plan.exports]
    rows += [(name, f".{name}", "") for name in plan.modules]
    text = "\n"
    if plan.all_names is not None:
        text += "__all__ = [\n" + "".join(f'    "{name}",\n' for name in plan.all_names) + "]\n"
    text += f"{table} = {{\n" + "".join(f'    "{name}": ("{home}", "{what}"),\n' for name, home, what in rows) + "}\n"
    text += _GETATTR.format(table=table)
    if not plan.has_dir:
        text += _DIR.format(table=table, without="" if plan.has_flag else f' - {{"{_FLAG}"}}')
    parsed = libcst.parse_module(text.replace("\n", module.default_newline), config=module.config_for_parsing)
    first = parsed.body[0].with_changes(leading_lines=[_EMPTY])
    return [first, *parsed.body[1:]]
