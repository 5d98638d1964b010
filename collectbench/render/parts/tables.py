"""A table as columns of text, for any format; and the table of a list of targets.

Cells of columns are our own words and numbers. Labels come from the measured project, raw.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from collectbench.model.target import Target, TargetList
from collectbench.model.units import format_duration
from collectbench.render.parts.escape import printable
from collectbench.render.parts.layout import shorten
from collectbench.render.parts.quantities import count, pluralize

PATHS_SHOWN, PATH_ROOM, LABEL_ROOM = 1, 32, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A title over cells. If the line is too narrow, the column with the highest `drop` is omitted first."""

    title: str
    cells: tuple[str, ...]
    drop: int
    right: bool = True
    footnote: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """A title over texts from the measured project, raw; a format shortens them if the line is too narrow.

    Columns are omitted before labels get fewer terminal columns than `room`. `cut` shortens a text to a width.
    """

    title: str
    texts: tuple[str, ...]
    room: int = LABEL_ROOM
    cut: Callable[[str, int], str] = shorten


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns beside one or more labels; the first `parts` rows are parts, the other rows are about all parts."""

    labels: tuple[Labels, ...]
    columns: tuple[Column, ...]
    parts: int

    @property
    def rows(self) -> int:
        """The number of rows, without the titles."""
        return len(self.labels[0].texts)


def target_table(names: Iterable[str], columns: Iterable[Column], parts: int) -> Table:
    """Return a row for each name: first `parts` targets, then the rows about all of them."""
    return Table(labels=(Labels(title="target", texts=tuple(names)),), columns=tuple(columns), parts=parts)


def listing_table(listing: TargetList) -> Table:
    """Return every target with the paths that pytest gets for it."""
    suite = () if listing.suite is None else (listing.suite,)
    targets = (*listing.targets, *suite)
    columns = [Column(title="paths", cells=tuple(map(_paths, targets)), drop=0, right=False)]
    if any(target.limits.budget_s for target in targets):
        columns.append(Column(title="budget", cells=tuple(map(_time_budget, targets)), drop=1))
    return target_table((target.name for target in targets), columns, len(listing.targets))


def _paths(target: Target) -> str:
    shown = [printable(shorten(path, PATH_ROOM)) for path in target.paths[:PATHS_SHOWN]]
    surplus = [f"and {count(len(target.paths) - PATHS_SHOWN)} more"] if len(target.paths) > PATHS_SHOWN else []
    ignored = [f"without {pluralize(len(target.ignored), 'directory', 'directories')}"] if target.ignored else []
    return ", ".join((*(shown or ["chosen by pytest"]), *surplus, *ignored))


def _time_budget(target: Target) -> str:
    return format_duration(target.limits.budget_s) if target.limits.budget_s else ""
