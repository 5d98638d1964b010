"""From bytes to a syntax tree, whole or without the bodies of functions."""

from __future__ import annotations

import ast
import re
import warnings

_LAZY = re.compile(rb"^([ \t]*)lazy([ \t]+)(import|from)\b", re.MULTILINE)
_EAGER = rb"\1\3    \2"
"""PEP 810. Before Python 3.15 it is a syntax error, but what is imported can be read. The statement begins where `lazy`
did, since it would be indented otherwise, and the names keep their columns."""
LAZY_LINE = re.compile(rb"^[ \t]*lazy[ \t]+(?:import|from)\b", re.MULTILINE)


class UnparsableError(Exception):
    """The source cannot be parsed; the message says why, with the line."""


def parse(source: bytes) -> ast.Module:
    """Return the whole syntax tree.

    Raises:
        UnparsableError: this Python cannot parse it.
    """
    try:
        return _tree(source)
    except SyntaxError as error:
        if LAZY_LINE.search(source):
            try:
                return _tree(_LAZY.sub(_EAGER, source))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
        where = f"line {error.lineno}: " if error.lineno else ""
        raise UnparsableError(f"{where}{error.msg}") from None
    except (ValueError, RecursionError, MemoryError) as error:  # NUL bytes; nested too deeply
        raise UnparsableError(str(error) or "nested too deeply") from None


def try_to_parse(outside: bytes) -> ast.Module | None:
    """Return the tree of a source as `strip_functions` returns it; None if it does not parse.

    Positions are those of the whole source. A mistake in the body of a function goes unnoticed.
    """
    try:
        return _tree(_LAZY.sub(_EAGER, outside) if b"lazy" in outside else outside)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _tree(source: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes: other linters report them
        return ast.parse(source)
