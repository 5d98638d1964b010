"""What shards cost, each on a machine of its own, and how many are best."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from collectbench.judge.scheduling import makespan_s
from collectbench.model.workers import ShardCost, ShardCosts, TestTime

FLOOR_PHASES = ("interpreter", "pytest-import", "plugins", "conftest", "startup")
"""What each shard pays before it collects."""
MOST_SHARDS = 256
"""More jobs than that at once are what few CI services give."""


def floor_s(phases: Mapping[str, float]) -> float:
    """Return the seconds of a round before it collects."""
    return math.fsum(phases.get(name, 0.0) for name in FLOOR_PHASES)


def shard_costs(collection_s: float, phases: Mapping[str, float], tests: Sequence[TestTime] | None) -> ShardCosts:
    """Return the costs of shards of a target that takes `collection_s` to collect; `tests` are None if unknown.

    The tests of a file stay together, since shards get files. The best number makes the sum of two times the smallest:
    until the last shard has ended, and of all machines together. So a further shard must save more time than its floor.
    """
    floor = min(floor_s(phases), collection_s)
    divided_s = collection_s - floor
    if tests is None:
        return ShardCosts(floor_s=floor, divided_s=divided_s)
    files: dict[str, float] = {}
    for test in tests:
        files[test.file] = files.get(test.file, 0.0) + test.seconds
    jobs = sorted(files.values(), reverse=True)
    single = best = _cost(1, floor, divided_s, jobs)
    for shards in range(2, min(len(jobs), MOST_SHARDS) + 1):
        if shards * floor >= best.wall_s + best.machine_s - single.machine_s + floor:
            break  # the floors alone cost more
        cost = _cost(shards, floor, divided_s, jobs)
        best = min(best, cost, key=lambda each: each.wall_s + each.machine_s)
    return ShardCosts(floor_s=floor, divided_s=divided_s, single=single, best=best)


def _cost(shards: int, floor: float, divided_s: float, jobs: Sequence[float]) -> ShardCost:
    tests_s = makespan_s(jobs, shards)
    total_s = math.fsum(jobs)
    return ShardCost(
        shards=shards,
        wall_s=floor + divided_s / shards + tests_s,
        machine_s=shards * floor + divided_s + total_s,
        tail_s=max(0.0, tests_s - total_s / shards),
    )
