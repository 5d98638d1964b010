"""Parses only those statements of a module that hold some lines."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Collection, Iterator

from collectbench.sources.parsing import UnparsableError, parse, try_to_parse
from collectbench.sources.stripping import strip_functions


def statement_at(source: bytes, line: int) -> ast.stmt | None:
    """Return the statement of the module that holds a line, whole; None if the source cannot be parsed.

    Only that statement is parsed, if possible.
    """
    try:
        trees = trees_at(source, [line])
    except UnparsableError:
        return None
    statements = [statement for tree in trees for statement in tree.body if statement.lineno <= line]
    return statements[-1] if statements else None


def trees_at(source: bytes, lines: Collection[int]) -> list[ast.Module]:
    """Return the trees of the statements of the module that hold one of the lines; of all, if these do not parse alone.

    Raises:
        UnparsableError: this Python cannot parse it.
    """
    outside = try_to_parse(strip_functions(source))
    if outside is not None:
        try:
            return [parse(segment) for segment in _segments(source, outside, lines)]
        except UnparsableError:
            pass  # such as text in an encoding that the first line declares
    return [parse(source)]


def _segments(source: bytes, outside: ast.Module, lines: Collection[int]) -> Iterator[bytes]:
    """Yield those statements of the module that hold one of the lines, each at its line."""
    starts = [min((node.lineno, *(each.lineno for each in _decorators(node)))) for node in outside.body]
    wanted = {max(bisect_right(starts, line) - 1, 0) for line in lines} if starts else set()
    rows = source.splitlines(keepends=True)
    for position in sorted(wanted):
        end = starts[position + 1] - 1 if position + 1 < len(starts) else len(rows)
        yield b"\n" * (starts[position] - 1) + b"".join(rows[starts[position] - 1 : end])


def _decorators(node: ast.stmt) -> list[ast.expr]:
    return getattr(node, "decorator_list", [])
