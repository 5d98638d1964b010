"""The sections of a profile, each a table of its largest rows, whatever the format will make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from collectbench.model.profile import CollectorCost, EventCount, HookCost, ImportCost, PluginCost, Profile, Share
from collectbench.render.escape import printable
from collectbench.render.quantities import MISSING, count, counted, time_scale
from collectbench.render.tables import LABEL_ROOM, Column, Labels, Table

T = TypeVar("T")

BAR = 30
"""Columns of the bar that stands for the whole round: with a name, a time and a percentage it fits 80."""
EIGHTHS: tuple[str, ...] = ("", *"▏▎▍▌▋▊▉")
IMPORT_ROOM = 24
"""Terminal columns for a module and for the line that imports it, before a figure is left out."""
FLOOR = "floor"
LEGEND = "joint: saved if all these lines change; alone: if one; floor: pytest needs it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table of a profile under its title; `legend` explains its columns."""

    title: str
    table: Table
    legend: str = ""


def ranked_sections(profile: Profile, top: int) -> Iterator[Section]:
    """The sections that hold anything, what is worth most first, `top` rows each."""
    if profile.imports:
        title, imports = _first(
            "imports, by what it would save to change their lines", profile.imports, top, _import_rank
        )
        yield Section(title=title, table=_imports(imports), legend=LEGEND)
    if profile.collectors:
        title, collectors = _first("collectors, by own time", profile.collectors, top, lambda row: (-row.self_s,))
        yield Section(title=title, table=_collectors(collectors))
    if profile.plugins:
        title, plugins = _first("plugins", profile.plugins, top, lambda row: (-row.load_s - row.hooks_s,))
        yield Section(title=title, table=_plugins(plugins))
    if profile.hooks:
        title, hooks = _first("hooks, by implementation", profile.hooks, top, lambda row: (-row.self_s,))
        yield Section(title=title, table=_hooks(hooks))
    if profile.events:
        title, events = _first("events, by line", profile.events, top, lambda row: (-row.count,))
        yield Section(title=title, table=_events(events))


def _first(title: str, rows: Sequence[T], top: int, rank: Callable[[T], tuple[float, ...]]) -> tuple[str, list[T]]:
    """The `top` rows of lowest rank, under a title that tells how many there are."""
    bounded = f"{title} ({count(top)} of {count(len(rows))})" if len(rows) > top else title
    return bounded, sorted(rows, key=rank)[:top]


def _import_rank(row: ImportCost) -> tuple[float, ...]:
    return (row.floor, -row.saving_joint_s, -row.inclusive_s)


def _labels(title: str, texts: Iterable[str], room: int = LABEL_ROOM) -> Labels:
    return Labels(title=title, texts=tuple(texts), room=room)


def _column(title: str, cells: Iterable[str], drop: int, *, right: bool = True) -> Column:
    return Column(title=title, cells=tuple(cells), drop=drop, right=right)


def _place(path: str, line: int) -> str:
    return f"{path}:{line}" if path else MISSING


def waterfall(profile: Profile, top: int) -> Table:
    """The `top` largest shares with their bars, the rest in one, and the whole below."""
    whole_s = profile.traced_wall_s
    shares = _largest(profile.shares, top)
    rows = (*shares, Share(name="traced round", seconds=whole_s))
    scale = time_scale([whole_s])
    return Table(
        labels=(_labels("part", (row.name for row in rows)),),
        columns=(
            _column("time", (scale.amount(row.seconds) for row in rows), 0),
            _column("share", (_percent(row.seconds, whole_s) for row in rows), 1),
            _column("", (*(_bar(row.seconds, whole_s) for row in shares), ""), 2, right=False),
        ),
        parts=len(shares),
    )


