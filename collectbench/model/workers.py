"""What several workers of pytest-xdist, or several shards, cost: each of them collects before a test runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Basis(str, Enum):
    """Where a figure comes from."""

    MEASURED = "measured"
    PREDICTED = "predicted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What processes may use at the same time; `memory_bytes` is what is available now, None if unknown."""

    processors: float
    memory_bytes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Collections:
    """One lap: several collections at the same time.

    `barrier_s` is from the first spawn until the last process has ended; no test can begin before. `cpu_s` are the CPU
    seconds of all of them. `phases` are those of the last one to end, `queued_s` its seconds in the run queue, and
    `waited_s` those in which it neither computed nor was in the run queue.
    """

    workers: int
    barrier_s: float
    cpu_s: float
    waited_s: float
    queued_s: float
    phases: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerCost:
    """What a number of workers costs.

    `barriers_s` and `cpus_s` are the raw samples, lap by lap, empty if the cost is predicted. `barrier_s` and `cpu_s`
    are the means of their lower halves, or the least that so many can cost; `cpu_s` is that of all workers together.
    `tests_s` are the seconds of the tests on so many workers, and `total_s` those until the last test has ended; None
    without durations of tests.
    """

    workers: int
    basis: Basis
    barrier_s: float
    cpu_s: float
    barriers_s: tuple[float, ...] = ()
    cpus_s: tuple[float, ...] = ()
    tests_s: float | None = None
    total_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestTime:
    """The seconds of one test; `file` is its file, or its class and module if the file is unknown."""

    __test__ = False

    file: str
    name: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TestTimes:
    """What is known of the durations of the tests, and the file that they come from."""

    __test__ = False

    source: str
    tests: int
    files: int
    total_s: float
    longest_s: float
    longest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardCost:
    """A number of shards, each on a machine of its own.

    `wall_s` is the time until the last one has ended, `machine_s` that of all machines together. `tail_s` is how long
    the last one still runs when an even split would have ended.
    """

    shards: int
    wall_s: float
    machine_s: float
    tail_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardCosts:
    """What shards cost.

    `floor_s` is what each of them pays before it collects, and `divided_s` the rest of a collection, of which each
    shard has its part. `single` and `best` are one shard and the best number; None without durations of tests.
    """

    floor_s: float
    divided_s: float
    single: ShardCost | None = None
    best: ShardCost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """The costs of several numbers of workers for one target, and of shards.

    `processors` are those that the measured processes may use; all figures hold for so many. `start_s` is what the
    process of xdist that starts the workers needs before it does. `best` is the number of workers with the smallest
    total; None without durations of tests.
    """

    processors: float
    start_s: float
    costs: tuple[WorkerCost, ...]
    tests: TestTimes | None = None
    best: int | None = None
    shards: ShardCosts | None = None
    notes: tuple[str, ...] = ()
