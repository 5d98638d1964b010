"""The figures of documents as families of gauges, each with a sample for every target that has one.

They are all gauges, since that is a type in OpenMetrics as well as in the older text format of Prometheus, which
node_exporter and the push gateway read.
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
Targets = Iterable[tuple[str, float | None]]
"""Names with a number each; None for those that have none."""

_ON_NOMINAL_MACHINE = "Wall time in reference seconds: on a machine of nominal speed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Samples of one name: labels (raw) and a number each. The name ends in the unit, where there is one."""

    name: str
    help: str
    unit: str = ""
    samples: Sequence[tuple[Labels, float]] = ()


def _family(name: str, about: str, unit: str, targets: Targets) -> Family:
    samples = [({"target": target}, number) for target, number in targets if number is not None]
    return Family(name=name, help=about, unit=unit, samples=samples)


def environment(found: Environment, others: Labels) -> Family:
    """What the figures depend on besides the code, as labels."""
    facts = {
        "python": found.python,
        "implementation": found.implementation,
        "pytest": found.pytest,
        "platform": found.platform,
        "cpu_model": found.cpu_model,
        "bytecode": found.bytecode,
        **others,
    }
    about = "What the figures depend on besides the code."
    return Family(name="environment_info", help=about, samples=[(facts, 1)])


def recorded(created: str) -> Family:
    """The moment of the recording; without a sample where a file that others made has none that can be read."""
    samples: list[tuple[Labels, float]] = []
    with contextlib.suppress(ValueError):
        samples.append(({}, datetime.fromisoformat(created.replace("Z", "+00:00")).timestamp()))
    about = "When it was recorded, as Unix time."
    return Family(name="recorded_timestamp_seconds", help=about, unit="seconds", samples=samples)


def states(
    name: str,
    about: str,
    label: str,
    words: type[Status] | type[Verdict],
    found: Iterable[tuple[Labels, Status | Verdict]],
) -> Family:
    """A sample for each word that could hold, 1 for the one that does: Prometheus can count and alert on it."""
    samples = [({**labels, label: word.value}, int(word is holds)) for labels, holds in found for word in words]
    return Family(name=name, help=about, samples=samples)


def figures(results: Iterable[TargetResult]) -> Iterator[Family]:
    """Times and memory of what could be collected."""
    measured = [result for result in results if has_figures(result)]

    def medians(name: str, about: str, unit: str, member: str) -> Family:
        summaries = ((result.name, getattr(result, member)) for result in measured)
        return _family(name, about, unit, ((target, found and found.median) for target, found in summaries))

    median = "Median over the timed rounds"
    yield medians("wall_seconds", f"{median}: wall time of the process.", "seconds", "wall_s")
    yield medians("cpu_seconds", f"{median}: user and system time.", "seconds", "cpu_s")
    quick = ((result.name, result.reference_wall_s) for result in measured)
    yield _family("reference_wall_seconds", f"{_ON_NOMINAL_MACHINE}.", "seconds", quick)
    yield medians("cold_wall_seconds", "Median wall time without the project's bytecode.", "seconds", "cold_wall_s")
    yield medians("peak_rss_bytes", f"{median}: peak memory of the process tree.", "bytes", "peak_rss_bytes")
    phases = [({"target": one.name, "phase": phase}, s) for one in measured for phase, s in one.phases.items()]
    about = "Wall time of each phase of the lower-median timed round."
    yield Family(name="phase_seconds", help=about, unit="seconds", samples=phases)
    yield _family("rounds", "Timed rounds.", "", ((result.name, len(result.timed())) for result in measured))


def walls(rows: Iterable[TargetComparison], comparison: Comparison) -> Family:
    """The wall time of head, also of what was compared with nothing."""
    found = ((row.name, head_wall_s(row, comparison)) for row in rows)
    return _family("wall_seconds", "Median wall time of head.", "seconds", found)


def changes(rows: Sequence[TargetComparison]) -> Iterator[Family]:
    """What head is to base."""
    found = [(row.name, row.change) for row in rows if row.change]

    def members(name: str, about: str, unit: str, member: str) -> Family:
        return _family(name, about, unit, ((target, getattr(change, member)) for target, change in found))

    yield members("base_wall_seconds", "Median wall time of base.", "seconds", "base_wall_s")
    for name, side in (("reference_wall_seconds", "head"), ("base_reference_wall_seconds", "base")):
        yield members(name, f"{_ON_NOMINAL_MACHINE}, {side}.", "seconds", f"{side}_reference_wall_s")
    yield members("cpu_ratio", "CPU time of head over that of base.", "ratio", "ratio")
    for name, end, which in (("cpu_low_ratio", 0, "Lower"), ("cpu_high_ratio", 1, "Upper")):
        ends = [(target, change.ci95[end] if change.ci95 else None) for target, change in found]
        yield _family(name, f"{which} end of the 95 % interval of cpu_ratio.", "ratio", ends)
    yield members("margin_ratio", "Growth that is tolerated, as a fraction.", "ratio", "margin")
    about = "Least growth that would have been seen over the margin, as a fraction."
    yield members("detectable_growth_ratio", about, "ratio", "minimum_detectable_effect")
    yield members("pairs", "Pairs of rounds that were measured.", "", "pairs")


def collected(counts: Mapping[str, Counts | None], of: str = "") -> Iterator[Family]:
    """What was collected of each target; `of` stands before the names of base."""
    known = [(name, one) for name, one in counts.items() if one]
    whose = " Of base." if of else ""
    abouts = {"items": "Collected items.", "files": "Files with items.", "errors": "Collection errors."}
    for name, about in abouts.items():
        yield _family(of + name, about + whose, "", ((target, getattr(one, name)) for target, one in known))


def work_of_results(results: Iterable[TargetResult]) -> Family:
    """Counters of work, without those that did not repeat."""
    found = [
        ({"target": result.name, "counter": name}, number)
        for result in results
        for name, number in (result.counters or {}).items()
        if name not in result.unstable
    ]
    return Family(name="work", help="Exact work counters that repeat.", samples=found)


def work_of_sides(rows: Sequence[TargetComparison]) -> Iterator[Family]:
    """The same of head and base."""
    found = [
        ({"target": row.name, "counter": name}, change)
        for row in rows
        for name, change in (row.counters or {}).items()
        if change.stable
    ]
    for name, side in (("work", "head"), ("base_work", "base")):
        samples = [(labels, getattr(change, side)) for labels, change in found]
        yield Family(name=name, help=f"Exact work counters that repeat, of {side}.", samples=samples)
