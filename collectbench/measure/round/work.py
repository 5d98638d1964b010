"""What a counted round comes to: its counters, the lines that set off its imports, and what it loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from collectbench.attribution.origins import Places, display_path
from collectbench.attribution.sites import sites_of
from collectbench.attribution.work_counters import counters_of
from collectbench.measure.round.loaded import Digests, loaded
from collectbench.measure.round.observation import Observation
from collectbench.model.probe_files import RUNNER
from collectbench.model.run import ImportSite

COUNTED_ENV: Mapping[str, str] = {"PYTHONHASHSEED": "0"}
"""The order of sets of strings decides what some suites import: only with a fixed one does the same work repeat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The work of one round; `counters` is None where it did not come to its end, and nothing else is known then."""

    counters: dict[str, int] | None = None
    imports: tuple[ImportSite, ...] = ()
    loaded_sha256: str | None = None
    loaded: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def count_work(seen: Observation, places: Places, work: Path, digests: Digests) -> Work:
    """Count what a round did whose child left `seen`; `work` is our own folder, which it may have read in."""
    trace, counted = seen.trace, dict(seen.report.facts.get("work", ()))
    counters = counters_of(trace, counted, seen.ids.items) if trace and seen.report.finished else None
    if trace is None or counters is None:
        return Work()
    probe = RUNNER.parent
    found = loaded(trace, seen.touched, (work, probe))
    return Work(
        counters=counters,
        imports=sites_of(trace, places, str(probe)),
        loaded_sha256=digests.over(found, cache(partial(display_path, places=places))),
        loaded=tuple(map(Path, found.files)),
        notes=tuple(_notes(seen)),
    )


def _notes(seen: Observation) -> list[str]:
    why = seen.report.facts.get("uncounted")
    return [f"function starts were not counted: {why}"] if why else []
