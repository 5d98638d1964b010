"""Tables of text for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectbench.render.formats.text.terminal import STYLES, dim, sentence, style
from collectbench.render.parts.escape import printable
from collectbench.render.parts.layout import display_width, fold, pad, shorten
from collectbench.render.parts.options import RenderOptions
from collectbench.render.parts.tables import Column, Table, TooWide

GAP = 2  # blanks between columns, in tabulate's format "simple"


def table_lines(table: Table, options: RenderOptions) -> list[str]:
    """Return a table with its titles, rules and footnotes; nothing if it has no rows.

    Columns are omitted until the table fits. Then places get lines of their own, and other labels are shortened.
    """
    if not table.rows:
        return []
    labels = [[label.title, *map(printable, label.texts)] for label in table.labels]
    natural = [max(map(display_width, texts)) for texts in labels]
    gaps = GAP * (len(labels) - 1)
    narrowest = sum(min(size, label.room) for size, label in zip(natural, table.labels, strict=True))
    shown = _columns_that_fit(table.columns, options.width - gaps - narrowest)
    rooms = _share_room(options.width - gaps - _total_width(shown), natural)
    fitted = [
        [pad(_fit(text, room, label.too_wide), room) for text in texts]
        for label, texts, room in zip(table.labels, labels, rooms, strict=True)
    ]
    title, *lines = _lay_out([(" " * GAP).join(row) for row in zip(*fitted, strict=True)], shown, options)
    rule = (" " * GAP).join("-" * size for size in (*rooms, *map(_width, shown)))
    rows = [
        [*above, line, *below]
        for line, above, below in zip(lines, *_own_lines(table, labels, rooms, options.width), strict=True)
    ]
    if table.rows > table.parts > 0:
        rows.insert(table.parts, [rule])
    body = [line for row in rows for line in row]
    return [title, rule, *body, *dim(_footnotes(table, shown, options.width), options)]


def _fit(text: str, room: int, too_wide: TooWide) -> str:
    """Return a text in its room; nothing of it if it is wider and gets a line of its own."""
    if too_wide is TooWide.ON_ITS_OWN_LINE and display_width(text) > room:
        return ""
    return shorten(text, room)


def _own_lines(
    table: Table, labels: Sequence[Sequence[str]], rooms: Sequence[int], width: int
) -> tuple[list[list[str]], list[list[str]]]:
    """Return for each row the lines above it, with its first place, and below it, with the other ones."""
    above: list[list[str]] = [[] for _ in range(table.rows)]
    below: list[list[str]] = [[] for _ in range(table.rows)]
    for position, label in enumerate(table.labels):
        if label.too_wide is not TooWide.ON_ITS_OWN_LINE:
            continue
        lines, indent = (below, "  ") if position else (above, "")
        for row, text in zip(lines, labels[position][1:], strict=True):
            if display_width(text) > rooms[position]:
                row += [indent + part for part in fold(text, width - len(indent))]
    return above, below


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
