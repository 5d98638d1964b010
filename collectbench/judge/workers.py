"""What a number of workers costs: from laps of collections at the same time to a row for each number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from collectbench.judge.scheduling import makespan_s
from collectbench.judge.statistics import lower_half_mean
from collectbench.model.workers import Basis, Capacity, Collections, WorkerCost

MEASURED_PER_PROCESSOR = 2
"""With more workers than that on each processor, a lap only repeats what fewer have shown, and takes long."""
SHARE_OF_MEMORY = 0.8
"""Of the available memory. Collections that swap measure the disk."""


def measurable(numbers: Iterable[int], capacity: Capacity, peak_rss_bytes: int) -> tuple[int, ...]:
    """Return the numbers of workers that this machine can measure, 1 among them: the others are predicted.

    `peak_rss_bytes` is what one collection needs.
    """
    most = max(1, math.floor(MEASURED_PER_PROCESSOR * capacity.processors))
    if capacity.memory_bytes is not None and peak_rss_bytes > 0:
        most = min(most, max(1, math.floor(SHARE_OF_MEMORY * capacity.memory_bytes / peak_rss_bytes)))
    return tuple(sorted({1, *(number for number in numbers if number <= most)}))


def worker_costs(laps: Iterable[Collections], numbers: Iterable[int], processors: float) -> tuple[WorkerCost, ...]:
    """Return the cost of 1 and of each of the numbers, the smallest first. Numbers without a lap are predicted.

    Raises:
        ValueError: there is no lap of a single collection, with which all others are compared.
    """
    by_number: dict[int, list[Collections]] = {}
    for lap in laps:
        by_number.setdefault(lap.workers, []).append(lap)
    if 1 not in by_number:
        raise ValueError("no lap of one collection: nothing can be compared with it")
    measured = {number: _measured(number, taken) for number, taken in by_number.items()}
    waited_s = lower_half_mean([lap.waited_s for lap in by_number[1]])
    return tuple(
        measured.get(number) or predicted(number, measured.values(), waited_s=waited_s, processors=processors)
        for number in sorted({1, *numbers})
    )


def _measured(number: int, laps: Sequence[Collections]) -> WorkerCost:
    barriers_s, cpus_s = tuple(lap.barrier_s for lap in laps), tuple(lap.cpu_s for lap in laps)
    return WorkerCost(
        workers=number,
        basis=Basis.MEASURED,
        barrier_s=lower_half_mean(barriers_s),
        cpu_s=lower_half_mean(cpus_s),
        barriers_s=barriers_s,
        cpus_s=cpus_s,
    )


def predicted(number: int, measured: Iterable[WorkerCost], *, waited_s: float, processors: float) -> WorkerCost:
    """Return the least that a number of workers without a lap can cost on so many processors.

    The processors share the CPU time of all collections: that of one is taken from the largest number that was measured
    below, since collections that run side by side slow each other down. The `waited_s` of a single collection pass
    once, since they wait side by side. A barrier is never shorter than that of fewer workers.

    Raises:
        ValueError: no smaller number was measured.
    """
    below = [cost for cost in measured if cost.workers < number]
    if not below:
        raise ValueError(f"nothing was measured with fewer than {number} workers")
    nearest = max(below, key=lambda cost: cost.workers)
    cpu_s = number * nearest.cpu_s / nearest.workers
    return WorkerCost(
        workers=number,
        basis=Basis.PREDICTED,
        barrier_s=max(cpu_s / min(number, processors) + waited_s, *(cost.barrier_s for cost in below)),
        cpu_s=cpu_s,
    )


def with_tests(
    costs: Iterable[WorkerCost], seconds: Sequence[float], *, start_s: float, processors: float
) -> tuple[WorkerCost, ...]:
    """Return the costs with the time of the tests, and until the last test has ended.

    From two workers on, a process that collects nothing starts them: `start_s`. Beyond the processors, tests are taken
    for ones that compute: they end no sooner than the processors can run them.
    """
    jobs = sorted(seconds, reverse=True)
    least_s = math.fsum(jobs) / processors
    rows = []
    for cost in costs:
        tests_s = makespan_s(jobs, cost.workers)
        if cost.workers > processors:
            tests_s = max(tests_s, least_s)
        total_s = (start_s if cost.workers > 1 else 0.0) + cost.barrier_s + tests_s
        rows.append(replace(cost, tests_s=tests_s, total_s=total_s))
    return tuple(rows)


def queued_share(laps: Iterable[Collections]) -> float:
    """Return the share of the barrier of single collections in which others had the processors; 0 if unknown.

    Raises:
        ValueError: there is no lap of a single collection.
    """
    singles = [lap for lap in laps if lap.workers == 1]
    queued_s = lower_half_mean([lap.queued_s for lap in singles])
    return min(1.0, queued_s / lower_half_mean([lap.barrier_s for lap in singles]))


def best_of(costs: Iterable[WorkerCost]) -> int | None:
    """Return the number of workers with the smallest total, the smallest of equal ones; None without totals."""
    totals = [(cost.total_s, cost.workers) for cost in costs if cost.total_s is not None]
    return min(totals)[1] if totals else None
