"""What one child left behind, and what follows from it: its sample, its counts, how it ended."""

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
from collectbench.model.sample import Counts, Noise, RoundKind, Sample
from collectbench.model.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """All that one child left: to the operating system, to the sensors, in its report and in its output."""

    finished: Finished
    noise: Noise
    report: ProbeReport
    ids: NodeIds
    words: str
    stack: str
    trace: Trace | None = None
    """Of traced and counted rounds alone."""
    touched: Touched = field(default_factory=Touched)
    """Of counted rounds alone."""
    calls: str | None = None
    """pyinstrument's call tree as JSON, of a sampled round alone."""
    lines: tuple[LineCost, ...] = ()
    """The lines that such a round saw running."""


def wall_s(finished: Finished) -> float:
    """Seconds from before the spawn call until the child was reaped."""
    return (finished.reaped_ns - finished.spawned_ns) / 1e9


def counts(seen: Observation) -> Counts | None:
    """What was counted; None where collection did not come to its end."""
    if not seen.report.finished:
        return None
    errors, warnings, collection_warnings = seen.report.counts
    return Counts(
        items=seen.ids.items,
        files=seen.ids.files,
        errors=errors,
        warnings=warnings,
        collection_warnings=collection_warnings,
    )


def sample(kind: RoundKind, seen: Observation, *, comparable: bool) -> Sample:
    """The figures of the round."""
    finished, report = seen.finished, seen.report
    return Sample(
        kind=kind,
        wall_s=wall_s(finished),
        user_s=finished.user_s,
        system_s=finished.system_s,
        peak_rss_bytes=max(finished.peak_rss_bytes, report.peak_rss_bytes),
        exit_code=finished.exit_code,
        phases=phases(finished.spawned_ns, finished.reaped_ns, report.stamps),
        noise=seen.noise,
        voluntary_switches=finished.voluntary_switches,
        involuntary_switches=finished.involuntary_switches,
        comparable=comparable,
    )


def ending(seen: Observation, root: Path, timeout_s: float) -> Ending:
    """The facts about the end of the round; paths are relative to `root`."""
    report, words = seen.report, seen.words
    fact = report.facts.get("pytest")
    prefix = f"{root}/"
    return Ending(
        exit_code=seen.finished.exit_code,
        timed_out_after_s=timeout_s if seen.finished.timed_out else None,
        reached=frozenset(report.stamps),
        done=report.done is not None or "raised" in report.facts,
        items=seen.ids.items,
        errors=report.counts[0],
        failed_conftests=tuple((path.removeprefix(prefix), error) for path, error in report.failed_conftests),
        gist=gist(words),
        collection_error=collection_error(words),
        stack=seen.stack or fatal_stack(words),
        hides_pytest=fact[1] if isinstance(fact, tuple) and not fact[0] else None,
    )
