"""Gauges in the text format of OpenMetrics, for Prometheus and what else reads it.

Format: https://prometheus.io/docs/specs/om/open_metrics_spec/
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from collectbench.model.comparison import Comparison, TargetComparison, Verdict
from collectbench.model.report import RunReport, has_figures
from collectbench.model.run import Environment, Summary, TargetResult
from collectbench.model.sample import Counts, Status
from collectbench.render.escape import printable
from collectbench.render.heads import head_wall_s
from collectbench.render.options import Renderer, RenderOptions

_PREFIX = "collectbench"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """Samples of one name: labels (raw) and a number each. The name ends in the unit, where there is one."""

    name: str
    help: str
    unit: str = ""
    type: str = "gauge"
    samples: Sequence[tuple[Mapping[str, str], float]] = ()


def _report(report: RunReport, options: RenderOptions) -> str:
    run = report.run
    results = (*run.targets, *(() if run.suite is None else (run.suite,)))
    commit = {"commit": run.commit} if run.commit else {}
    verdicts = [({"target": name}, budget.verdict) for name, budget in report.budgets.items()]
    families = (
        _environment(run.environment, {"collectbench": run.tool.version, **commit}),
        _recorded(run.created),
        _states("status", "How the collection ended: 1 for the one that holds.", "status", Status, _statuses(results)),
        _states("budget_verdict", "What became of the limits: 1 for the one that holds.", "verdict", Verdict, verdicts),
        *_figures(results),
        *_collected({result.name: result.counts for result in results}),
        _work("work", "Exact work counters of the counted rounds.", _counters(results)),
    )
    return _text(families)


def _comparison(comparison: Comparison, options: RenderOptions) -> str:
    rows = (*comparison.targets, *(() if comparison.suite is None else (comparison.suite,)))
    held = "Which verdict holds: 1 for that, 0 for the others."
    against = {"baseline": comparison.baseline or "", "mode": comparison.mode}
    families = (
        _environment(comparison.environment, {"collectbench": comparison.tool.version, **against}),
        _recorded(comparison.created),
        _states("comparison_verdict", f"Of the whole. {held}", "verdict", Verdict, [({}, comparison.verdict)]),
        _states("verdict", held, "verdict", Verdict, [({"target": row.name}, row.verdict) for row in rows]),
        _walls(comparison, rows),
        *_changes(rows),
        *_collected({row.name: row.counts.head for row in rows}),
        *_collected({row.name: row.counts.base for row in rows}, of="base_"),
        _work("work", "Exact work counters of head.", _counter_changes(rows, "head")),
        _work("base_work", "Exact work counters of base.", _counter_changes(rows, "base")),
    )
    return _text(families)


RENDERERS: dict[type, Renderer] = {RunReport: _report, Comparison: _comparison}


def _environment(environment: Environment, others: Mapping[str, str]) -> _Family:
    facts = {
        "python": environment.python,
        "implementation": environment.implementation,
        "pytest": environment.pytest,
        "platform": environment.platform,
        "cpu_model": environment.cpu_model,
        "bytecode": environment.bytecode,
        **others,
    }
    about = "What the figures depend on besides the code."
    return _Family(name="environment", help=about, type="info", samples=[(facts, 1)])


def _recorded(created: str) -> _Family:
    """The moment of the recording; without a sample where a file that others made has none that can be read."""
    samples: list[tuple[Mapping[str, str], float]] = []
    with contextlib.suppress(ValueError):
        samples.append(({}, datetime.fromisoformat(created.replace("Z", "+00:00")).timestamp()))
    about = "When it was recorded, as Unix time."
    return _Family(name="recorded_timestamp_seconds", help=about, unit="seconds", samples=samples)


def _states(
    name: str,
    about: str,
    label: str,
    words: type[Status] | type[Verdict],
    found: Iterable[tuple[Mapping[str, str], Status | Verdict]],
) -> _Family:
    """A sample for each word that could hold, 1 for the one that does: Prometheus can count and alert on it."""
    samples = [({**labels, label: word.value}, float(word is holds)) for labels, holds in found for word in words]
    return _Family(name=name, help=about, samples=samples)


def _statuses(results: Iterable[TargetResult]) -> list[tuple[Mapping[str, str], Status | Verdict]]:
    return [({"target": result.name}, result.status) for result in results]


def _figures(results: tuple[TargetResult, ...]) -> Iterator[_Family]:
    measured = [result for result in results if has_figures(result)]

    def family(name: str, about: str, unit: str, summaries: Iterable[Summary | None]) -> _Family:
        pairs = zip(measured, summaries, strict=True)
        samples = [({"target": result.name}, summary.median) for result, summary in pairs if summary]
        return _Family(name=name, help=about, unit=unit, samples=samples)

    median = "Median over the timed rounds"
    yield family("wall_seconds", f"{median}: wall time of the process.", "seconds", (one.wall_s for one in measured))
    yield family("cpu_seconds", f"{median}: user and system time.", "seconds", (one.cpu_s for one in measured))
    quick = [({"target": one.name}, one.reference_wall_s) for one in measured if one.reference_wall_s is not None]
    about = "Wall time in reference seconds: on a machine of nominal speed."
    yield _Family(name="reference_wall_seconds", help=about, unit="seconds", samples=quick)
    cold = (one.cold_wall_s for one in measured)
    yield family("cold_wall_seconds", "Median wall time without the project's bytecode.", "seconds", cold)
    peaks = (one.peak_rss_bytes for one in measured)
    yield family("peak_rss_bytes", f"{median}: peak memory of the process tree.", "bytes", peaks)
    phases = [({"target": one.name, "phase": phase}, s) for one in measured for phase, s in one.phases.items()]
    about = "Wall time of each phase of the lower-median timed round."
    yield _Family(name="phase_seconds", help=about, unit="seconds", samples=phases)
    rounds = [({"target": one.name}, float(len(one.timed()))) for one in measured]
    yield _Family(name="rounds", help="Timed rounds.", samples=rounds)


def _walls(comparison: Comparison, rows: tuple[TargetComparison, ...]) -> _Family:
    walls_s = ((row.name, head_wall_s(row, comparison)) for row in rows)
    samples = [({"target": name}, wall_s) for name, wall_s in walls_s if wall_s is not None]
    return _Family(name="wall_seconds", help="Median wall time of head.", unit="seconds", samples=samples)


def _changes(rows: tuple[TargetComparison, ...]) -> Iterator[_Family]:
    changes = [(row.name, row.change) for row in rows if row.change]

    def family(name: str, about: str, unit: str, values: Iterable[float | None]) -> _Family:
        pairs = zip(changes, values, strict=True)
        samples = [({"target": target}, float(value)) for (target, _), value in pairs if value is not None]
        return _Family(name=name, help=about, unit=unit, samples=samples)

    found = [change for _, change in changes]
    yield family("base_wall_seconds", "Median wall time of base.", "seconds", (one.base_wall_s for one in found))
    about = "Wall time in reference seconds: on a machine of nominal speed"
    yield family("reference_wall_seconds", f"{about}, head.", "seconds", (one.head_reference_wall_s for one in found))
    base = (one.base_reference_wall_s for one in found)
    yield family("base_reference_wall_seconds", f"{about}, base.", "seconds", base)
    yield family("cpu_ratio", "CPU time of head over that of base.", "ratio", (one.ratio for one in found))
    low = (one.ci95[0] if one.ci95 else None for one in found)
    yield family("cpu_low_ratio", "Lower end of the 95 % interval of cpu_ratio.", "ratio", low)
    high = (one.ci95[1] if one.ci95 else None for one in found)
    yield family("cpu_high_ratio", "Upper end of the 95 % interval of cpu_ratio.", "ratio", high)
    yield family("margin_ratio", "Growth that is tolerated, as a fraction.", "ratio", (one.margin for one in found))
    effects = (one.minimum_detectable_effect for one in found)
    yield family("detectable_growth_ratio", "Least growth that would have been seen over the margin.", "ratio", effects)
    yield family("pairs", "Pairs of rounds that were measured.", "", (one.pairs for one in found))


def _collected(counts: Mapping[str, Counts | None], of: str = "") -> Iterator[_Family]:
    known = [(name, one) for name, one in counts.items() if one]
    whose = " Of base." if of else ""
    for name, about in (
        ("items", "Collected items."),
        ("files", "Files with items."),
        ("errors", "Collection errors."),
    ):
        samples = [({"target": target}, float(getattr(one, name))) for target, one in known]
        yield _Family(name=of + name, help=about + whose, samples=samples)


def _work(name: str, about: str, found: Iterable[tuple[str, str, int]]) -> _Family:
    samples = [({"target": target, "counter": counter}, float(number)) for target, counter, number in found]
    return _Family(name=name, help=f"{about} Only those that repeat.", samples=samples)


def _counters(results: Iterable[TargetResult]) -> Iterator[tuple[str, str, int]]:
    for result in results:
        for name, number in (result.counters or {}).items():
            if name not in result.unstable:
                yield result.name, name, number


def _counter_changes(rows: Iterable[TargetComparison], side: str) -> Iterator[tuple[str, str, int]]:
    for row in rows:
        for name, change in (row.counters or {}).items():
            if change.stable:
                yield row.name, name, getattr(change, side)


def _text(families: Iterable[_Family]) -> str:
    lines = (line for family in families if family.samples for line in _family_lines(family))
    return "\n".join((*lines, "# EOF")) + "\n"


def _family_lines(family: _Family) -> Iterator[str]:
    name = f"{_PREFIX}_{family.name}"
    yield f"# TYPE {name} {family.type}"
    if family.unit:
        yield f"# UNIT {name} {family.unit}"
    yield f"# HELP {name} {family.help}"
    suffix = "_info" if family.type == "info" else ""
    for labels, number in family.samples:
        named = ",".join(f'{label}="{_escaped(value)}"' for label, value in labels.items())
        yield f"{name}{suffix}{f'{{{named}}}' if named else ''} {number!r}"


def _escaped(value: str) -> str:
    """The value of a label; what is not plainly visible is an escape already, so no line feed is left."""
    return printable(value).replace("\\", "\\\\").replace('"', '\\"')
