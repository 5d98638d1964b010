"""All that one child left behind, turned into its sample, its counts, and the facts about its end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from collectbench.attribution.outcome import Ending
from collectbench.attribution.phases import phases
from collectbench.measure.process.launch import Finished
from collectbench.measure.process.output import collection_error, fatal_stack, gist
from collectbench.measure.round.loaded import Touched
from collectbench.measure.round.probe_report import NodeIds, ProbeReport
from collectbench.model.costs import LineCost
from collectbench.model.outcome_log import OutcomeLog
from collectbench.model.sample import Counts, Noise, RoundKind, Sample
from collectbench.model.samples import Sampled
from collectbench.model.trace import Trace
from collectbench.model.wait_log import WaitLog


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All that one child left: to the operating system, to the sensors, in its report and in its output."""

    finished: Finished
    noise: Noise
    report: ProbeReport
    ids: NodeIds
    pytest_output: str
    stack: str
    trace: Trace | None = None
    """Of traced and counted rounds only."""
    touched: Touched = field(default_factory=Touched)
    """Of counted rounds only."""
    calls: str | None = None
    """pyinstrument's call tree as JSON, of sampled rounds only."""
    lines: tuple[LineCost, ...] = ()
    """The lines that a sampled round saw running."""
    full: str = ""
    """The directory for the files of rounds if no space was left there when the child ended."""
    waits: WaitLog = ()
    """Of traced and counted rounds only."""
    samples: tuple[Sampled, ...] = ()
    """Of traced rounds only."""
    outcomes: OutcomeLog | None = None
    """Of rounds that record outcomes only."""


def wall_s(finished: Finished) -> float:
    """Seconds from before the spawn call until the child was reaped."""
    return (finished.reaped_ns - finished.spawned_ns) / 1e9


def counts_of(observation: Observation) -> Counts | None:
    """The number of items, files, errors and warnings; None if collection did not come to its end."""
    if not observation.report.finished:
        return None
    _, warnings, collection_warnings = observation.report.counts
    return Counts(
        items=observation.ids.items,
        files=observation.ids.files,
        errors=_errors(observation),
        warnings=warnings,
        collection_warnings=collection_warnings,
    )


def sample_of(kind: RoundKind, observation: Observation, *, comparable: bool) -> Sample:
    """The figures of the round."""
    finished, report = observation.finished, observation.report
    return Sample(
        kind=kind,
        wall_s=wall_s(finished),
        user_s=finished.user_s,
        system_s=finished.system_s,
        peak_rss_bytes=max(finished.peak_rss_bytes, report.peak_rss_bytes),
        exit_code=finished.exit_code,
        phases=phases(finished.spawned_ns, finished.reaped_ns, report.stamps),
        noise=observation.noise,
        voluntary_switches=finished.voluntary_switches,
        involuntary_switches=finished.involuntary_switches,
        waited_s=_waited_s(finished),
        queued_s=None if finished.main_thread is None else finished.main_thread.queued_ns / 1e9,
        threads_or_children=_had_company(finished),
        others_cpu_s=_others_cpu_s(finished),
        comparable=comparable,
    )


COMPANY_S = 0.002
"""Other threads and processes that took less CPU time than this did not run: twice what the readings differ by."""


def _waited_s(finished: Finished) -> float | None:
    """Seconds in which the main thread was blocked, less the CPU time of the others in the tree.

    Blocked is the wall time less its time on a processor and its time in the run queue. So its own CPU time appears
    twice and cancels out.
    """
    if finished.main_thread is None:
        return None
    return wall_s(finished) - finished.main_thread.queued_ns / 1e9 - finished.user_s - finished.system_s


def _had_company(finished: Finished) -> bool | None:
    if finished.main_thread is None:
        return None
    return finished.had_descendants or (_others_cpu_s(finished) or 0.0) > COMPANY_S


def _others_cpu_s(finished: Finished) -> float | None:
    """The CPU time of the other threads and processes of the tree; None if that of the main one is unknown.

    Both readings differ by a tick, so that a process alone may seem to have used less than nothing besides.
    """
    if finished.main_thread is None:
        return None
    return max(0.0, finished.user_s + finished.system_s - finished.main_thread.running_ns / 1e9)


def ending_of(observation: Observation, root: Path, timeout_s: float) -> Ending:
    """The facts about the end of the round; paths are relative to `root`."""
    report, output, log = observation.report, observation.pytest_output, observation.outcomes or OutcomeLog()
    pytest_found = report.facts.get("pytest")
    prefix = f"{root}/"
    return Ending(
        exit_code=observation.finished.exit_code,
        timed_out_after_s=timeout_s if observation.finished.timed_out else None,
        reached=_reached(observation),
        done=report.done is not None or "raised" in report.facts,
        counted="counts" in report.facts,
        raised=report.facts.get("raised", ""),
        unwritten=_unwritten(observation),
        exit_stack=report.facts.get("exited", ""),
        replaced=report.replaced,
        earlier=report.earlier,
        items=max(observation.ids.items, len(log.collected or ())),
        errors=_errors(observation),
        failed_conftests=tuple((path.removeprefix(prefix), error) for path, error in report.failed_conftests),
        gist=gist(output),
        collection_error=_first_error(log) or collection_error(output),
        stack=observation.stack or fatal_stack(output),
        hides_pytest=pytest_found[1] if isinstance(pytest_found, tuple) and not pytest_found[0] else None,
        running=log.running,
        failed_tests=log.has_failures,
        stopped_as_requested=bool(log.stopped_by),
    )


def _errors(observation: Observation) -> int:
    """The number of collection errors: pytest counts failed tests with them."""
    log = observation.outcomes
    return observation.report.counts[0] if log is None else len(log.errors)


def _first_error(log: OutcomeLog) -> str:
    """`path: error` of the first collection error; the output also holds the errors of tests."""
    return next((f"{error.path}: {error.message}" for error in log.errors), "")


def _reached(observation: Observation) -> frozenset[str]:
    """The names of the stamps. Under xdist pytest's workers collect, so that this process stamps no collection."""
    log = observation.outcomes
    is_collected = log is not None and log.collected is not None
    return frozenset((*observation.report.stamps, *(("collected",) if is_collected else ())))


def _unwritten(observation: Observation) -> str:
    """Why the files of the round are missing or cut short, and what to do; empty if they are whole."""
    error = observation.report.facts.get("unwritten")
    if observation.full:
        return f"no space is left in {observation.full}: free some there, or set TMPDIR to another directory"
    return f"the ids of the items could not be written: {error}" if error else ""