def _largest(shares: tuple[Share, ...], top: int) -> tuple[Share, ...]:
    """The `top` largest shares in the order in which they stand, and the sum of the others."""
    if len(shares) <= top + 1:
        return shares
    order = sorted(range(len(shares)), key=lambda position: -shares[position].seconds)
    kept, rest = sorted(order[:top]), order[top:]
    others = Share(name=counted(len(rest), "other"), seconds=sum(shares[position].seconds for position in rest))
    return (*(shares[position] for position in kept), others)


def _percent(seconds: float, whole_s: float) -> str:
    return f"{round(100 * seconds / whole_s, 1) + 0.0:.1f} %" if whole_s else MISSING


def _bar(seconds: float, whole_s: float) -> str:
    share = min(max(seconds / whole_s, 0.0), 1.0) if whole_s else 0.0
    eighths = round(8 * BAR * share)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8]


def _imports(rows: Sequence[ImportCost]) -> Table:
    scale = time_scale(row.inclusive_s for row in rows)
    return Table(
        labels=(
            _labels(
                "module", (f"{row.module} ({row.error})" if row.error else row.module for row in rows), IMPORT_ROOM
            ),
            _labels("first imported at", map(_where, rows), IMPORT_ROOM),
        ),
        columns=(
            _column("joint", (FLOOR if row.floor else scale.amount(row.saving_joint_s) for row in rows), 0),
            _column("alone", (MISSING if row.floor else scale.amount(row.saving_alone_s) for row in rows), 1),
            _column("inclusive", (scale.amount(row.inclusive_s) for row in rows), 2),
            _column("self", (scale.amount(row.self_s) for row in rows), 3),
            _column("origin", (row.origin.value for row in rows), 4, right=False),
            _column("bytecode", (printable(row.bytecode) or MISSING for row in rows), 5, right=False),
        ),
        parts=len(rows),
    )


def _where(row: ImportCost) -> str:
    """The first of the lines that import it, and how many more there are."""
    if not row.importers:
        return MISSING
    first, more = row.importers[0], len(row.importers) - 1
    return _place(first.path, first.line) + (f" +{count(more)}" if more else "")


def _collectors(rows: Sequence[CollectorCost]) -> Table:
    scale = time_scale(row.inclusive_s for row in rows)
    return Table(
        labels=(
            _labels("collector", (row.nodeid or MISSING for row in rows)),
            _labels("type", (row.type for row in rows)),
        ),
        columns=(
            _column("self", (scale.amount(row.self_s) for row in rows), 0),
            _column("inclusive", (scale.amount(row.inclusive_s) for row in rows), 1),
            _column("found", (count(row.items) for row in rows), 2),
        ),
        parts=len(rows),
    )


def _plugins(rows: Sequence[PluginCost]) -> Table:
    scale = time_scale(max(row.load_s, row.hooks_s) for row in rows)
    return Table(
        labels=(_labels("plugin or conftest", (row.name for row in rows)),),
        columns=(
            _column("kind", (printable(row.kind) for row in rows), 2, right=False),
            _column("load", (scale.amount(row.load_s) for row in rows), 0),
            _column("hooks", (scale.amount(row.hooks_s) for row in rows), 1),
        ),
        parts=len(rows),
    )


def _hooks(rows: Sequence[HookCost]) -> Table:
    scale = time_scale(row.self_s for row in rows)
    return Table(
        labels=(_labels("hook", (row.hook for row in rows)), _labels("plugin", (row.plugin for row in rows))),
        columns=(
            _column("calls", (count(row.calls) for row in rows), 1),
            _column("self", (scale.amount(row.self_s) for row in rows), 0),
        ),
        parts=len(rows),
    )


def _events(rows: Sequence[EventCount]) -> Table:
    return Table(
        labels=(
            _labels("event", (f"{row.kind} {row.detail}".rstrip() for row in rows)),
            _labels("at", (_place(row.path, row.line) for row in rows)),
        ),
        columns=(_column("count", (count(row.count) for row in rows), 0),),
        parts=len(rows),
    )
