"""Takes several collections of one target at the same time: each number once a lap, in random order within a lap."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.launch import Finished, Invocation, Launcher
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.round_runner import Announcement, Observer, RoundRunner, trees_put_back
from collectbench.model.target import Target
from collectbench.model.workers import Collections

MOST_SPOILT = 3
"""So many collections that the machine slept through are taken again. A clock that always jumps must end some time."""


@dataclass(slots=True, kw_only=True)
class WorkersSession:
    """The laps of one target.

    Attributes:
        bench: the place and the means of all rounds, which do not run alone.
        target: what each process collects.
        numbers: of processes at the same time.
        laps: how often each number is taken.
        seed: decides the order within each lap.
        deadline_ns: no collections begin at or after this moment of the clock; None for no limit.
        observer: learns of each round.
        clock_ns: reads the clock.
        pace: how long earlier rounds took.
        taken: the finished laps.
        failed: a round that was not collected, which ends the session; None without one.
        failed_number: how many processes ran beside it, itself among them; 0 without one.
        differing: the numbers of processes that did not all collect the same node ids.
        out_of_time: whether the deadline ended the session.
    """

    bench: Bench
    target: Target
    numbers: Sequence[int]
    laps: int
    seed: int
    deadline_ns: int | None
    observer: Observer
    clock_ns: Callable[[], int] = now_ns
    pace: Pace = field(default_factory=Pace)
    taken: list[Collections] = field(default_factory=list)
    failed: Round | None = None
    failed_number: int = 0
    differing: set[int] = field(default_factory=set)
    out_of_time: bool = False
    _spoilt: int = 0

    def run(self) -> None:
        """Take all laps, or what begins before the deadline.

        Raises:
            OSError: the interpreter cannot be started.
            Interrupted: a signal arrived; no process is left.
        """
        order = random.Random(self.seed)
        self.pace.clock_ns = self.clock_ns
        left = [number for _ in range(self.laps) for number in order.sample(self.numbers, len(self.numbers))]
        with trees_put_back([self.bench]):
            if self._is_over():
                return
            self._take_guarded(left)
            while left and self.failed is None and not self._is_over():
                if self._take(left) or self._spoilt > MOST_SPOILT:
                    del left[0]

    def _is_over(self) -> bool:
        self.out_of_time = self.deadline_ns is not None and self.clock_ns() >= self.deadline_ns
        return self.out_of_time

    def _take_guarded(self, left: Sequence[int]) -> None:
        """Take a round that tells which files collection makes, so that those of all later ones are removed."""
        runner = RoundRunner(observer=self.observer, clock_ns=self.clock_ns)
        finished = runner.take(
            self.bench, RoundRequest(target=self.target, guarded=True), self._announcement([1, *left])
        )
        if finished.status in WITHOUT_COLLECTION:
            self.failed, self.failed_number = finished, 1

    def _take(self, left: Sequence[int]) -> bool:
        """Take the first number of collections; False if the machine slept, so that they count for nothing."""
        number = left[0]
        watch = _StopWatch(launch=self.bench.launch)
        rounds = self._together(number, replace(self.bench, launch=watch), self._announcement(left))
        self.failed = next((each for each in rounds if each.status in WITHOUT_COLLECTION), None)
        if self.failed is not None:
            self.failed_number = number
            return True
        if any(each.sample.slept for each in rounds):
            self._spoilt += 1
            return False
        if len({each.nodeids_sha256 for each in rounds}) > 1:
            self.differing.add(number)
        last = max((each.sample for each in rounds), key=lambda sample: sample.wall_s)
        self.taken.append(
            Collections(
                workers=number,
                barrier_s=watch.barrier_s,
                cpu_s=sum(each.sample.cpu_s for each in rounds),
                waited_s=max(0.0, last.not_running_s if last.waited_s is None else last.waited_s),
                queued_s=last.queued_s or 0.0,
                phases=dict(last.phases),
            )
        )
        return True

    def _together(self, number: int, bench: Bench, announcement: Announcement) -> list[Round]:
        """Take so many rounds at the same time, and put the tree back after the last one."""
        runner = RoundRunner(observer=self.observer, clock_ns=self.clock_ns)
        request = RoundRequest(target=self.target)
        bench.tree.begin()
        try:
            with ThreadPoolExecutor(max_workers=number) as pool:
                futures = [
                    pool.submit(runner.take, bench, request, _numbered(announcement, index)) for index in range(number)
                ]
                rounds = [future.result() for future in futures]
        finally:
            bench.tree.restore()
        for each in rounds:
            self.pace.took(announcement.name, each.sample.wall_s)
        return rounds

    def _announcement(self, left: Sequence[int]) -> Announcement:
        names = {number: self._name(number) for number in left}
        rest = {names[number]: float(number * left.count(number)) for number in names}
        limit_s = None if self.deadline_ns is None else (self.deadline_ns - self.clock_ns()) / 1e9
        return Announcement(name=names[left[0]], outlook=self.pace.outlook(rest, limit_s=limit_s))

    def _name(self, number: int) -> str:
        return f"{self.target.name} ({number} at the same time)" if number > 1 else self.target.name


def _numbered(announcement: Announcement, index: int) -> Announcement:
    """The announcement of one of several rounds that begin together."""
    return replace(announcement, outlook=replace(announcement.outlook, round=announcement.outlook.round + index))


@dataclass(frozen=True, slots=True, kw_only=True)
class _StopWatch:
    """A launcher that keeps when its children began and ended."""

    launch: Launcher
    finished: list[Finished] = field(default_factory=list)

    def __call__(
        self,
        invocation: Invocation,
        *,
        output: Path,
        timeout_s: float,
        on_hang: Callable[[], bool] | None = None,
    ) -> Finished:
        """See `launch`."""
        finished = self.launch(invocation, output=output, timeout_s=timeout_s, on_hang=on_hang)
        self.finished.append(finished)
        return finished

    @property
    def barrier_s(self) -> float:
        """Seconds from the first spawn call until the last child was reaped."""
        first_ns = min(each.spawned_ns for each in self.finished)
        return (max(each.reaped_ns for each in self.finished) - first_ns) / 1e9
