"""Simulates a fleet of workers: who measures which target when. Not a script itself.

The client hands out targets, the one that should take longest first, to workers that are free. A worker gets the
archive before its first target, and again after it has died; then its target comes back as a whole. The archives pass
the link of the scheduler one after the other.
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One target with all its rounds. `expected_s` is what the client believes, `true_s` what it takes with `pairs`."""

    expected_s: float
    true_s: float
    pairs: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The workers, and what lies between them and the client.

    Attributes:
        slowness: of each worker, how long it takes for a second of `Task.true_s`.
        archive_bytes: what a worker gets before its first target.
        bytes_per_s: the link of the scheduler.
        mean_life_s: of a worker until it dies, exponentially distributed; None if none dies.
        restart_s: from a death to the next worker in its place.
    """

    slowness: tuple[float, ...]
    archive_bytes: float = 0.0
    bytes_per_s: float = math.inf
    mean_life_s: float | None = None
    restart_s: float = 60.0


@dataclass(slots=True, kw_only=True)
class Outcome:
    """How a comparison went: its end, deaths, the seconds of work that they cost, and how many archives were sent."""

    makespan_s: float = 0.0
    deaths: int = 0
    lost_s: float = 0.0
    archives: int = 0


def bound_s(tasks: Sequence[Task], fleet: Fleet) -> float:
    """Return a time that no order of the tasks can beat, without deaths and archives.

    That is the longest task on the quickest worker, or all work shared out by speed, if that is more.
    """
    total_s = math.fsum(task.true_s for task in tasks)
    longest_s = max((task.true_s for task in tasks), default=0.0) * min(fleet.slowness)
    return max(total_s / math.fsum(1 / slowness for slowness in fleet.slowness), longest_s)


def run_fleet(tasks: Sequence[Task], fleet: Fleet, seed: int) -> Outcome:
    """Let the fleet work until all targets are measured."""
    return _Run(fleet=fleet, source=random.Random(seed)).through(tasks)


@dataclass(slots=True, kw_only=True)
class _Run:
    """The state of a simulation.

    `events` are (moment, number, worker, whether it lives, its task); `waiting` holds tasks, the longest first; `idle`
    workers wait for one that comes back.
    """

    fleet: Fleet
    source: random.Random
    outcome: Outcome = field(default_factory=Outcome)
    events: list[tuple[float, int, int, bool, Task | None]] = field(default_factory=list)
    waiting: list[tuple[float, int, Task]] = field(default_factory=list)
    idle: list[int] = field(default_factory=list)
    link_free_s: float = 0.0
    number: int = 0

    def through(self, tasks: Sequence[Task]) -> Outcome:
        """Run to the end."""
        for known in tasks:
            self._put_back(known)
        left = len(tasks)
        for worker in range(len(self.fleet.slowness)):
            self._send_archive(worker, 0.0)
        while left:
            now_s, _, worker, lives, task = heapq.heappop(self.events)
            if lives:
                left -= task is not None
                self.outcome.makespan_s = now_s
                self.idle.append(worker)
            else:
                self.outcome.deaths += 1
                if task is not None:
                    self._put_back(task)
                self._send_archive(worker, now_s + self.fleet.restart_s)
            while self.idle and self.waiting:
                self._hand_out(self.idle.pop(0), now_s)
        return self.outcome

    def _hand_out(self, worker: int, now_s: float) -> None:
        task = heapq.heappop(self.waiting)[-1]
        takes_s = task.true_s * self.fleet.slowness[worker]
        life_s = self.source.expovariate(1 / self.fleet.mean_life_s) if self.fleet.mean_life_s else math.inf
        if life_s < takes_s:
            self.outcome.lost_s += life_s
        self._push(now_s + min(takes_s, life_s), worker, task, lives=life_s >= takes_s)

    def _send_archive(self, worker: int, now_s: float) -> None:
        self.outcome.archives += 1
        self.link_free_s = max(self.link_free_s, now_s) + self.fleet.archive_bytes / self.fleet.bytes_per_s
        self._push(self.link_free_s, worker, None, lives=True)

    def _push(self, moment_s: float, worker: int, task: Task | None, *, lives: bool) -> None:
        self.number += 1
        heapq.heappush(self.events, (moment_s, self.number, worker, lives, task))

    def _put_back(self, task: Task) -> None:
        self.number += 1
        heapq.heappush(self.waiting, (-task.expected_s, self.number, task))
