"""A table as columns of text, for any format; and the table of a list of targets.

Cells of columns are our own words and numbers. Labels come from the measured project, raw.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto

from collectbench.model.target import Target, TargetList
from collectbench.model.units import format_duration
from collectbench.render.parts.quantities import count, pluralize

PATHS_SHOWN, LABEL_ROOM = 1, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A title over cells. If the line is too narrow, the column with the highest `drop` is omitted first."""

    title: str
    cells: tuple[str, ...]
    drop: int
    right: bool = True
    footnote: str = ""


class TooWide(Enum):
    """What happens to a text that is wider than its room."""

    SHORTENED = auto()
    """It loses its middle."""
    ON_ITS_OWN_LINE = auto()
    """Nothing of it is lost, as readers copy a path to open it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """A title over texts from the measured project, raw.

    Columns are omitted before labels get fewer terminal columns than `room`.
    """

    title: str
    texts: tuple[str, ...]
    room: int = LABEL_ROOM
    too_wide: TooWide = TooWide.SHORTENED


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
    return Table(labels=(places("target", names),), columns=tuple(columns), parts=parts)


def places(title: str, texts: Iterable[str], room: int = LABEL_ROOM) -> Labels:
    """Return paths, with a line or without one, and names that are paths."""
    return Labels(title=title, texts=tuple(texts), room=room, too_wide=TooWide.ON_ITS_OWN_LINE)


def listing_table(listing: TargetList) -> Table:
    """Return every target with the paths that pytest gets for it."""
    suite = () if listing.suite is None else (listing.suite,)
    targets = (*listing.targets, *suite)
    budgets = tuple(map(_time_budget, targets))
    return Table(
        labels=(places("target", (target.name for target in targets)), places("paths", map(_paths, targets))),
        columns=(Column(title="budget", cells=budgets, drop=1),) if any(budgets) else (),
        parts=len(listing.targets),
    )


def _paths(target: Target) -> str:
    shown = list(target.paths[:PATHS_SHOWN])
    surplus = [f"and {count(len(target.paths) - PATHS_SHOWN)} more"] if len(target.paths) > PATHS_SHOWN else []
    ignored = [f"without {pluralize(len(target.ignored), 'directory', 'directories')}"] if target.ignored else []
    return ", ".join((*(shown or ["chosen by pytest"]), *surplus, *ignored))


def _time_budget(target: Target) -> str:
    return format_duration(target.limits.budget_s) if target.limits.budget_s else ""
