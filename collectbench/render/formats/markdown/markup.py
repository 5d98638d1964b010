"""The elements of Markdown: escaped text, tables, statements, blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement
from collectbench.render.parts.tables import Table

_SPECIAL = re.compile(r"[\\`*_~\[\]|$#!]|:(?=//)|(?<=www)\.")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BACKTICKS = re.compile(r"`+")
# GitHub looks for these after it has rendered the Markdown. An escape is gone by then; an empty comment remains.
_REFERENCE = re.compile(r"@(?=\w)|#(?=\d)")
_EMPTY_COMMENT = "<!-- -->"


def join(blocks: Iterable[list[str]]) -> str:
    """Return blocks with an empty line between them, ending in a newline; empty blocks are omitted."""
    return "\n\n".join("\n".join(block) for block in blocks if any(block)) + "\n"


def text(raw: str) -> str:
    """Return text that Markdown shows as it is: no character of it is markup, and no part a link or a mention."""
    escaped = _SPECIAL.sub(r"\\\g<0>", printable(raw))
    without_html = re.sub("[&<>]", lambda match: _ENTITIES[match[0]], escaped)
    return _REFERENCE.sub(r"\g<0>" + _EMPTY_COMMENT, without_html)


def html_text(raw: str) -> str:
    """Return text that HTML shows as it is, for elements such as a summary in which Markdown is not markup."""
    without_html = re.sub("[&<>]", lambda match: _ENTITIES[match[0]], printable(raw))
    return _REFERENCE.sub(r"\g<0>" + _EMPTY_COMMENT, without_html)


def small_print(pieces: Iterable[str]) -> str:
    """Return pieces in small print, with dots between them."""
    return f"<sub>{' · '.join(map(text, pieces))}</sub>"


def table_lines(table: Table) -> list[str]:
    """Return a table with all its columns, and their footnotes below; nothing if it has no rows."""
    if not table.rows:
        return []
    titles = [*(label.title for label in table.labels), *(column.title for column in table.columns)]
    rules = (*(":--" for _ in table.labels), *("--:" if column.right else ":--" for column in table.columns))
    cells = (*(label.texts for label in table.labels), *(column.cells for column in table.columns))
    return [
        _row(titles),
        _row(rules),
        *(_row(list(map(text, row))) for row in zip(*cells, strict=True)),
        *(line for column in table.columns if column.footnote for line in ("", text(column.footnote))),
    ]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def list_line(title: str, pieces: Iterable[str]) -> str:
    """Return a title with pieces behind it."""
    return f"{text(title)}: {' · '.join(map(text, pieces))}"


def statement_lines(statements: Iterable[Statement]) -> list[str]:
    """Return a list of statements, each with its detail in a code block below it."""
    lines: list[str] = []
    for statement in statements:
        lines.append(f"- **{statement.word}**: {text(statement.text)}")
        if statement.detail:
            lines += ["", *("  " + line for line in fenced(statement.detail)), ""]
    return lines


def fenced(detail: str, language: str = "text") -> Iterator[str]:
    """Yield a code block whose fence is longer than any fence in the text."""
    shown = printable(detail, keep_newlines=True)
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(shown)), default=0))
    yield fence + language
    yield from shown.splitlines()
    yield fence
