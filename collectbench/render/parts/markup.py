"""What Markdown is built from: escaped text, tables, statements, blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement
from collectbench.render.parts.tables import Table

_SPECIAL = re.compile(r"[\\`*_~\[\]|$#!]|:(?=//)|(?<=www)\.")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BACKTICKS = re.compile(r"`+")
# GitHub looks for these in what was rendered, where an escape has gone; a comment remains.
_REFERENCE = re.compile(r"@(?=\w)|#(?=\d)")
_NOTHING = "<!-- -->"


def join(blocks: Iterable[list[str]]) -> str:
    """Blocks with an empty line between them, ending in a newline; those that say nothing are left out."""
    return "\n\n".join("\n".join(block) for block in blocks if any(block)) + "\n"


def text(raw: str) -> str:
    """What came from elsewhere, as it is: no character of it is Markdown or HTML, and nothing a link or a mention."""
    escaped = _SPECIAL.sub(r"\\\g<0>", printable(raw))
    harmless = re.sub("[&<>]", lambda match: _ENTITIES[match[0]], escaped)
    return _REFERENCE.sub(r"\g<0>" + _NOTHING, harmless)


def stamp(pieces: Iterable[str]) -> str:
    """Small print: pieces with dots between them."""
    return f"<sub>{' · '.join(map(text, pieces))}</sub>"


def table_lines(table: Table) -> list[str]:
    """A table with all its columns, and their footnotes below. Nothing without rows."""
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


def list_line(found: tuple[str, list[str]] | None) -> list[str]:
    """A title with pieces behind it."""
    return [f"{text(found[0])}: {' · '.join(map(text, found[1]))}"] if found else []


def statement_lines(statements: Iterable[Statement]) -> list[str]:
    """A list, with pytest's own lines in a block below what they belong to."""
    lines: list[str] = []
    for statement in statements:
        lines.append(f"- **{statement.word}**: {text(statement.text)}")
        if statement.detail:
            lines += ["", *("  " + line for line in _fenced(statement.detail)), ""]
    return lines


def _fenced(detail: str) -> Iterator[str]:
    """A code block whose fence is longer than any that the text holds."""
    shown = printable(detail, keep_newlines=True)
    fence = "`" * max(3, 1 + max(map(len, _BACKTICKS.findall(shown)), default=0))
    yield fence + "text"
    yield from shown.splitlines()
    yield fence
