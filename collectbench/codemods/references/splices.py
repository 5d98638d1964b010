"""Changes of a source at positions of its syntax tree: all other bytes stay as they are."""

from __future__ import annotations

import ast
import codecs
import io
import tokenize
from collections.abc import Iterable
from typing import NamedTuple

from collectbench.codemods.syntax import NotRewritableError, check_syntax


class Splice(NamedTuple):
    """Text that takes the place of a part of a source.

    Attributes:
        line: of its first character, from 1.
        column: likewise, from 0, in bytes of UTF-8, as syntax trees count.
        end_line: of the first character after it.
        end_column: likewise.
        text: the new text; each line feed in it becomes the ending of the first line.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class Text:
    """A source in the coordinates of its syntax tree.

    Attributes:
        rows: its lines in UTF-8, with their endings.
    """

    def __init__(self, source: bytes) -> None:
        """Read a source, which Python can parse.

        Raises:
            NotRewritableError: it cannot be decoded.
        """
        self._mark = codecs.BOM_UTF8 if source.startswith(codecs.BOM_UTF8) else b""
        try:
            encoding = tokenize.detect_encoding(io.BytesIO(source).readline)[0]
            self._encoding = "utf-8" if encoding == "utf-8-sig" else encoding
            plain = source[len(self._mark) :].decode(self._encoding).encode()
        except (UnicodeError, LookupError, SyntaxError) as error:
            raise NotRewritableError(f"it cannot be decoded: {error}") from None
        self.rows = plain.splitlines(keepends=True)

    def between(self, line: int, column: int, end_line: int, end_column: int) -> str:
        """Return the text of a part."""
        if line == end_line:
            return self.rows[line - 1][column:end_column].decode()
        first, *inner = self.rows[line - 1 : end_line]
        return b"".join((first[column:], *inner[:-1], inner[-1][:end_column])).decode()

    def of(self, node: ast.AST) -> str:
        """Return the text of a node."""
        return self.between(*span_of(node))

    def spliced(self, splices: Iterable[Splice]) -> bytes:
        """Return the source with all splices, in its encoding.

        Raises:
            NotRewritableError: the result does not parse, or its encoding lacks a character.
        """
        rows = list(self.rows)
        for each in sorted(set(splices), reverse=True):
            row = rows[each.line - 1]
            ending = row[len(row.rstrip(b"\r\n")) :] or b"\n"
            text = each.text.encode().replace(b"\n", ending)
            after = rows[each.end_line - 1][each.end_column :]
            rows[each.line - 1 : each.end_line] = [row[: each.column] + text + after]
        result = b"".join(rows)
        if self._encoding != "utf-8":
            try:
                result = result.decode().encode(self._encoding)
            except UnicodeEncodeError as error:
                raise NotRewritableError(f"its encoding, {error.encoding}, lacks a character of the new text") from None
        check_syntax(self._mark + result)
        return self._mark + result


def span_of(node: ast.AST) -> tuple[int, int, int, int]:
    """Return where a node begins and ends."""
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]
