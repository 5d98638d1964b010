"""The sections of a profile, each a table of its largest rows, whatever the format will make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from collectbench.model.costs import (
    CollectorCost,
    EventCount,
    HookCost,
    ImportCost,
    LineCost,
    ParametrizedCost,
    PluginCost,
    Profile,
)
from collectbench.render.parts.escape import printable
from collectbench.render.parts.layout import shorten_path
from collectbench.render.parts.quantities import MISSING, count, time_scale
from collectbench.render.parts.tables import LABEL_ROOM, Column, Labels, Table
from collectbench.render.profile.imports import apart, place, where

T = TypeVar("T")

MODULE_ROOM, PLACE_ROOM = 24, 26
"""Terminal columns for a module and for the line that imports it, before a figure is left out."""
FLOOR = "floor"
FLOOR_NOTE = "floor: pytest needs it anyway"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table of a profile under its title; each line of `legend` explains some of its columns."""

    title: str
    table: Table
    legend: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind(Generic[T]):
    """What all sections of one kind have in common; rows of the lowest `rank` come first."""

    title: str
    rank: Callable[[T], tuple[float, ...]]
    table: Callable[[Sequence[T]], Table]
    legend: tuple[str, ...] = ()

    def section(self, rows: Sequence[T], top: int, *, total: int | None = None) -> Iterator[Section]:
        """The first `top` rows, under a title that tells how many there are; nothing where there is no row."""
        if rows:
            shown, total = sorted(rows, key=self.rank)[:top], len(rows) if total is None else total
            title = f"{self.title} ({count(len(shown))} of {count(total)})" if total > len(shown) else self.title
            yield Section(title=title, table=self.table(shown), legend=self.legend)


def ranked_sections(profile: Profile, top: int) -> Iterator[Section]:
    """The sections that hold anything, what is worth most first, `top` rows each."""
    yield from _IMPORTS.section(apart(profile.imports), top, total=len(profile.imports))
    yield from _LINES.section(profile.lines, top)
    yield from _COLLECTORS.section(profile.collectors, top)
    yield from _PARAMETRIZED.section(profile.parametrized, top)
    yield from _PLUGINS.section(profile.plugins, top)
    yield from _HOOKS.section(profile.hooks, top)
    yield from _EVENTS.section(profile.events, top)


def _labels(title: str, texts: Iterable[str], room: int = LABEL_ROOM) -> Labels:
    return Labels(title=title, texts=tuple(texts), room=room)


def _places(title: str, texts: Iterable[str], room: int = LABEL_ROOM) -> Labels:
    return Labels(title=title, texts=tuple(texts), room=room, cut=shorten_path)


def _column(title: str, cells: Iterable[str], drop: int, *, right: bool = True) -> Column:
    return Column(title=title, cells=tuple(cells), drop=drop, right=right)


def _imports(rows: Sequence[ImportCost]) -> Table:
    scale = time_scale(row.inclusive_s for row in rows)
    joint = _column("joint", (FLOOR if row.floor else scale.amount(row.saving_joint_s) for row in rows), 0)
    return Table(
        labels=(
            _labels(
                "module", (f"{row.module} ({row.error})" if row.error else row.module for row in rows), MODULE_ROOM
            ),
            _places("imported at", map(where, rows), PLACE_ROOM),
        ),
        columns=(
            replace(joint, footnote=FLOOR_NOTE) if FLOOR in joint.cells else joint,
            _column("alone", (MISSING if row.floor else scale.amount(row.saving_alone_s) for row in rows), 1),
            _column("inclusive", (scale.amount(row.inclusive_s) for row in rows), 2),
            _column("self", (scale.amount(row.self_s) for row in rows), 3),
            _column("origin", (row.origin.value for row in rows), 4, right=False),
            _column("bytecode", (printable(row.bytecode) or MISSING for row in rows), 5, right=False),
        ),
        parts=len(rows),
    )


def _lines(rows: Sequence[LineCost]) -> Table:
    scale = time_scale(row.sampled_s for row in rows)
    return Table(
        labels=(
            _places("line", (place(row.path, row.line) for row in rows)),
            _labels("function", (row.function for row in rows)),
        ),
        columns=(_column("time", (scale.amount(row.sampled_s) for row in rows), 0),),
        parts=len(rows),
    )


