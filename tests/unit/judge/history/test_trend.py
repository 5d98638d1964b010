"""Records become trends: points, marks and steps of each target in each environment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from collectbench.judge.history.trend import trends
from collectbench.model.history import Record, RecordedTarget, StepKind, TargetTrend
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Status

FIRST = {"modules": 100, "hook_calls": 500}
SECOND = {"modules": 140, "hook_calls": 500}


def target(wall_s: float = 1.0, **changes: Any) -> RecordedTarget:
    """A target with three rounds around a time."""
    values = {"name": "unit", "status": Status.OK, "items": 50, "wall_s": (0.99 * wall_s, wall_s, 1.01 * wall_s)}
    return RecordedTarget(**values | changes)


def untimed(status: Status) -> RecordedTarget:
    return replace(target(status=status), wall_s=())


@pytest.fixture(name="history")
def _history(environment: Environment, tool: Tool) -> Any:
    """Makes one record for each target, a day after the other, at commits c0, c1, …"""

    def make(results: list[RecordedTarget], **changes: Any) -> list[tuple[str, Record]]:
        return [
            (
                "linux",
                Record(
                    **{
                        "tool": tool,
                        "created": f"2026-01-01T{number // 60:02}:{number % 60:02}:00Z",
                        "commit": f"c{number}",
                        "dirty": False,
                        "environment": environment,
                        "targets": (result,),
                        "suite": None,
                    }
                    | changes
                ),
            )
            for number, result in enumerate(results)
        ]

    return make


def only(found: tuple[TargetTrend, ...]) -> TargetTrend:
    (trend,) = found
    return trend


def test_no_records_have_no_trends() -> None:
    assert trends([]) == ()


def test_a_run_is_a_point_with_its_medians(history: Any) -> None:
    (point,) = only(trends(history([target(2.0, reference_wall_s=1.5)]))).points
    assert (point.commit, point.dirty, point.wall_s, point.reference_wall_s) == ("c0", False, 2.0, 1.5)
    assert (point.items, point.marks) == (50, ())


def test_the_suite_comes_first_then_the_targets_by_name_in_each_environment(history: Any) -> None:
    targets = (target(name="b"), target(name="a"))
    ((_, record),) = history([target()], targets=targets, suite=target(name="suite"))
    found = trends([("linux", record), ("mac", record)])
    assert [(trend.environment, trend.name) for trend in found] == [
        (environment, name) for environment in ("linux", "mac") for name in ("suite", "a", "b")
    ]


def test_records_are_taken_in_the_order_of_time(history: Any) -> None:
    points = only(trends(history([target(), target(), target()])[::-1])).points
    assert [point.commit for point in points] == ["c0", "c1", "c2"]


def test_a_step_of_the_time_names_the_last_commit_before_and_the_first_after(history: Any) -> None:
    (step,) = only(trends(history([target(1.0)] * 10 + [target(1.3)] * 10))).steps
    assert (step.index, step.kind, step.figure) == (10, StepKind.TIME, "wall_s")
    assert (step.before, step.after, step.base, step.head) == (1.0, 1.3, "c9", "c10")


def test_reference_seconds_are_used_if_all_points_have_them(history: Any) -> None:
    slower_machine = [target(1.0, reference_wall_s=1.0)] * 10 + [target(1.5, reference_wall_s=1.0)] * 10
    assert only(trends(history(slower_machine))).steps == ()
    (step,) = only(trends(history([*slower_machine, target(1.5)]))).steps
    assert (step.figure, step.index) == ("wall_s", 10)
    (step,) = only(trends(history([target(1.0, reference_wall_s=s) for s in [1.0] * 9 + [2.0] * 9]))).steps
    assert (step.figure, step.before, step.after) == ("reference_wall_s", 1.0, 2.0)


@pytest.mark.parametrize("status", [Status.FAILED, Status.CRASHED, Status.TIMEOUT, Status.EMPTY])
def test_a_failed_run_is_a_point_without_a_time_and_no_part_of_a_level(history: Any, status: Status) -> None:
    failed = target(0.1, status=status, items=None)
    trend = only(trends(history([target(1.0)] * 9 + [failed] * 6 + [target(1.3)] * 9)))
    assert [point.wall_s for point in trend.points[8:16]] == [1.0, *[None] * 6, 1.3]
    (step,) = trend.steps
    assert (step.index, step.base, step.head) == (15, "c8", "c15")


def test_a_target_that_never_was_measured_has_points_and_no_steps(history: Any) -> None:
    trend = only(trends(history([untimed(Status.FAILED)] * 12)))
    assert len(trend.points) == 12
    assert trend.steps == ()


def test_a_time_of_zero_in_an_edited_file_is_none(history: Any) -> None:
    trend = only(trends(history([replace(target(), wall_s=(0.0, 1.0, 1.0)), *[target(reference_wall_s=0.0)] * 12])))
    assert [point.wall_s for point in trend.points] == [None, *[1.0] * 12]
    assert trend.points[1].reference_wall_s is None
    assert trend.steps == ()


def test_a_target_may_appear_and_vanish(history: Any) -> None:
    records = history([target()] * 4)
    without = [("linux", replace(record, targets=(target(name="other"),))) for _, record in records[:2]]
    found = {trend.name: trend for trend in trends([*without, *records[2:]])}
    assert [point.commit for point in found["unit"].points] == ["c2", "c3"]
    assert [point.commit for point in found["other"].points] == ["c0", "c1"]


def test_a_point_is_marked_with_what_changed_since_the_run_before_that_has_the_target(history: Any) -> None:
    records = history([target()] * 3)
    environment = records[0][1].environment
    upgraded = [
        replace(record, environment=replace(environment, distributions={"numpy": version}))
        for (_, record), version in zip(records, ("1.0", "2.0", "2.0"), strict=True)
    ]
    upgraded[1] = replace(upgraded[1], targets=(target(name="other"),))
    unit = next(trend for trend in trends([("linux", record) for record in upgraded]) if trend.name == "unit")
    assert [point.marks for point in unit.points] == [(), ("numpy 1.0 -> 2.0",)]


def test_a_counter_step_is_exact(history: Any) -> None:
    results = [target(counters=FIRST)] * 3 + [target(counters=SECOND)] * 2
    (step,) = only(trends(history(results))).steps
    assert (step.index, step.kind, step.figure) == (3, StepKind.COUNTER, "modules")
    assert (step.before, step.after, step.base, step.head) == (100, 140, "c2", "c3")


def test_an_unstable_counter_decides_nothing(history: Any) -> None:
    unstable = target(counters=SECOND, unstable=("modules",))
    assert only(trends(history([target(counters=FIRST), unstable, target(counters=FIRST)]))).steps == ()


def test_counters_of_another_collectbench_are_a_mark_and_no_step(history: Any) -> None:
    records = history([target(counters=FIRST), target(counters=SECOND), target(counters=SECOND)])
    updated = [
        (name, replace(record, tool=replace(record.tool, version="9.0")) if index else record)
        for index, (name, record) in enumerate(records)
    ]
    trend = only(trends(updated))
    assert trend.steps == ()
    assert [point.marks for point in trend.points] == [(), ("collectbench 1.2.3 -> 9.0",), ()]
    equal = [(name, replace(record, targets=(target(counters=FIRST),))) for name, record in updated]
    assert [point.marks for point in only(trends(equal)).points] == [(), (), ()]


def noisy(place: int, counted: int, after: float = 1.15) -> list[RecordedTarget]:
    """Sixteen runs; the time rises at `place`, less clearly in the first run there, the modules at `counted`."""
    seconds = [1.0, 1.03, 0.98, 1.02, 0.99, 1.01] * 5
    return [
        target(second * (after if index >= place else 1.0), counters=SECOND if index >= counted else FIRST)
        for index, second in enumerate(seconds)
    ]


def test_a_step_of_the_time_has_the_place_of_the_counter_step_that_explains_it(history: Any) -> None:
    results = noisy(15, 14)
    results[14] = replace(results[14], wall_s=(1.075,))
    alone = only(trends(history([replace(result, counters=None) for result in results]))).steps
    assert [(step.index, step.kind) for step in alone] == [(15, StepKind.TIME)]
    steps = only(trends(history(results))).steps
    assert [(step.index, step.kind, step.base, step.head) for step in steps] == [
        (14, StepKind.COUNTER, "c13", "c14"),
        (14, StepKind.TIME, "c13", "c14"),
    ]


@pytest.mark.parametrize(
    "results", [noisy(15, 10), noisy(15, 14, after=0.8), noisy(15, 13, after=2.0)],
    ids=["too far away", "in the other direction", "at a place that the times exclude"],
)  # fmt: skip
def test_a_counter_step_that_explains_nothing_leaves_the_step_of_the_time(history: Any, results: Any) -> None:
    steps = only(trends(history(results))).steps
    assert [step.index for step in steps if step.kind is StepKind.TIME] == [15]
    assert len(steps) == 2


def test_a_commit_that_is_measured_later_has_its_own_place(history: Any) -> None:
    records = history([target(1.0), target(3.0), target(2.0)])
    committed = ("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z", "2026-01-01T00:00:00Z")
    placed = [
        (name, replace(record, committed=at, depth=depth))
        for (name, record), at, depth in zip(records, committed, (1, 3, 2), strict=True)
    ]
    points = only(trends(placed)).points
    assert [point.wall_s for point in points] == [1.0, 2.0, 3.0]
    assert [point.created for point in points] == sorted(committed)
