"""The elements of text for a terminal: styles, statements, and tables that fit its width."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence

from collectbench.model.reason import is_command
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
    """Return blocks of lines with an empty line between them, ending in a newline; empty blocks are omitted."""
    return "\n\n".join("\n".join(block) for block in blocks if any(block)) + "\n"


def style(text: str, code: str, options: RenderOptions) -> str:
    """Return `text` in an ANSI style if the reader wants colour."""
    return f"\x1b[{code}m{text}\x1b[0m" if options.color and text and code else text


def dim(lines: Iterable[str], options: RenderOptions) -> list[str]:
    """Return lines in a faint style."""
    return [style(line, DIM, options) for line in lines]


def flow(pieces: Iterable[str], width: int) -> list[str]:
    """Return pieces with dots between them, in as many lines as they need."""
    return fill(map(printable, pieces), width, separator=" · ", indent="")


def titled(title: str, pieces: Iterable[str], width: int) -> list[str]:
    """Return a title with pieces below it, indented."""
    return [*sentence(f"{title}:", width), *("  " + line for line in flow(pieces, width - 2))]


def sentence(text: str, width: int) -> list[str]:
    """Return a text in as many lines as it needs; a number stays with its unit."""
    return fill(_BREAK.split(printable(text)), width)


def statement_lines(statement: Statement, options: RenderOptions) -> list[str]:
    """Return `word: text`, and the detail below it, indented and folded."""
    word = statement.word
    first, *rest = sentence(f"{word}: {statement.text}", options.width)
    styled = style(word, STYLES.get(word, ""), options) + first[len(word) :]
    detail = printable(statement.detail, keep_newlines=True).splitlines()
    return [styled, *rest, *(part for line in detail for part in _detail_lines(line.rstrip(), options.width))]


def _detail_lines(line: str, width: int) -> list[str]:
    """Return a line of a statement's detail, folded; a command in lines that a shell takes for one."""
    if is_command(line):
        return command_lines(line.strip(), width)
    return ["  " + part for part in fold(line, width - 2)]


def command_lines(command: str, width: int) -> list[str]:
    """Return a command, indented, in lines that end in a backslash if there are more; a long word is never cut."""
    first, *words = map(shlex.quote, shlex.split(command))
    lines = [f"  {first}"]
    for word in _with_values(words):
        if display_width(f"{lines[-1]} {word} \\") <= width:
            lines[-1] += f" {word}"
        else:
            lines[-1] += " \\"
            lines.append(f"    {word}")
    return lines


def _with_values(words: Iterable[str]) -> list[str]:
    """Return the words of a command; each option has its value beside it."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1].startswith("-") and " " not in joined[-1] and not word.startswith("-"):
            joined[-1] += f" {word}"
        else:
            joined.append(word)
    return joined


def all_statement_lines(statements: Iterable[Statement], options: RenderOptions) -> list[str]:
    """Return the lines of all statements, one after the other."""
    return [line for statement in statements for line in statement_lines(statement, options)]


def table_lines(table: Table, options: RenderOptions) -> list[str]:
    """Return a table with its titles, rules and footnotes; nothing if it has no rows.

    Labels are shortened and columns omitted until the table fits.
    """
    if not table.rows:
        return []
    labels = [[label.title, *map(printable, label.texts)] for label in table.labels]
    natural = [max(map(display_width, texts)) for texts in labels]
    gaps = GAP * (len(labels) - 1)
    narrowest = sum(min(size, label.room) for size, label in zip(natural, table.labels, strict=True))
    shown = _columns_that_fit(table.columns, options.width - gaps - narrowest)
    rooms = _share_room(options.width - gaps - _total_width(shown), natural)
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


def _share_room(room: int, natural: Sequence[int]) -> list[int]:
    """Return terminal columns for each label: its natural width, or an equal part of the room that is left."""
    rooms: dict[int, int] = {}
    for position in sorted(range(len(natural)), key=natural.__getitem__):
        left = room - sum(rooms.values())
        rooms[position] = max(min(natural[position], left // (len(natural) - len(rooms))), 1)
    return [rooms[position] for position in range(len(natural))]


def _columns_that_fit(columns: Sequence[Column], room: int) -> list[Column]:
    """Return as many columns as `room` holds, in their order, without those with the highest `drop`."""
    shown = list(columns)
    while shown and _total_width(shown) > room:
        shown.remove(max(shown, key=lambda column: column.drop))
    return shown


def _total_width(columns: Sequence[Column]) -> int:
    return sum(GAP + _width(column) for column in columns)


def _width(column: Column) -> int:
    return max(map(display_width, (column.title, *column.cells)))


def _lay_out(labels: Sequence[str], columns: Sequence[Column], options: RenderOptions) -> list[str]:
    """Return the title line and a line for each row; all `labels` have the same width.

    tabulate counts code points, or columns if the optional wcwidth is installed. To align wide names
    either way, it lays out placeholders of the same width, which the labels then replace.
    The titles are an ordinary row: tabulate would make columns wider than their headers.
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
    if omitted := [column.title for column in table.columns if column.title and column not in shown]:
        yield from sentence(f"omitted at this width: {', '.join(omitted)}", width)
