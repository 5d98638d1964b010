"""The lines behind a growth of waits: those of head, each held against its counterpart of base."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from collectbench.model.comparison import WaitLocation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.model.run import WaitSite

LEAST_S = 0.005
"""A line that waits less than this longer explains nothing. The probe looks about each 10 ms."""


def wait_locations(base: Sequence[WaitSite], head: Sequence[WaitSite]) -> tuple[WaitLocation, ...]:
    """The lines that wait longer in head than in base, or that start more processes or use more sockets.

    An edit above a line moves it. So lines that only one side has are matched in their order, if the file and the
    operation are the same. The line with the largest growth comes first.
    """
    before = {(site.path, site.line, site.operation): site for site in base}
    counterparts = {site: before.pop((site.path, site.line, site.operation), None) for site in head}
    moved: defaultdict[tuple[str, str], list[WaitSite]] = defaultdict(list)
    for site in sorted(before.values(), key=lambda site: -site.line):
        moved[site.path, site.operation].append(site)
    for site in sorted(counterparts, key=lambda site: site.line):
        if counterparts[site] is None and moved[site.path, site.operation]:
            counterparts[site] = moved[site.path, site.operation].pop()
    grown = [_location(site, counterpart) for site, counterpart in counterparts.items()]
    longer = [location for location in grown if location.growth_s >= LEAST_S or location.more > 0]
    return tuple(sorted(longer, key=lambda location: (-location.growth_s, location.path, location.line)))


def _location(site: WaitSite, before: WaitSite | None) -> WaitLocation:
    return WaitLocation(
        path=site.path,
        line=site.line,
        operation=site.operation,
        growth_s=site.waited_s - (before.waited_s if before else 0.0),
        more=site.count - (before.count if before else 0),
    )
