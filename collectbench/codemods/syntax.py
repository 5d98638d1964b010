"""Python source as LibCST's tree and back, byte for byte where nothing changes."""

from __future__ import annotations

from collections.abc import Callable

import libcst

from collectbench.model.fixes import Edit, Failure, Permit
from collectbench.sources.parsing import UnparsableError, parse


class NotRewritableError(Exception):
    """A source that cannot be parsed, or does not come back as it was. The message is a clause without a full stop."""


def parse_source(source: bytes) -> libcst.Module:
    """Return the tree of a source, whose `bytes` are the source.

    Raises:
        NotRewritableError: it does not parse, or its encoding or layout would change.
    """
    try:
        module = libcst.parse_module(source)
        same = module.bytes == source
    except libcst.ParserSyntaxError as error:
        raise NotRewritableError(f"line {error.raw_line}: it does not parse") from None
    except (UnicodeError, LookupError, SyntaxError) as error:  # SyntaxError: an unknown encoding is declared
        raise NotRewritableError(f"it cannot be decoded: {error}") from None
    except RecursionError:
        raise NotRewritableError("it is nested too deeply") from None
    if not same:
        raise NotRewritableError("its layout cannot be kept: LibCST does not write it as it is")
    return module


def rewritten(source: bytes, change: Callable[[libcst.Module], libcst.Module]) -> bytes:
    """Return a source with its tree changed, in the same encoding and with the same line endings.

    Raises:
        NotRewritableError: the source or the result does not parse, or the encoding lacks a character.
    """
    module = parse_source(source)
    changed = change(module)
    try:
        result = changed.bytes
    except UnicodeEncodeError as error:
        raise NotRewritableError(f"its encoding, {error.encoding}, lacks a character of the new text") from None
    if result != source:
        check_syntax(result)
    return result


def edit_of(
    path: str,
    source: bytes,
    change: Callable[[libcst.Module], libcst.Module],
    *,
    needs: tuple[str, ...] = (),
    permits: tuple[Permit, ...] = (),
) -> Edit | Failure | None:
    """Return the edit that changes the tree of one file; None if it stays the same, a failure if it cannot be read."""
    try:
        after = rewritten(source, change)
    except NotRewritableError as error:
        return Failure(path=path, reason=str(error))
    if after == source:
        return None
    return Edit(path=path, before=source, after=after, needs=needs, permits=permits)


def check_syntax(result: bytes) -> None:
    """Refuse a result that this Python does not parse: a fault of the codemod should not reach the file.

    Raises:
        NotRewritableError: it does not parse.
    """
    try:
        parse(result)
    except UnparsableError as error:
        raise NotRewritableError(f"the rewritten source would not parse: {error}") from None
