"""The tables of a profile, one function for each kind of cost; the rows come in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from collectbench.model.costs import (
    CollectorCost,
    EventCount,
    HookCost,
    ImportCost,
    LineCost,
    ParametrizedCost,
    PluginCost,
)
from collectbench.model.run import WaitSite
from collectbench.render.parts.escape import printable
from collectbench.render.parts.quantities import MISSING, count, time_scale
from collectbench.render.parts.tables import LABEL_ROOM, Column, Labels, Table, places
from collectbench.render.profile.imports import import_site, place
from collectbench.render.profile.waiting import waiting_column

MODULE_ROOM, PLACE_ROOM = 24, 26
"""Terminal columns for a module and for the line that imports it; a narrower terminal omits a column of figures."""
FLOOR = "floor"
FLOOR_NOTE = "floor: pytest needs it anyway"


def _labels(title: str, texts: Iterable[str], room: int = LABEL_ROOM) -> Labels:
    return Labels(title=title, texts=tuple(texts), room=room)


def _column(title: str, cells: Iterable[str], drop: int, *, right: bool = True) -> Column:
    return Column(title=title, cells=tuple(cells), drop=drop, right=right)


def imports_table(rows: Sequence[ImportCost]) -> Table:
    """Return modules with the line that imports each and the time that it would save to remove the imports."""
    scale = time_scale(row.inclusive_s for row in rows)
    joint = _column("joint", (FLOOR if row.floor else scale.amount(row.saving_joint_s) for row in rows), 0)
    return Table(
        labels=(
            _labels(
                "module", (f"{row.module} ({row.error})" if row.error else row.module for row in rows), MODULE_ROOM
            ),
            places("imported at", map(import_site, rows), PLACE_ROOM),
        ),
        columns=(
            replace(joint, footnote=FLOOR_NOTE) if any(row.floor for row in rows) else joint,
            *waiting_column(((row.waited_s, row.self_s) for row in rows), scale, 1),
            _column("alone", (MISSING if row.floor else scale.amount(row.saving_alone_s) for row in rows), 2),
            _column("inclusive", (scale.amount(row.inclusive_s) for row in rows), 3),
            _column("self", (scale.amount(row.self_s) for row in rows), 4),
            _column("origin", (row.origin.value for row in rows), 5, right=False),
            _column("bytecode", (printable(row.bytecode) or MISSING for row in rows), 6, right=False),
        ),
        parts=len(rows),
    )


def lines_table(rows: Sequence[LineCost]) -> Table:
    """Return lines of the project with their sampled times."""
    scale = time_scale(row.sampled_s for row in rows)
    return Table(
        labels=(
            places("line", (place(row.path, row.line) for row in rows)),
            _labels("function", (row.function for row in rows)),
        ),
        columns=(
            _column("time", (scale.amount(row.sampled_s) for row in rows), 0),
            *waiting_column(((row.waited_s, row.sampled_s) for row in rows), scale, 1),
        ),
        parts=len(rows),
    )


def waits_table(rows: Sequence[WaitSite]) -> Table:
    """Return the lines at which the main thread waited, with the process or socket that they used."""
    scale = time_scale(row.waited_s for row in rows)
    operations = (row.operation + (f" ({count(row.count)} times)" if row.count > 1 else "") for row in rows)
    return Table(
        labels=(
            places("line", (place(row.path, row.line) for row in rows)),
            _labels("starts or uses", (operation or MISSING for operation in operations)),
        ),
        columns=(_column("waiting", (scale.amount(row.waited_s) for row in rows), 0),),
        parts=len(rows),
    )


def collectors_table(rows: Sequence[CollectorCost]) -> Table:
    """Return collectors with their times and items."""
    scale = time_scale(row.inclusive_s for row in rows)
    return Table(
        labels=(
            places("collector", (row.nodeid or MISSING for row in rows)),
            _labels("type", (row.type for row in rows)),
        ),
        columns=(
            _column("self", (scale.amount(row.self_s) for row in rows), 0),
            *waiting_column(((row.waited_s, row.self_s) for row in rows), scale, 1),
            _column("inclusive", (scale.amount(row.inclusive_s) for row in rows), 2),
            _column("items", (count(row.items) for row in rows), 3),
        ),
        parts=len(rows),
    )


def parametrized_table(rows: Sequence[ParametrizedCost]) -> Table:
    """Return test functions with their items and the time to make them."""
    scale = time_scale(row.inclusive_s for row in rows)
    return Table(
        labels=(places("test function", (row.nodeid for row in rows)),),
        columns=(
            _column("items", (count(row.items) for row in rows), 1),
            _column("time", (scale.amount(row.inclusive_s) for row in rows), 0),
        ),
        parts=len(rows),
    )


def plugins_table(rows: Sequence[PluginCost]) -> Table:
    """Return plugins and conftests with the time that it would save to remove each."""
    scale = time_scale(max(row.saving_s, row.load_s, row.hooks_s) for row in rows)
    return Table(
        labels=(
            places("plugin or conftest", (row.name for row in rows)),
            _labels("kind", (row.kind for row in rows)),
        ),
        columns=(
            _column("saving", (scale.amount(row.saving_s) for row in rows), 0),
            _column("load", (scale.amount(row.load_s) for row in rows), 1),
            _column("hooks", (scale.amount(row.hooks_s) for row in rows), 2),
        ),
        parts=len(rows),
    )


def hooks_table(rows: Sequence[HookCost]) -> Table:
    """Return hook implementations with their calls and times."""
    scale = time_scale(row.self_s for row in rows)
    return Table(
        labels=(_labels("hook", (row.hook for row in rows)), places("plugin", (row.plugin for row in rows))),
        columns=(
            _column("calls", (count(row.calls) for row in rows), 2),
            _column("self", (scale.amount(row.self_s) for row in rows), 0),
            *waiting_column(((row.waited_s, row.self_s) for row in rows), scale, 1),
        ),
        parts=len(rows),
    )


def events_table(rows: Sequence[EventCount]) -> Table:
    """Return audit events with the line of the project that caused each."""
    return Table(
        labels=(
            _labels("event", (row.kind for row in rows)),
            places("at", (place(row.path, row.line) for row in rows)),
            places("example", (row.detail or MISSING for row in rows)),
        ),
        columns=(_column("count", (count(row.count) for row in rows), 0),),
        parts=len(rows),
    )
