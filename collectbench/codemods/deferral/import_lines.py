"""Import statements in LibCST's tree, with all or some of their names."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from collectbench.codemods.syntax import NotRewritableError

_WIDTH = 84
"""Longer imports stay in parentheses: the width of Black and ruff in a function."""
ImportStatement = cst.Import | cst.ImportFrom
Top = cst.SimpleStatementLine | cst.BaseCompoundStatement


def import_lines(body: Sequence[Top]) -> list[tuple[ImportStatement, cst.TrailingWhitespace]]:
    """Return all import statements of a body in order, each with the comment that ends its line."""
    return [
        (small.with_changes(semicolon=cst.MaybeSentinel.DEFAULT), statement.trailing_whitespace)
        for statement in body
        if isinstance(statement, cst.SimpleStatementLine)
        for small in statement.body
        if isinstance(small, (cst.Import, cst.ImportFrom))
    ]


def copied_line(
    small: ImportStatement, end: cst.TrailingWhitespace, names: frozenset[str]
) -> tuple[ImportStatement, cst.SimpleStatementLine]:
    """Return a new import of some of the names of a statement, and the line of it; without parentheses if it fits."""
    part = narrowed(small, names)
    if isinstance(part, cst.ImportFrom) and part is not small:
        part = _on_one_line(part)
    copy = part.deep_clone()
    return copy, cst.SimpleStatementLine(body=[copy], trailing_whitespace=end.deep_clone())


def narrowed(small: ImportStatement, names: frozenset[str]) -> ImportStatement:
    """Return an import statement with only these of its names, at least one, in the same layout.

    Raises:
        NotRewritableError: comments stand between the names, and nobody can tell which ones they are about.
    """
    aliases = aliases_of(small)
    kept = [alias for alias in aliases if bound_name(alias) in names]
    if len(kept) == len(aliases):
        return small
    end = aliases[-1].comma
    if isinstance(small, cst.Import) or small.lpar is None:
        kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return small.with_changes(names=kept)
    if any(_has_comment_below(alias) for alias in aliases):
        raise NotRewritableError("an import with comments between its names cannot be divided")
    if kept[-1] is aliases[-1]:
        return small.with_changes(names=kept)
    space = _space_after(kept[-1])
    if isinstance(end, cst.Comma):
        comma = end.with_changes(whitespace_after=_ending(end.whitespace_after, space))
        return small.with_changes(names=[*kept[:-1], kept[-1].with_changes(comma=comma)])
    kept[-1] = kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    closing = small.rpar or cst.RightParen()
    closing = closing.with_changes(whitespace_before=_ending(closing.whitespace_before, space))
    return small.with_changes(names=kept, rpar=closing)


def _space_after(alias: cst.ImportAlias) -> cst.BaseParenthesizableWhitespace | None:
    return alias.comma.whitespace_after if isinstance(alias.comma, cst.Comma) else None


def _has_comment_below(alias: cst.ImportAlias) -> bool:
    space = _space_after(alias)
    return isinstance(space, cst.ParenthesizedWhitespace) and any(line.comment for line in space.empty_lines)


def _ending(
    end: cst.BaseParenthesizableWhitespace, own: cst.BaseParenthesizableWhitespace | None
) -> cst.BaseParenthesizableWhitespace:
    """What stands before the parenthesis, but with the comment of the name that is the last one now."""
    if not isinstance(end, cst.ParenthesizedWhitespace):
        return own if isinstance(own, cst.ParenthesizedWhitespace) and own.first_line.comment else end
    first = own.first_line if isinstance(own, cst.ParenthesizedWhitespace) else cst.TrailingWhitespace()
    return end.with_changes(first_line=first)


def _on_one_line(small: cst.ImportFrom) -> cst.ImportFrom:
    """A statement without its parentheses, if it has no comment in them and is not too long."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    aliases = [alias.with_changes(comma=comma) for alias in aliases_of(small)]
    aliases[-1] = aliases[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
    space = cst.SimpleWhitespace(" ")  # `from x import(a)` has none
    plain = small.with_changes(names=aliases, lpar=None, rpar=None, whitespace_after_import=space)
    return small if "#" in text_of(small) or len(text_of(plain)) > _WIDTH else plain


def text_of(node: cst.CSTNode) -> str:
    """Return the source of a node."""
    return cst.Module(body=[]).code_for_node(node)


def aliases_of(small: ImportStatement) -> list[cst.ImportAlias]:
    """Return the names in an import statement; none for a star import."""
    return [] if isinstance(small.names, cst.ImportStar) else list(small.names)


def bound_name(alias: cst.ImportAlias) -> str:
    """Return the name that an imported name gets in the module."""
    return alias.evaluated_alias or alias.evaluated_name.partition(".")[0]


def bound_names(small: ImportStatement) -> frozenset[str]:
    """Return the names that a statement binds."""
    return frozenset(map(bound_name, aliases_of(small)))


def is_import(node: cst.CSTNode | None) -> bool:
    """Whether it is an import statement, or a line that begins with one."""
    first = node.body[0] if isinstance(node, cst.SimpleStatementLine) else node
    return isinstance(first, (cst.Import, cst.ImportFrom))


def is_docstring(node: cst.CSTNode) -> bool:
    """Whether it is a line that begins with a string, as a docstring does, or such a statement."""
    first = node.body[0] if isinstance(node, cst.SimpleStatementLine) else node
    return isinstance(first, cst.Expr) and isinstance(first.value, (cst.SimpleString, cst.ConcatenatedString))
