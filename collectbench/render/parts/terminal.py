"""What text for a terminal is drawn with: styles, statements, and tables that fit its width."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from collectbench.render.parts.escape import printable
from collectbench.render.parts.layout import display_width, fill, fold, pad
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.prose import Statement
from collectbench.render.parts.tables import Column, Table

_BREAK = re.compile(r"(?<!\d) | (?!(?:m?s|%|[KMG]iB)(?:\W|$))")
GAP = 2  # blanks between columns, in tabulate's format "simple"

RED, GREEN, YELLOW, CYAN, BOLD, DIM = "31", "32", "33", "36", "1", "2"
STYLES = {
    **dict.fromkeys(("pass", "ok"), GREEN),
    **dict.fromkeys(("fail", "error", "failed", "crashed", "timeout", "collection-errors"), RED),
    **dict.fromkeys(("inconclusive", "incomparable", "empty", "goal", "warning", "miss"), YELLOW),
    **dict.fromkeys(("hint", "note"), CYAN),
    **dict.fromkeys(("floor", "unknown"), DIM),
}


def join_blocks(blocks: Iterable[list[str]]) -> str:
    """Blocks of lines with an empty line between them, ending in a newline; those that say nothing are left out."""
    return "\n\n".join("\n".join(block) for block in blocks if any(block)) + "\n"


def style(text: str, code: str, options: RenderOptions) -> str:
    """`text` in an ANSI style, where colour is wanted."""
    return f"\x1b[{code}m{text}\x1b[0m" if options.color and text and code else text


def dim(lines: Iterable[str], options: RenderOptions) -> list[str]:
    """Lines that stand back."""
    return [style(line, DIM, options) for line in lines]


def flow(pieces: Iterable[str], width: int) -> list[str]:
    """Pieces with dots between them, in as many lines as they need."""
    return fill(map(printable, pieces), width, separator=" · ", indent="")


def titled(title: str, pieces: Iterable[str], width: int) -> list[str]:
    """A title with pieces below it, indented."""
    return [*sentence(f"{title}:", width), *("  " + line for line in flow(pieces, width - 2))]


def sentence(text: str, width: int) -> list[str]:
    """Words in as many lines as they need; a number stays with its unit."""
    return fill(_BREAK.split(printable(text)), width)


def statement_lines(statement: Statement, options: RenderOptions) -> list[str]:
    """`word: text`, and the details below it, indented and folded."""
    word = statement.word
    first, *rest = sentence(f"{word}: {statement.text}", options.width)
    styled = style(word, STYLES.get(word, ""), options) + first[len(word) :]
    detail = printable(statement.detail, keep_newlines=True).splitlines()
    return [styled, *rest, *("  " + part for line in detail for part in fold(line.rstrip(), options.width - 2))]


def all_statement_lines(statements: Iterable[Statement], options: RenderOptions) -> list[str]:
    """One statement after the other."""
    return [line for statement in statements for line in statement_lines(statement, options)]


def table_lines(table: Table, options: RenderOptions) -> list[str]:
    """A table with its titles, rules and footnotes; nothing where it has no rows.

    Labels are shortened and columns left out until it fits.
    """
    if not table.rows:
        return []
    labels = [[label.title, *map(printable, label.texts)] for label in table.labels]
    natural = [max(map(display_width, texts)) for texts in labels]
    gaps = GAP * (len(labels) - 1)
    least = sum(min(size, label.room) for size, label in zip(natural, table.labels, strict=True))
    shown = _columns_that_fit(table.columns, options.width - gaps - least)
    rooms = _share(options.width - gaps - _total_width(shown), natural)
    fitted = (
        [pad(label.cut(text, room), room) for text in texts]
        for label, texts, room in zip(table.labels, labels, rooms, strict=True)
    )
    lines = _lay_out([(" " * GAP).join(row) for row in zip(*fitted, strict=True)], shown, options)
    rule = (" " * GAP).join("-" * size for size in (*rooms, *map(_width, shown)))
    lines.insert(1, rule)
    if table.rows > table.parts > 0:
        lines.insert(2 + table.parts, rule)
    return lines + dim(_footnotes(table, shown, options.width), options)


def _share(room: int, natural: Sequence[int]) -> list[int]:
    """Terminal columns for each label: what it needs, or an equal part of what those that need less have left."""
    rooms: dict[int, int] = {}
    for position in sorted(range(len(natural)), key=natural.__getitem__):
        left = room - sum(rooms.values())
        rooms[position] = max(min(natural[position], left // (len(natural) - len(rooms))), 1)
    return [rooms[position] for position in range(len(natural))]


def _columns_that_fit(columns: Sequence[Column], room: int) -> list[Column]:
    """As many columns as `room` holds, in their order; those with the highest `drop` go first."""
    shown = list(columns)
    while shown and _total_width(shown) > room:
        shown.remove(max(shown, key=lambda column: column.drop))
    return shown


def _total_width(columns: Sequence[Column]) -> int:
    return sum(GAP + _width(column) for column in columns)


def _width(column: Column) -> int:
    return max(map(display_width, (column.title, *column.cells)))


def _lay_out(labels: Sequence[str], columns: Sequence[Column], options: RenderOptions) -> list[str]:
    """The title line and a line for each row; `labels` are all of the same width.

    tabulate counts code points, or columns where the optional wcwidth is installed. So that wide
    names align either way, it lays out stand-ins of the same width, which the labels then replace.
    The titles are a row as any other: tabulate would make columns wider than their headers.
    """
    from tabulate import tabulate

    room = display_width(labels[0])
    cells = ([style(cell, STYLES.get(cell, ""), options) for cell in column.cells] for column in columns)
    titled_cells = ([column.title, *column_cells] for column, column_cells in zip(columns, cells, strict=True))
    lines = tabulate(
        list(zip(["x" * room] * len(labels), *titled_cells, strict=True)),
        tablefmt="plain",
        disable_numparse=True,
        colalign=("left", *("right" if column.right else "left" for column in columns)),
    ).splitlines()
    return [(label + line[room:]).rstrip() for label, line in zip(labels, lines, strict=True)]


def _footnotes(table: Table, shown: Sequence[Column], width: int) -> Iterator[str]:
    for column in shown:
        if column.footnote:
            yield from sentence(column.footnote, width)
    if left_out := [column.title for column in table.columns if column.title and column not in shown]:
        yield from sentence(f"left out at this width: {', '.join(left_out)}", width)
