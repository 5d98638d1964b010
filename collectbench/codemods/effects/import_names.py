"""Import statements with fewer names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import libcst

ImportStatement = TypeVar("ImportStatement", libcst.Import, libcst.ImportFrom)
_NOTHING = libcst.SimpleWhitespace("")


def with_names(node: ImportStatement, keeps: Callable[[libcst.ImportAlias], bool]) -> ImportStatement | None:
    """Return an import with those of its names that are kept; None if there are none.

    A comment behind a name goes with it, and so does one above the last name.
    """
    if isinstance(node.names, libcst.ImportStar):
        return node
    names = list(node.names)
    kept = [alias for alias in names if keeps(alias)]
    if not kept:
        return None
    if kept[-1] is names[-1]:
        return node.with_changes(names=kept) if len(kept) < len(names) else node
    behind = _behind(kept[-1])
    if isinstance(names[-1].comma, libcst.Comma):  # the next line is the parenthesis, as it was behind the last name
        after = names[-1].comma.whitespace_after
        if isinstance(after, libcst.ParenthesizedWhitespace):
            after = after.with_changes(first_line=behind or libcst.TrailingWhitespace())
        kept[-1] = kept[-1].with_changes(comma=names[-1].comma.with_changes(whitespace_after=after))
        return node.with_changes(names=kept)
    has_comment = behind is not None and behind.comment is not None
    comma = libcst.Comma(whitespace_after=_NOTHING) if has_comment else libcst.MaybeSentinel.DEFAULT
    kept[-1] = kept[-1].with_changes(comma=comma)
    rpar = getattr(node, "rpar", None)
    if isinstance(rpar, libcst.RightParen) and behind is not None:
        before = rpar.whitespace_before
        if isinstance(before, libcst.ParenthesizedWhitespace):
            before = before.with_changes(first_line=behind)
        elif has_comment:
            before = libcst.ParenthesizedWhitespace(first_line=behind, indent=True)
        return node.with_changes(names=kept, rpar=rpar.with_changes(whitespace_before=before))
    return node.with_changes(names=kept)


def bound_name(alias: libcst.ImportAlias) -> str:
    """Return the name after `as`, else the imported one: all of `a.b` in `import a.b`."""
    return alias.evaluated_alias or alias.evaluated_name


def _behind(alias: libcst.ImportAlias) -> libcst.TrailingWhitespace | None:
    """The end of the line behind the comma of a name; None if the next name stands in the same line."""
    if not isinstance(alias.comma, libcst.Comma):
        return None
    after = alias.comma.whitespace_after
    return after.first_line if isinstance(after, libcst.ParenthesizedWhitespace) else None
