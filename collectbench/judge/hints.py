"""What a reader of a run should do next: plain sentences, each naming a command or setting that exists."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from collectbench.judge.bytecode import bytecode_advice
from collectbench.judge.parts import explained, sum_of_parts
from collectbench.model.report import has_figures
from collectbench.model.sample import UNACCOUNTED, Status
from collectbench.model.units import format_duration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collectbench.model.report import Parts
    from collectbench.model.run import Run, TargetResult

HINTS_SHOWN = 4
"""More than these are not read."""

_NOISY = 0.25
"""Range of the wall time over its median, from which a target is called noisy."""

_STARTUP_SHARE = 0.5
_STARTUP = ("interpreter", "pytest-import", "plugins", "startup")

_SUITE_CHEAPER, _SUITE_DEARER = 0.5, 1.15
"""Wall time of the suite over that of its parts. One process shares imports, so somewhat below 1 is usual."""

_UNACCOUNTED_SHARE, _UNACCOUNTED_S = 0.01, 0.02


def hints(run: Run) -> tuple[str, ...]:
    """At most HINTS_SHOWN hints that the run gives reason for, the most useful first."""
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
    found = (hint for source in sources for hint in source(run))
    return tuple(hint for hint, _ in zip(found, range(HINTS_SHOWN), strict=False))


def _empty_shard(run: Run) -> Iterator[str]:
    if run.shard is not None and not run.targets and run.suite is None:
        parts = len(run.shard.plan)
        yield (
            f"there are more shards ({run.shard.count}) than parts ({parts}), and this one holds none, which is fine:"
            " collectbench merge wants it all the same"
        )


def _bytecode(run: Run) -> Iterator[str]:
    yield from bytecode_advice(run.environment)


def _broken(run: Run) -> Iterator[str]:
    def with_status(*statuses: Status) -> list[TargetResult]:
        return [result for result in run.targets if result.status in statuses]

    if failed := with_status(Status.FAILED, Status.COLLECTION_ERRORS):
        name = failed[0].name
        trial = f"collectbench baseline {shlex.quote(name)} --name trial --rounds 1"
        yield f"all of pytest's own words on {name}: {trial} --show-output"
    if crashed := with_status(Status.CRASHED):
        path = next(iter(crashed[0].paths), ".")
        trial = f"collectbench baseline {shlex.quote(path)} --depth 2 --name trial --rounds 1"
        yield f"{crashed[0].name} crashed, and {trial} tells in which part of it"
    if late := with_status(Status.TIMEOUT):
        name = late[0].name
        yield (
            f"{name} did not end within {format_duration(run.config.timeout_s)}:"
            f" collectbench baseline {shlex.quote(name)} --timeout DURATION gives it longer"
        )
    if empty := with_status(Status.EMPTY):
        yield f"no test was collected in {empty[0].name}: collectbench targets shows which paths are measured"


def _shared_machine(run: Run) -> Iterator[str]:
    if not all(sample.comparable for result in run.targets for sample in result.timed()):
        yield "rounds ran at the same time, which lengthens them: run collectbench baseline without --jobs"


def _lost_items(run: Run) -> Iterator[str]:
    parts, suite = _parts_and_suite(run)
    if parts is None or suite is None or suite.counts is None or parts.errors or suite.counts.errors:
        return
    if difference := suite.counts.items - parts.items:
        where = "in no target" if difference > 0 else "in two targets"
        yield (
            f"the suite collects {suite.counts.items:,} items and the targets {parts.items:,},"
            f" so some are {where}: collectbench targets shows their paths"
        )


def _parts_and_suite(run: Run) -> tuple[Parts | None, TargetResult | None]:
    """Both sides of the sum, each only where nothing is missing that the other has."""
    parts, suite = sum_of_parts(run), run.suite
    if run.shard is not None:  # the suite is that of all shards
        return None, None
    if parts is None or suite is None or parts.measured < parts.total or not has_figures(suite):
        return None, None
    return parts, suite


def _noise(run: Run) -> Iterator[str]:
    spreads = [
        ((result.wall_s.max - result.wall_s.min) / result.wall_s.median, result.name)
        for result in run.targets
        if has_figures(result) and result.wall_s and result.wall_s.median
    ]
    spread, name = max(spreads, default=(0.0, ""))
    if spread > _NOISY:
        rounds = max(10, *(2 * len(result.timed()) for result in run.targets))
        yield (
            f"the rounds of {name} differ by {spread:.0%} of their median: close what else runs here, then"
            f" collectbench baseline {shlex.quote(name)} --rounds {rounds}"
        )


def _startup(run: Run) -> Iterator[str]:
    result = explained(run)
    if result is None:
        return
    spent_s = sum(result.phases.get(phase, 0.0) for phase in _STARTUP)
    total_s = sum(result.phases.values())
    if spent_s > _STARTUP_SHARE * total_s and run.environment.plugins:
        yield (
            f"{format_duration(spent_s)} of {format_duration(total_s)} pass in Python, pytest and its plugins"
            " before any test file is read: collectbench baseline --name trial -- -p no:PLUGIN shows what"
            " one of them costs"
        )


def _suite_time(run: Run) -> Iterator[str]:
    parts, suite = _parts_and_suite(run)
    if parts is None or suite is None or suite.wall_s is None:
        return
    suite_s = suite.wall_s.median
    both = f"one process collects all in {format_duration(suite_s)},"
    both = f"{both} {parts.total} processes in {format_duration(parts.wall_s)}"
    if suite_s < _SUITE_CHEAPER * parts.wall_s and run.config.suite_budget_s is None:
        yield f"{both}: people wait for the former, so set suite-budget and let collectbench compare hold it"
    elif suite_s > _SUITE_DEARER * parts.wall_s:
        yield f"{both}: together they cost more than apart; collectbench baseline --rounds 10 to be sure"


def _unaccounted(run: Run) -> Iterator[str]:
    result = explained(run)
    if result is None:
        return
    total_s, lost_s = sum(result.phases.values()), result.phases.get(UNACCOUNTED, 0.0)
    if lost_s > max(_UNACCOUNTED_SHARE * total_s, _UNACCOUNTED_S):
        yield (
            f"{lost_s / total_s:.1%} of the time of {result.name} belongs to no phase, as on a busy machine:"
            " collectbench baseline --rounds 10 on a quiet one"
        )
