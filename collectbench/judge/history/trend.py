"""Trends: the records of a history, target by target, with the marks and steps of each."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.history.counter_steps import Counted, changed_counters, counter_steps
from collectbench.judge.history.explained import explained_steps
from collectbench.judge.history.marks import Marks
from collectbench.judge.history.steps import time_steps
from collectbench.judge.statistics import median
from collectbench.model.history import Record, RecordedTarget, Step, StepKind, TargetTrend, TrendPoint
from collectbench.model.sample import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from collectbench.judge.history.counter_steps import CounterStep

WALL, REFERENCE = "wall_s", "reference_wall_s"
"""The figures of a step of the time; the second one in reference seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One record that has the target. `number` is its index among the records of the environment."""

    number: int
    record: Record
    result: RecordedTarget


def trends(records: Sequence[tuple[str, Record]]) -> tuple[TargetTrend, ...]:
    """Return the trend of each target in each environment: the suite first, then the targets by name.

    A target may be missing in some records. Runs in which it failed are points without a time; they are no part of any
    level.

    Args:
        records: each with the name of its environment. Those of one are taken in the order of their commits.
    """
    by_environment: dict[str, list[Record]] = {}
    for environment, record in records:
        by_environment.setdefault(environment, []).append(record)
    return tuple(trend for name, found in by_environment.items() for trend in _trends_in(name, found))


def _trends_in(environment: str, records: Sequence[Record]) -> Iterator[TargetTrend]:
    ordered = sorted(records, key=lambda record: record.place)
    marks = Marks([record.environment for record in ordered])
    suite, targets = list[_Entry](), dict[str, list[_Entry]]()
    for number, record in enumerate(ordered):
        if record.suite is not None:
            suite.append(_Entry(number=number, record=record, result=record.suite))
        for result in record.targets:
            targets.setdefault(result.name, []).append(_Entry(number=number, record=record, result=result))
    for entries in ([suite] if suite else []) + [targets[name] for name in sorted(targets)]:
        yield _trend(environment, entries, marks)


def _trend(environment: str, entries: Sequence[_Entry], marks: Marks) -> TargetTrend:
    counted = [_counted(entry) for entry in entries]
    points = tuple(
        _point(entry, _marks(marks, entries, counted, index) if index else ()) for index, entry in enumerate(entries)
    )
    return TargetTrend(
        name=entries[-1].result.name,
        environment=environment,
        points=points,
        steps=_steps(points, counter_steps(counted)),
    )


def _counted(entry: _Entry) -> Counted | None:
    counters = entry.result.counters
    if counters is None:
        return None
    return Counted(
        counters={name: count for name, count in counters.items() if name not in entry.result.unstable},
        counted_by=entry.record.tool.version,
        is_dirty=bool(entry.record.dirty),
    )


def _marks(marks: Marks, entries: Sequence[_Entry], counted: Sequence[Counted | None], index: int) -> tuple[str, ...]:
    """The marks of a point, among them another collectbench if counters differ since: it may count otherwise."""
    found = marks.between(entries[index - 1].number, entries[index].number)
    base, head = counted[index - 1], counted[index]
    if base is None or head is None or base.counted_by == head.counted_by or not changed_counters(base, head):
        return found
    return (*found, f"collectbench {base.counted_by} -> {head.counted_by}")


def _point(entry: _Entry, marks: tuple[str, ...]) -> TrendPoint:
    record, result = entry.record, entry.result
    is_timed = result.status in (Status.OK, Status.COLLECTION_ERRORS) and min(result.wall_s, default=0) > 0
    return TrendPoint(
        created=record.at,
        commit=record.commit,
        dirty=record.dirty,
        wall_s=median(result.wall_s) if is_timed else None,
        reference_wall_s=(result.reference_wall_s or None) if is_timed else None,
        items=result.items,
        marks=marks,
    )


def _steps(points: Sequence[TrendPoint], counted: Sequence[CounterStep]) -> tuple[Step, ...]:
    """The steps of both kinds in the order of their places; at the same place the counter, which is exact, first."""
    exact = [
        Step(
            index=step.index,
            kind=StepKind.COUNTER,
            figure=step.figure,
            before=step.before,
            after=step.after,
            base=points[step.base_index].commit,
            head=points[step.index].commit,
        )
        for step in counted
    ]
    steps = (*exact, *_time_steps(points, counted))
    return tuple(sorted(steps, key=lambda step: (step.index, step.kind is StepKind.TIME)))


def _time_steps(points: Sequence[TrendPoint], counted: Sequence[CounterStep]) -> Iterator[Step]:
    """The steps of the time: in reference seconds if each timed point has them, as the machine's speed may change."""
    timed = [index for index, point in enumerate(points) if point.wall_s is not None]
    reference_s = [seconds for index in timed if (seconds := points[index].reference_wall_s) is not None]
    wall_s = [seconds for index in timed if (seconds := points[index].wall_s) is not None]
    figure, values = (REFERENCE, reference_s) if len(reference_s) == len(timed) else (WALL, wall_s)
    places = [(bisect_left(timed, step.index), step) for step in counted]
    for step in explained_steps(values, time_steps(values), places):
        yield Step(
            index=timed[step.index],
            kind=StepKind.TIME,
            figure=figure,
            before=step.before,
            after=step.after,
            base=points[timed[step.index - 1]].commit,
            head=points[timed[step.index]].commit,
        )
