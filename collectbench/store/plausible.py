"""Refuses runs whose figures no measurement yields, with the place: a verdict on them would be wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from collectbench.model.comparison import Comparison
from collectbench.model.history import Record, RecordedTarget
from collectbench.model.run import Run, Summary, TargetResult
from collectbench.model.sample import UNACCOUNTED, Counts, Sample, Status
from collectbench.model.verification import Verification
from collectbench.store.shapes import DecodeError, describe

Problem = tuple[str, str]
"""A place, such as `targets[3].samples[0].wall_s`, and the expected and the given value."""


def check_run(run: Run) -> None:
    """Raise DecodeError with the first figure that cannot be one."""
    _refuse(_run_problems("", run))


def check_comparison(comparison: Comparison) -> None:
    """Raise DecodeError likewise, for the two runs of a paired comparison."""
    for place, run in (("base_run.", comparison.base_run), ("head_run.", comparison.head_run)):
        if run is not None:
            _refuse(_run_problems(place, run))


def check_record(record: Record) -> None:
    """Raise DecodeError with the first figure of a record that cannot be one."""
    _refuse(_record_problems(record))


def check_verification(verification: Verification) -> None:
    """Raise DecodeError with the first place at which a verification contradicts itself."""
    _refuse(_verification_problems(verification))


def _record_problems(record: Record) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, target in enumerate(record.targets):
        where = f"targets[{index}]"
        if target.name in first:
            yield f"{where}.name", f"{describe(target.name)} is the name of targets[{first[target.name]}] as well"
        first[target.name] = index
        yield from _recorded_problems(where, target)
    if record.suite is not None:
        yield from _recorded_problems("suite", record.suite)


def _recorded_problems(place: str, target: RecordedTarget) -> Iterator[Problem]:
    times = {f"wall_s[{index}]": wall_s for index, wall_s in enumerate(target.wall_s)}
    for name, time_s in {**times, "reference_wall_s": target.reference_wall_s}.items():
        if time_s is not None and time_s <= 0:
            yield f"{place}.{name}", f"expected a time above 0, got {time_s}"
    counts = {"items": target.items, "errors": target.errors, "peak_rss_bytes": target.peak_rss_bytes}
    yield from _negative(place, {name: count for name, count in counts.items() if count is not None})
    yield from _negative(f"{place}.counters", target.counters or {})


def _verification_problems(verification: Verification) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, target in enumerate(verification.targets):
        where = f"targets[{index}]"
        if target.name in first:
            yield f"{where}.name", f"{describe(target.name)} is the name of targets[{first[target.name]}] as well"
        first[target.name] = index
        ids: dict[str, int] = {}
        for number, case in enumerate(target.tests):
            place = f"{where}.tests[{number}]"
            if case.nodeid in ids:
                yield f"{place}.nodeid", f"{describe(case.nodeid)} is the id of tests[{ids[case.nodeid]}] as well"
            ids[case.nodeid] = number
            if case.duration_s < 0:
                yield f"{place}.duration_s", f"expected 0 or more, got {case.duration_s}"


def _refuse(problems: Iterator[Problem]) -> None:
    for place, problem in problems:
        error = DecodeError(problem)
        error.path = place
        raise error


def _run_problems(place: str, run: Run) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, target in enumerate(run.targets):
        where = f"{place}targets[{index}]"
        if target.name in first:
            yield f"{where}.name", f"{describe(target.name)} is the name of targets[{first[target.name]}] as well"
        first[target.name] = index
        yield from _result_problems(where, target)
    if run.suite is not None:
        yield from _result_problems(f"{place}suite", run.suite)


def _result_problems(place: str, result: TargetResult) -> Iterator[Problem]:
    if result.status in (Status.OK, Status.COLLECTION_ERRORS) and result.counts is None:
        yield f"{place}.counts", f"expected an object, since the status is {result.status.value}, got null"
    if result.counts is not None:
        yield from _count_problems(f"{place}.counts", result.counts)
    for name in ("wall_s", "cpu_s", "cold_wall_s"):
        yield from _summary_problems(f"{place}.{name}", getattr(result, name))
    yield from _negative(f"{place}.counters", result.counters or {})
    yield from _negative(f"{place}.phases", {name: s for name, s in result.phases.items() if name != UNACCOUNTED})
    for index, sample in enumerate(result.samples):
        yield from _sample_problems(f"{place}.samples[{index}]", sample)


def _count_problems(place: str, counts: Counts) -> Iterator[Problem]:
    for field in fields(counts):
        if getattr(counts, field.name) < 0:
            yield f"{place}.{field.name}", f"expected 0 or more, got {getattr(counts, field.name)}"


def _summary_problems(place: str, summary: Summary | None) -> Iterator[Problem]:
    for name in ("median", "min", "max"):
        if summary is not None and getattr(summary, name) <= 0:
            yield f"{place}.{name}", f"expected a time above 0, got {getattr(summary, name)}"


def _sample_problems(place: str, sample: Sample) -> Iterator[Problem]:
    if sample.wall_s <= 0:
        yield f"{place}.wall_s", f"expected a time above 0, got {sample.wall_s}"
    yield from _negative(place, {"user_s": sample.user_s, "system_s": sample.system_s})
    if sample.cpu_s <= 0:
        yield f"{place}.user_s", "expected a time above 0, with system_s, got 0"
    yield from _negative(place, {"peak_rss_bytes": sample.peak_rss_bytes, "queued_s": sample.queued_s or 0})


def _negative(place: str, figures: dict[str, int] | dict[str, float]) -> Iterator[Problem]:
    for name, figure in figures.items():
        if figure < 0:
            yield f"{place}.{name}", f"expected 0 or more, got {figure}"
