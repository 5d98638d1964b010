"""The work of a counted round: its counters, the lines that set off its imports, and the files that it loaded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from collectbench.attribution.origins import display_path
from collectbench.attribution.sites import sites_of
from collectbench.attribution.waits import wait_sites
from collectbench.attribution.work_counters import counters_of
from collectbench.measure.round.inputs import InputReader
from collectbench.measure.round.loaded import CACHED, find_loaded
from collectbench.measure.round.observation import Observation
from collectbench.model.inputs import Inputs
from collectbench.model.probe_files import RUNNER
from collectbench.model.run import ImportSite, ImportTime, WaitSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The work of one round that counted to its end.

    Attributes:
        counters: see `TargetResult`, as for the next three.
        imports: the lines that set off imports.
        import_times: how long those of each line took.
        waits: the lines at which the main thread waited.
        loaded_sha256: the digest over all files and directories that the round depended on.
        inputs: what the round read. None in a checkout, whose files are gone after the command, and if more may
            have been read than is known.
        loaded: the absolute paths of all files that were loaded as modules or read.
        notes: facts that a reader of the counters must know.
    """

    counters: dict[str, int]
    imports: tuple[ImportSite, ...] = ()
    import_times: tuple[ImportTime, ...] = ()
    waits: tuple[WaitSite, ...] = ()
    loaded_sha256: str | None = None
    inputs: Inputs | None = None
    loaded: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()


def count_work(observation: Observation, work: Path, reader: InputReader) -> Work | None:
    """Count the work of a round; None if it did not count to its end.

    `work` is our own directory: files that the round read there are not its input. `reader` reads those that are.
    """
    places, touched = reader.places, observation.touched
    trace, counted = observation.trace, dict(observation.report.facts.get("work", ()))
    if trace is None or not observation.report.finished:
        return None
    counters = counters_of(trace, counted, observation.ids.items)
    if counters is None:
        return None
    probe = RUNNER.parent
    loaded = find_loaded(trace, touched, (work, probe))
    inputs = None
    if places.moved is None and not touched.has_gaps and not observation.report.earlier:
        inputs = reader.read(find_loaded(trace, touched, (work, probe), CACHED), touched.variables)
    sites = sites_of(trace, places, str(probe))
    return Work(
        counters=counters,
        imports=sites.all,
        import_times=sites.times,
        waits=wait_sites(observation.waits, places, str(probe)),
        inputs=inputs,
        loaded_sha256=reader.digests.over(loaded, cache(partial(display_path, places=places)), reader.own),
        loaded=tuple(map(Path, loaded.files)),
        notes=tuple(_notes(observation)),
    )


def _notes(observation: Observation) -> list[str]:
    reason = observation.report.facts.get("uncounted")
    return [f"function starts were not counted: {reason}"] if reason else []
