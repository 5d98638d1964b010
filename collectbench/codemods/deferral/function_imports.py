"""Adds imports to functions in LibCST's tree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from collectbench.codemods.deferral.import_lines import ImportStatement, copied_line, is_docstring, is_import

Imports = Mapping[int, frozenset[str]]
"""By number of an import statement, the names to import by it."""


class FunctionImports(cst.CSTTransformer):
    """Adds imports to outermost functions, which it counts. It does not look into them."""

    def __init__(
        self,
        functions: Mapping[int, Imports],
        lines: Sequence[tuple[ImportStatement, cst.TrailingWhitespace]],
    ) -> None:
        """Take what functions import, by number, and all import statements."""
        super().__init__()
        self._functions, self._lines = functions, lines
        self._number = -1

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> bool:  # noqa: N802 - LibCST's
        """Look at no statement in a line: no function is in it."""
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: N802 - LibCST's
        """Look at no function within a function."""
        return False

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:  # noqa: N802 - LibCST's
        """Add the imports of this function."""
        self._number += 1
        wanted = self._functions.get(self._number)
        if not wanted:
            return updated_node
        copies = [copied_line(*self._lines[number], names) for number, names in sorted(wanted.items())]
        body = updated_node.body
        if isinstance(body, cst.SimpleStatementSuite):
            statements = _among(body.body, [small for small, _ in copies])
            return updated_node.with_changes(body=body.with_changes(body=statements))
        return updated_node.with_changes(body=_filled(body, copies))


def _filled(body: cst.BaseSuite, copies: Sequence[tuple[ImportStatement, cst.SimpleStatementLine]]) -> cst.BaseSuite:
    """The body of a function with imports in front, but after its docstring."""
    statements: list[cst.BaseStatement] = list(body.body)  # type: ignore[arg-type]
    first = statements[0]
    place = 0
    if isinstance(first, cst.SimpleStatementLine) and is_docstring(first):
        if len(first.body) > 1:  # `"""Text."""; x = 1`
            line = first.with_changes(body=_among(first.body, [small for small, _ in copies]))
            return body.with_changes(body=[line, *statements[1:]])
        place = 1
    added: list[cst.BaseStatement] = [line for _, line in copies]
    rest = statements[place:]
    if rest:
        added[0], rest[0] = _parted(added[0], rest[0])
    return body.with_changes(body=[*statements[:place], *added, *rest])


def _parted(first: cst.BaseStatement, following: cst.BaseStatement) -> tuple[cst.BaseStatement, cst.BaseStatement]:
    """Imports and what follows them, with a blank line between, but type comments of the function above both."""
    lines: Sequence[cst.EmptyLine] = getattr(following, "leading_lines", ())
    types = [line for line in lines if line.comment is not None and line.comment.value.startswith("# type:")]
    own = [line for line in lines if line not in types]
    if not is_import(following) and not (own and own[0].comment is None):
        own.insert(0, cst.EmptyLine(indent=False))
    return first.with_changes(leading_lines=types), following.with_changes(leading_lines=own)


def _among(
    smalls: Sequence[cst.BaseSmallStatement], imports: Sequence[ImportStatement]
) -> list[cst.BaseSmallStatement]:
    """Statements of one line with imports in front, but after a docstring, which is not the last of them."""
    semicolon = cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" "))
    new = [small.with_changes(semicolon=semicolon) for small in imports]
    place = 1 if is_docstring(smalls[0]) else 0
    return [*smalls[:place], *new, *smalls[place:]]
