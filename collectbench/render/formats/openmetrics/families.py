"""The figures of documents as families of gauges; each family has a sample for every target that has the figure.

All of them are gauges, because both OpenMetrics and the older text format of Prometheus have that type.
node_exporter and the push gateway read the older format.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.model.report import has_figures
from collectbench.model.run import Environment, TargetResult
from collectbench.model.sample import Counts, Status
from collectbench.render.parts.heads import head_wall_s

Labels = Mapping[str, str]
TargetFigures = Iterable[tuple[str, float | None]]
"""Names of targets with a number each; None for a target without the figure."""

_ON_NOMINAL_MACHINE = "Wall time in reference seconds: on a machine of nominal speed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Samples of one name: labels (raw) and a number each. The name ends in the unit, if there is one."""

    name: str
    help: str
    unit: str = ""
    samples: Sequence[tuple[Labels, float]] = ()


def _family(name: str, about: str, unit: str, figures: TargetFigures) -> Family:
    samples = [({"target": target}, number) for target, number in figures if number is not None]
    return Family(name=name, help=about, unit=unit, samples=samples)


def environment_family(environment: Environment, others: Labels) -> Family:
    """Return the environment of the figures, and `others`, as labels."""
    labels = {
        "python": environment.python,
        "implementation": environment.implementation,
        "pytest": environment.pytest,
        "platform": environment.platform,
        "cpu_model": environment.cpu_model,
        "bytecode": environment.bytecode,
        **others,
    }
    about = "What the figures depend on besides the code."
    return Family(name="environment_info", help=about, samples=[(labels, 1)])


def recorded_family(created: str) -> Family:
    """Return the moment of the recording; without a sample if a file of another program has no readable one."""
    samples: list[tuple[Labels, float]] = []
    with contextlib.suppress(ValueError):
        samples.append(({}, datetime.fromisoformat(created.replace("Z", "+00:00")).timestamp()))
    about = "When it was recorded, as Unix time."
    return Family(name="recorded_timestamp_seconds", help=about, unit="seconds", samples=samples)


def state_family(
    name: str,
    about: str,
    label: str,
    states: type[Status] | type[Verdict],
    current: Iterable[tuple[Labels, Status | Verdict]],
) -> Family:
    """Return a sample for each possible state, 1 for the current one: Prometheus can count and alert on it."""
    samples = [({**labels, label: state.value}, int(state is actual)) for labels, actual in current for state in states]
    return Family(name=name, help=about, samples=samples)


def result_families(results: Iterable[TargetResult]) -> Iterator[Family]:
    """Yield times and memory of each target that could be collected."""
    measured = [result for result in results if has_figures(result)]

    def medians(name: str, about: str, unit: str, field: str) -> Family:
        summaries = ((result.name, getattr(result, field)) for result in measured)
        return _family(name, about, unit, ((target, summary and summary.median) for target, summary in summaries))

    median = "Median over the timed rounds"
    yield medians("wall_seconds", f"{median}: wall time of the process.", "seconds", "wall_s")
    yield medians("cpu_seconds", f"{median}: user and system time.", "seconds", "cpu_s")
    reference_walls = ((result.name, result.reference_wall_s) for result in measured)
    yield _family("reference_wall_seconds", f"{_ON_NOMINAL_MACHINE}.", "seconds", reference_walls)
    yield medians("cold_wall_seconds", "Median wall time without the project's bytecode.", "seconds", "cold_wall_s")
    yield medians("peak_rss_bytes", f"{median}: peak memory of the process tree.", "bytes", "peak_rss_bytes")
    phases = [
        ({"target": result.name, "phase": phase}, phase_s)
        for result in measured
        for phase, phase_s in result.phases.items()
    ]
    about = "Wall time of each phase of the lower-median timed round."
    yield Family(name="phase_seconds", help=about, unit="seconds", samples=phases)
    yield _family("rounds", "Timed rounds.", "", ((result.name, len(result.timed())) for result in measured))


def head_wall_family(rows: Iterable[TargetComparison], comparison: Comparison) -> Family:
    """Return the wall time of head, also for targets that have no baseline."""
    walls = ((row.name, head_wall_s(row, comparison)) for row in rows)
    return _family("wall_seconds", "Median wall time of head.", "seconds", walls)


def change_families(rows: Sequence[TargetComparison]) -> Iterator[Family]:
    """Yield the figures of head relative to base."""
    changes = [(row.name, row.change) for row in rows if row.change]

    def fields(name: str, about: str, unit: str, field: str) -> Family:
        return _family(name, about, unit, ((target, getattr(change, field)) for target, change in changes))

    yield fields("base_wall_seconds", "Median wall time of base.", "seconds", "base_wall_s")
    for name, side in (("reference_wall_seconds", "head"), ("base_reference_wall_seconds", "base")):
        yield fields(name, f"{_ON_NOMINAL_MACHINE}, {side}.", "seconds", f"{side}_reference_wall_s")
    yield fields("cpu_ratio", "CPU time of head over that of base.", "ratio", "ratio")
    for name, end, which in (("cpu_low_ratio", 0, "Lower"), ("cpu_high_ratio", 1, "Upper")):
        ends = [(target, change.ci95[end] if change.ci95 else None) for target, change in changes]
        yield _family(name, f"{which} end of the 95 % interval of cpu_ratio.", "ratio", ends)
    yield fields("margin_ratio", "Tolerated growth, as a fraction.", "ratio", "margin")
    about = "Least growth over the margin that would have been detected, as a fraction."
    yield fields("detectable_growth_ratio", about, "ratio", "minimum_detectable_effect")
    yield fields("pairs", "Measured pairs of rounds.", "", "pairs")


def count_families(counts: Mapping[str, Counts | None], prefix: str = "") -> Iterator[Family]:
    """Yield the counts of each target; `prefix` stands before the names for base."""
    known = [(target, target_counts) for target, target_counts in counts.items() if target_counts]
    side = " Of base." if prefix else ""
    abouts = {"items": "Collected items.", "files": "Files with items.", "errors": "Collection errors."}
    for name, about in abouts.items():
        numbers = ((target, getattr(target_counts, name)) for target, target_counts in known)
        yield _family(prefix + name, about + side, "", numbers)


def result_work_family(results: Iterable[TargetResult]) -> Family:
    """Return the work counters of a run that repeat."""
    samples = [
        ({"target": result.name, "counter": name}, number)
        for result in results
        for name, number in (result.counters or {}).items()
        if name not in result.unstable
    ]
    return Family(name="work", help="Exact work counters that repeat.", samples=samples)


def side_work_families(rows: Sequence[TargetComparison]) -> Iterator[Family]:
    """Yield the work counters that repeat, of head and of base."""
    changes = [
        ({"target": row.name, "counter": name}, change)
        for row in rows
        for name, change in (row.counters or {}).items()
        if change.stable
    ]
    for name, side in (("work", "head"), ("base_work", "base")):
        samples = [(labels, getattr(change, side)) for labels, change in changes]
        yield Family(name=name, help=f"Exact work counters that repeat, of {side}.", samples=samples)
