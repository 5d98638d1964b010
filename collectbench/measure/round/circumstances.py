"""What a round was collected with, as the probe reported it: tools that watch the process, configuration, conftests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from collectbench.measure.round.observation import Observation
from collectbench.measure.round.probe_report import ProbeReport
from collectbench.model.collected import Collected
from collectbench.model.sample import RoundKind
from collectbench.model.units import format_duration

OURS = frozenset((RoundKind.COUNTED, RoundKind.TRACED, RoundKind.SAMPLED))
"""Rounds in which tools of our own watch the process."""


def tools_of(report: ProbeReport, kind: RoundKind) -> tuple[str, ...]:
    """The user's tools that watched the process when collection began, such as `coverage (sys.settrace)`."""
    tools = () if kind in OURS else report.facts.get("tools", ())
    return tuple(sorted({f"{owner} ({way})" for way, owner in tools}))


def profile_notes(report: ProbeReport, root: Path) -> Iterator[str]:
    """Sentences about lines that kept a sampled round from sampling."""
    for path, line, lost_ns in report.facts.get("profile-taken", ()):
        place = f"{_shown(path, root)}:{line}" if path else "a line of the standard library"
        lost = format_duration(lost_ns / 1e9)
        yield f"{place} changed the profile function (sys.setprofile): the call tree and the lines lack {lost}"


def collected_of(observation: Observation, root: Path) -> Collected | None:
    """The tests by file; None if the round was not a guarded one."""
    facts = observation.report.facts.get("collected-with")
    if facts is None:
        return None
    rootdir, inifile, conftests = facts
    return Collected(
        files={_shown(os.path.join(rootdir, file), root): tests for file, tests in observation.ids.by_file.items()},  # noqa: PTH118 - a thousand times
        inifile=_shown(inifile, root),
        conftests={_shown(path, root): sees_all for path, sees_all in conftests},
        rootdir=rootdir,
    )


def _shown(path: str, root: Path) -> str:
    """A path relative to the rootdir if it lies there."""
    return os.path.relpath(path, root) if path and Path(path).is_relative_to(root) else path
