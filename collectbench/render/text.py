"""Text for a terminal: a table, then statements, nothing wider than the terminal (of 80 columns or more)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collectbench.model.comparison import Comparison
from collectbench.model.report import Document, RunReport
from collectbench.model.target import TargetList
from collectbench.render.escape import printable
from collectbench.render.layout import display_width, fill, fold, pad, shorten
from collectbench.render.prose import (
    Statement,
    comparison_stamp,
    comparison_statements,
    listing_stamp,
    phases,
    run_stamp,
    run_statements,
)
from collectbench.render.tables import Column, Table, comparison_table, listing_table, run_table

GAP = 2  # blanks between columns, in tabulate's format "simple"
NAME_ROOM = 20
"""Columns are left out before names get fewer terminal columns than this."""

RED, GREEN, YELLOW, CYAN, BOLD, DIM = "31", "32", "33", "36", "1", "2"
STYLES = {
    "pass": GREEN,
    **dict.fromkeys(("fail", "error", "failed", "crashed", "timeout", "collection-errors"), RED),
    **dict.fromkeys(("inconclusive", "incomparable", "empty", "goal"), YELLOW),
    **dict.fromkeys(("hint", "note"), CYAN),
}


def render(document: Document, *, width: int, color: bool, verbose: bool = False) -> str:
    """A document as text, ending in a newline; `color` adds ANSI styles to words of our own."""
    if isinstance(document, Comparison):
        head = comparison_stamp(document)
        table = comparison_table(document)
        middle: list[str] = []
        *statements, last = comparison_statements(document, verbose=verbose)
        style = f"{BOLD};{STYLES[document.verdict.value]}"
        ending = [_style(line, style, color=color) for line in _statement_lines(last, width, color=False)]
    elif isinstance(document, TargetList):
        head = listing_stamp(document)
        table = listing_table(document)
        middle, statements, ending = [], [], []
    else:
        head = run_stamp(document.run)
        table = run_table(document)
        middle = _phase_lines(document, width)
        statements, ending = list(run_statements(document)), []
    blocks = [
        [_style(line, DIM, color=color) for line in _pieces(head, width)],
        _table_lines(table, width, color=color),
        middle,
        [line for statement in statements for line in _statement_lines(statement, width, color=color)],
        ending,
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _style(text: str, code: str, *, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color and text and code else text


def _pieces(pieces: Iterable[str], width: int) -> list[str]:
    return fill(map(printable, pieces), width, separator=" · ", indent="")


def _phase_lines(report: RunReport, width: int) -> list[str]:
    found = phases(report)
    if found is None:
        return []
    title, pieces = found
    lines = fill([printable(title) + ":"], width)
    return lines + ["  " + line for line in fill(pieces, width - 2, separator=" · ", indent="")]


def _statement_lines(statement: Statement, width: int, *, color: bool) -> list[str]:
    word = statement.word
    first, *rest = fill(printable(f"{word}: {statement.text}").split(" "), width)
    styled = _style(word, STYLES.get(word, ""), color=color) + first[len(word) :]
    detail = printable(statement.detail, keep_newlines=True).splitlines()
    return [styled, *rest, *("  " + part for line in detail for part in fold(line.rstrip(), width - 2))]


def _table_lines(table: Table, width: int, *, color: bool) -> list[str]:
    names = ["target", *map(printable, table.names)]
    natural = max(map(display_width, names))
    shown = _columns_that_fit(table.columns, width - min(natural, NAME_ROOM))
    room = max(min(natural, width - _total_width(shown)), 1)
    names = [pad(shorten(name, room), room) for name in names]
    lines = _lay_out(names, shown, room, color=color)
    rule = (" " * GAP).join("-" * size for size in (room, *map(_width, shown)))
    lines.insert(1, rule)
    if len(table.names) > table.parts > 0:
        lines.insert(2 + table.parts, rule)
    return lines + [_style(line, DIM, color=color) for line in _footnotes(table, shown, width)]


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


def _lay_out(names: Sequence[str], columns: Sequence[Column], room: int, *, color: bool) -> list[str]:
    """The title line and a line for each row; `names` are all `room` wide.

    tabulate counts code points, or columns where the optional wcwidth is installed. So that wide
    names align either way, it lays out stand-ins of the same width, which the names then replace.
    The titles are a row as any other: tabulate would make columns wider than their headers.
    """
    from tabulate import tabulate

    cells = ([_style(cell, STYLES.get(cell, ""), color=color) for cell in column.cells] for column in columns)
    titled = ([column.title, *column_cells] for column, column_cells in zip(columns, cells, strict=True))
    lines = tabulate(
        list(zip(["x" * room] * len(names), *titled, strict=True)),
        tablefmt="plain",
        disable_numparse=True,
        colalign=("left", *("right" if column.right else "left" for column in columns)),
    ).splitlines()
    return [(name + line[room:]).rstrip() for name, line in zip(names, lines, strict=True)]


def _footnotes(table: Table, shown: Sequence[Column], width: int) -> list[str]:
    notes = [column.footnote for column in shown if column.footnote]
    if left_out := [column.title for column in table.columns if column not in shown]:
        notes.append(f"left out at this width: {', '.join(left_out)}")
    return [line for note in notes for line in fill(note.split(" "), width)]
