"""From the stamps of a round to its phases. All times come from CLOCK_MONOTONIC, on both sides of the spawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from collectbench.model.sample import PHASES, UNACCOUNTED


class Border(NamedTuple):
    """The begin and the end of a phase: of each, the first of these stamps that the round has."""

    begin: tuple[str, ...]
    end: tuple[str, ...]


SPAWN, REAPED = "spawn", "reaped"

BORDERS: dict[str, Border] = {
    "interpreter": Border((SPAWN,), ("runner",)),
    "pytest-import": Border(("pytest-import-begin",), ("pytest-import-end",)),
    "plugins": Border(("plugins-begin",), ("conftest-begin", "configure-begin")),
    "conftest": Border(("conftest-begin",), ("conftest-end",)),
    "startup": Border(("configure-begin",), ("collection-begin",)),
    "collection": Border(("collection-begin",), ("modifyitems-begin", "collected")),
    "modifyitems": Border(("modifyitems-begin",), ("modifyitems-end",)),
    "report": Border(("modifyitems-end", "collected"), ("finish",)),
    "teardown": Border(("finish",), (REAPED,)),
}


def phases(spawn_ns: int, reaped_ns: int, stamps: Mapping[str, int]) -> dict[str, float]:
    """Seconds of each phase, and those that are unaccounted.

    Args:
        spawn_ns: before the parent's spawn call.
        reaped_ns: after the parent has reaped the process.
        stamps: nanoseconds by the names of probe/PROTOCOL.md.

    Returns:
        The phases that the round reached, in order, and `unaccounted`. If the process died in a phase, the phase lasts
        until the process was reaped.
    """
    all_stamps = {**stamps, SPAWN: spawn_ns, REAPED: reaped_ns}
    durations_s: dict[str, float] = {}
    for name in PHASES:
        begin, end = (_first(all_stamps, names) for names in BORDERS[name])
        if begin is None:
            continue
        durations_s[name] = ((reaped_ns if end is None else end) - begin) / 1e9
        if end is None:
            break
    return {**durations_s, UNACCOUNTED: (reaped_ns - spawn_ns) / 1e9 - sum(durations_s.values())}


def _first(stamps: Mapping[str, int], names: tuple[str, ...]) -> int | None:
    return next((stamps[name] for name in names if name in stamps), None)
