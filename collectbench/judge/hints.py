"""Hints on what a reader of a run should do next, each a reason with remedies."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from collectbench.judge.bytecode import bytecode_advice
from collectbench.judge.parts import explained, sum_of_parts
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.report import has_figures
from collectbench.model.sample import UNACCOUNTED, Status
from collectbench.model.units import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectbench.model.report import Parts
    from collectbench.model.run import Run, TargetResult

HINTS_SHOWN = 4
"""Nobody reads more."""

_NOISY = 0.25
"""The range of the wall time over its median from which a target is noisy."""

_STARTUP_SHARE = 0.5
_STARTUP = ("interpreter", "pytest-import", "plugins", "startup")

_SUITE_CHEAPER, _SUITE_DEARER = 0.5, 1.15
"""Wall time of the suite over that of its parts. One process shares imports, so a little below 1 is usual."""

_UNACCOUNTED_SHARE, _UNACCOUNTED_S = 0.01, 0.02

_ROUNDS_ADVISED = 10


def hints(run: Run) -> tuple[Reason, ...]:
    """At most HINTS_SHOWN hints for this run, the most useful first."""
    sources = (
        _empty_shard,
        _bytecode,
        _broken,
        _shared_machine,
        _lost_items,
        _noise,
        _startup,
        _suite_time,
        _unaccounted,
    )
    return tuple(islice((hint for source in sources for hint in source(run)), HINTS_SHOWN))


def _hint(
    fact: str, action: Action, *, target: str | None = None, rounds: int | None = None, value: str | None = None
) -> Reason:
    return Reason(fact, (Remedy(action=action, target=target, rounds=rounds, value=value),))


def _empty_shard(run: Run) -> Iterator[Reason]:
    if run.shard is not None and not run.targets and run.suite is None:
        parts = len(run.shard.plan)
        fact = f"there are more shards ({run.shard.count}) than parts ({parts}), so this shard is empty; that is fine"
        yield _hint(fact, Action.MERGE_SHARDS)


def _bytecode(run: Run) -> Iterator[Reason]:
    yield from map(Reason, bytecode_advice(run.environment))


def _broken(run: Run) -> Iterator[Reason]:
    def with_status(*statuses: Status) -> list[TargetResult]:
        return [result for result in run.targets if result.status in statuses]

    if failed := with_status(Status.FAILED, Status.COLLECTION_ERRORS):
        yield _hint(f"pytest reported errors in {failed[0].name}", Action.SHOW_OUTPUT, target=failed[0].name)
    if crashed := with_status(Status.CRASHED):
        yield _hint(f"{crashed[0].name} crashed", Action.LOCATE_CRASH, target=crashed[0].name)
    if late := with_status(Status.TIMEOUT):
        fact = f"{late[0].name} did not end within {format_duration(run.config.timeout_s)}"
        longer = f"{2 * run.config.timeout_s:g}s"
        yield _hint(fact, Action.LONGER_TIMEOUT, target=late[0].name, value=longer)
    if empty := with_status(Status.EMPTY):
        yield _hint(f"no test was collected in {empty[0].name}", Action.SHOW_TARGETS)


def _shared_machine(run: Run) -> Iterator[Reason]:
    if not all(sample.comparable for result in run.targets for sample in result.timed()):
        yield _hint("rounds ran at the same time, which makes them slower", Action.ONE_AT_A_TIME)


def _lost_items(run: Run) -> Iterator[Reason]:
    parts, suite = _parts_and_suite(run)
    if parts is None or suite is None or suite.counts is None or parts.errors or suite.counts.errors:
        return
    if difference := suite.counts.items - parts.items:
        where = "in no target" if difference > 0 else "in two targets"
        yield _hint(
            f"the suite collects {suite.counts.items:,} items and the targets collect {parts.items:,}, so some are"
            f" {where}",
            Action.SHOW_TARGETS,
        )


def _parts_and_suite(run: Run) -> tuple[Parts | None, TargetResult | None]:
    """The sum of the targets and the suite; both None unless they cover the same tests."""
    parts, suite = sum_of_parts(run), run.suite
    if run.shard is not None:  # its suite covers the targets of all shards
        return None, None
    if parts is None or suite is None or parts.measured < parts.total or not has_figures(suite):
        return None, None
    return parts, suite


def _noise(run: Run) -> Iterator[Reason]:
    spreads = [
        ((result.wall_s.max - result.wall_s.min) / result.wall_s.median, result.name)
        for result in run.targets
        if has_figures(result) and result.wall_s and result.wall_s.median
    ]
    spread, name = max(spreads, default=(0.0, ""))
    if spread > _NOISY:
        rounds = max(_ROUNDS_ADVISED, *(2 * len(result.timed()) for result in run.targets))
        fact = f"the rounds of {name} differ by {spread:.0%} of their median"
        yield _hint(fact, Action.RECORD_ON_QUIET_MACHINE, target=name, rounds=rounds)


def _startup(run: Run) -> Iterator[Reason]:
    result = explained(run)
    if result is None:
        return
    spent_s = sum(result.phases.get(phase, 0.0) for phase in _STARTUP)
    total_s = sum(result.phases.values())
    if spent_s > _STARTUP_SHARE * total_s and run.environment.plugins:
        yield _hint(
            f"Python, pytest and its plugins take {format_duration(spent_s)} of {format_duration(total_s)} before any"
            " test file is read",
            Action.SHOW_PLUGINS,
            target=run.targets[0].name if result is run.suite else result.name,
        )


def _suite_time(run: Run) -> Iterator[Reason]:
    parts, suite = _parts_and_suite(run)
    if parts is None or suite is None or suite.wall_s is None:
        return
    suite_s = suite.wall_s.median
    times = (
        f"one process collects everything in {format_duration(suite_s)},"
        f" {parts.total} processes in {format_duration(parts.wall_s)}"
    )
    if suite_s < _SUITE_CHEAPER * parts.wall_s and run.config.suite_budget_s is None:
        yield _hint(f"{times}; users wait for the one process", Action.SET_SUITE_BUDGET)
    elif suite_s > _SUITE_DEARER * parts.wall_s:
        fact = f"{times}; together the targets cost more than apart, which more rounds can confirm"
        yield _hint(fact, Action.RECORD_BASELINE, rounds=_ROUNDS_ADVISED)


def _unaccounted(run: Run) -> Iterator[Reason]:
    result = explained(run)
    if result is None:
        return
    total_s, lost_s = sum(result.phases.values()), result.phases.get(UNACCOUNTED, 0.0)
    if lost_s > max(_UNACCOUNTED_SHARE * total_s, _UNACCOUNTED_S):
        fact = f"{lost_s / total_s:.1%} of the time of {result.name} belongs to no phase, as on a busy machine"
        yield _hint(fact, Action.RECORD_ON_QUIET_MACHINE, rounds=_ROUNDS_ADVISED)
