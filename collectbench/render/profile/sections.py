"""The sections of a profile, each a table of its largest rows, for any format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from collectbench.model.costs import (
    Profile,
)
from collectbench.render.parts.quantities import count
from collectbench.render.parts.tables import Table
from collectbench.render.profile.imports import without_submodules
from collectbench.render.profile.tables import (
    collectors_table,
    events_table,
    hooks_table,
    imports_table,
    lines_table,
    parametrized_table,
    plugins_table,
    waits_table,
)
from collectbench.render.profile.waiting import remedies, sites_that_matter

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A table of a profile under its title; each line of `legend` explains some of its columns."""

    title: str
    table: Table
    legend: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind(Generic[T]):
    """The common part of all sections of one kind; rows with the lowest `rank` come first."""

    title: str
    rank: Callable[[T], tuple[float, ...]]
    table: Callable[[Sequence[T]], Table]
    legend: tuple[str, ...] = ()

    def section(self, rows: Sequence[T], top: int, *, total: int | None = None) -> Iterator[Section]:
        """Yield the first `top` rows, under a title with the number of all rows; nothing if there are no rows."""
        if rows:
            shown, total = sorted(rows, key=self.rank)[:top], len(rows) if total is None else total
            title = f"{self.title} ({count(len(shown))} of {count(total)})" if total > len(shown) else self.title
            yield Section(title=title, table=self.table(shown), legend=self.legend)


_IMPORTS = _Kind(
    title="imports, by the time that their removal saves",
    rank=lambda row: (row.floor, -row.saving_joint_s, -row.inclusive_s),
    table=imports_table,
    legend=(
        "joint: time saved if no line imports it or its parts (+n: n more lines)",
        "alone: saved without this line; both include garbage collection and teardown",
        "inclusive: with nested imports; self: without them. Rows overlap.",
        "Submodules that only other packages import are not listed.",
        "To save the time, import it inside the functions that use it, or not at all.",
    ),
)
_LINES = _Kind(
    title="lines of the project that ran, by sampled time",
    rank=lambda row: (-row.sampled_s,),
    table=lines_table,
    legend=(
        "time: with the calls of the line, without its imports",
        "Rows overlap. Time below the sampling interval is not reliable.",
    ),
)
_WAITS = _Kind(
    title="lines at which the main thread waited",
    rank=lambda row: (-row.waited_s,),
    table=waits_table,
    legend=("waiting: of the main thread, also for children; queueing for a CPU is not in it",),
)
_COLLECTORS = _Kind(
    title="collectors, by own time",
    rank=lambda row: (-row.self_s,),
    table=collectors_table,
    legend=("self: with hooks that make its items, without nested imports and collectors",),
)
_PARAMETRIZED = _Kind(
    title="test functions, by the time to make their items",
    rank=lambda row: (-row.inclusive_s,),
    table=parametrized_table,
    legend=("items: one for each set of parameters; time: with the hooks that make them",),
)
_PLUGINS = _Kind(
    title="plugins, by the time that their removal saves",
    rank=lambda row: (-row.saving_s, -row.load_s - row.hooks_s),
    table=plugins_table,
    legend=("saving: its hooks, and imports that only it needs; load: with all its imports",),
)
_HOOKS = _Kind(
    title="hooks, by implementation",
    rank=lambda row: (-row.self_s,),
    table=hooks_table,
    legend=(
        "self: without nested imports, collectors and hooks",
        "The plugins python, main, runner, funcmanage … belong to pytest.",
    ),
)
_EVENTS = _Kind(
    title="events, by line",
    rank=lambda row: (-row.count,),
    table=events_table,
    legend=("Audit events of Python, counted at the line of the project that caused them.",),
)


def ranked_sections(profile: Profile, top: int) -> Iterator[Section]:
    """Yield the sections that have rows, each with its `top` most expensive ones."""
    yield from _IMPORTS.section(without_submodules(profile.imports), top, total=len(profile.imports))
    yield from _LINES.section(profile.lines, top)
    waits = sites_that_matter(profile)
    for section in _WAITS.section(waits, top):
        yield replace(section, legend=(*section.legend, *remedies(waits)))
    yield from _COLLECTORS.section(profile.collectors, top)
    yield from _PARAMETRIZED.section(profile.parametrized, top)
    yield from _PLUGINS.section(profile.plugins, top)
    yield from _HOOKS.section(profile.hooks, top)
    yield from _EVENTS.section(profile.events, top)
