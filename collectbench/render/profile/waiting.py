"""How much of the time of a profile was waiting: shown only where it is a part that matters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from collectbench.model.costs import Profile
from collectbench.model.run import WaitSite
from collectbench.model.units import format_duration
from collectbench.render.parts.escape import printable
from collectbench.render.parts.places import is_outside
from collectbench.render.parts.quantities import MISSING, TimeScale
from collectbench.render.parts.tables import Column
from collectbench.render.profile.imports import place

SHORTEST_S, LEAST_PART = 0.005, 0.05
"""Less waiting, or a smaller part of a time, is not shown."""
MOST_REMEDIES = 3
WAITING_NOTE = "waiting: the part of it for time, files, sockets, locks, threads or children"
_REMEDIES = (
    ("subprocess", "run it once in a session fixture, or keep its output in a file"),
    ("socket", "connect in a fixture, so that only tests that need the connection wait for it"),
    ("", "wait in a fixture, so that only tests that need it wait"),
)


def matters(waited_s: float, whole_s: float) -> bool:
    """Return whether waiting is a part of a time that is worth showing."""
    return waited_s >= max(SHORTEST_S, LEAST_PART * whole_s)


def waiting_column(times_s: Iterable[tuple[float, float]], scale: TimeScale, drop: int) -> Iterator[Column]:
    """Yield a column of waits, given each row's waiting and its whole time; none if no wait matters."""
    shown = [(waited_s, matters(waited_s, whole_s)) for waited_s, whole_s in times_s]
    if any(is_shown for _, is_shown in shown):
        cells = tuple(scale.amount(waited_s) if is_shown else MISSING for waited_s, is_shown in shown)
        yield Column(title="waiting", cells=cells, drop=drop)


def waiting_fact(profile: Profile) -> Iterator[str]:
    """Yield how long the main thread waited in the traced round."""
    waited_s, whole_s = profile.waited_s, profile.traced_wall_s
    if waited_s is not None and whole_s and matters(waited_s, whole_s):
        yield f"waiting {format_duration(waited_s)} ({100 * waited_s / whole_s:.0f} % of the traced round)"


def sites_that_matter(profile: Profile) -> list[WaitSite]:
    """Return the lines that waited or began an operation; none if the whole round hardly waited."""
    waited_s = sum(site.waited_s for site in profile.waits)
    return list(profile.waits) if matters(waited_s, profile.traced_wall_s) else []


def remedies(sites: Iterable[WaitSite]) -> Iterator[str]:
    """Yield what to do about each of the first lines."""
    for site in list(sites)[:MOST_REMEDIES]:
        if site.waited_s < SHORTEST_S:
            continue
        yield f"{printable(place(site.path, site.line))}: {_remedy(site)}"


def _remedy(site: WaitSite) -> str:
    if not site.path or is_outside(site.path):
        return "no line of the project calls it; configure or omit what does"
    return next(text for kind, text in _REMEDIES if site.operation.startswith(kind))