def _collectors(rows: Sequence[CollectorCost]) -> Table:
    scale = time_scale(row.inclusive_s for row in rows)
    return Table(
        labels=(
            _places("collector", (row.nodeid or MISSING for row in rows)),
            _labels("type", (row.type for row in rows)),
        ),
        columns=(
            _column("self", (scale.amount(row.self_s) for row in rows), 0),
            _column("inclusive", (scale.amount(row.inclusive_s) for row in rows), 1),
            _column("found", (count(row.items) for row in rows), 2),
        ),
        parts=len(rows),
    )


def _parametrized(rows: Sequence[ParametrizedCost]) -> Table:
    scale = time_scale(row.inclusive_s for row in rows)
    return Table(
        labels=(_places("test function", (row.nodeid for row in rows)),),
        columns=(
            _column("items", (count(row.items) for row in rows), 1),
            _column("time", (scale.amount(row.inclusive_s) for row in rows), 0),
        ),
        parts=len(rows),
    )


def _plugins(rows: Sequence[PluginCost]) -> Table:
    scale = time_scale(max(row.saving_s, row.load_s, row.hooks_s) for row in rows)
    return Table(
        labels=(
            _places("plugin or conftest", (row.name for row in rows)),
            _labels("kind", (row.kind for row in rows)),
        ),
        columns=(
            _column("saving", (scale.amount(row.saving_s) for row in rows), 0),
            _column("load", (scale.amount(row.load_s) for row in rows), 1),
            _column("hooks", (scale.amount(row.hooks_s) for row in rows), 2),
        ),
        parts=len(rows),
    )


def _hooks(rows: Sequence[HookCost]) -> Table:
    scale = time_scale(row.self_s for row in rows)
    return Table(
        labels=(_labels("hook", (row.hook for row in rows)), _places("plugin", (row.plugin for row in rows))),
        columns=(
            _column("calls", (count(row.calls) for row in rows), 1),
            _column("self", (scale.amount(row.self_s) for row in rows), 0),
        ),
        parts=len(rows),
    )


def _events(rows: Sequence[EventCount]) -> Table:
    return Table(
        labels=(
            _labels("event", (row.kind for row in rows)),
            _places("at", (place(row.path, row.line) for row in rows)),
            _places("such as", (row.detail or MISSING for row in rows)),
        ),
        columns=(_column("count", (count(row.count) for row in rows), 0),),
        parts=len(rows),
    )


_IMPORTS = _Kind(
    title="imports, by what it would save to do without them",
    rank=lambda row: (row.floor, -row.saving_joint_s, -row.inclusive_s),
    table=_imports,
    legend=(
        "joint: saved without any line that imports it or its parts (+n: so many more)",
        "alone: saved without this line; both count garbage collection and teardown",
        "inclusive: its import with all imports within; self: without them; rows overlap",
        "submodules that only other packages import are not listed",
        "to save it: import it inside the functions that use it, or not at all",
    ),
)
_LINES = _Kind(
    title="lines of the project that ran, by sampled time",
    rank=lambda row: (-row.sampled_s,),
    table=_lines,
    legend=(
        "time: with what the line called, without what it imported",
        "samples are taken every few milliseconds: what is less is chance",
    ),
)
_COLLECTORS = _Kind(
    title="collectors, by own time",
    rank=lambda row: (-row.self_s,),
    table=_collectors,
    legend=("self: with the hooks that make its items, without imports and collectors within",),
)
_PARAMETRIZED = _Kind(
    title="test functions, by the time to make their items",
    rank=lambda row: (-row.inclusive_s,),
    table=_parametrized,
    legend=("items: one for each set of parameters; time: with the hooks that make them",),
)
_PLUGINS = _Kind(
    title="plugins, by what it would save to do without them",
    rank=lambda row: (-row.saving_s, -row.load_s - row.hooks_s),
    table=_plugins,
    legend=("saving: what only it imports, and its hooks; load: with all that it imports",),
)
_HOOKS = _Kind(
    title="hooks, by implementation",
    rank=lambda row: (-row.self_s,),
    table=_hooks,
    legend=(
        "self: without the imports, collectors and hooks within; python, main, runner, funcmanage … are pytest's own",
    ),
)
_EVENTS = _Kind(
    title="events, by line",
    rank=lambda row: (-row.count,),
    table=_events,
    legend=("Python's audit events, counted at the line of the project that caused them",),
)
