"""Runs the rounds of all targets in laps, and keeps all finished rounds available, also after Ctrl-C."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.process.clock import now_ns
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.cold_cache import ColdCache
from collectbench.measure.round.record import agree, target_result
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round
from collectbench.measure.session.pace import Outlook, Pace
from collectbench.measure.session.round_runner import (
    Announcement,
    Observer,
    OutOfTime,
    ReferenceSource,
    RoundRunner,
    trees_put_back,
)
from collectbench.measure.session.schedule import Policy, State, lap, remark, rounds_expected, uses_cold_cache
from collectbench.model.run import TargetResult
from collectbench.model.sample import Reference, RoundKind
from collectbench.model.target import Target

FIRST_ROUND_NS = 1_000_000
"""Within this time the first round begins, also if the inspection has taken all the time that the command may take."""


@dataclass(slots=True)
class LapSession:
    """The rounds of one command, in the order in which they ended.

    Attributes:
        bench: the place and the means of all rounds.
        targets: the measured targets by name; the suite is one of them, since no target has its name.
        policy: how often targets are measured.
        seed: decides the order within each lap.
        max_time_s: no round but the first begins later than this after the start; None for no limit.
        begun_ns: the start, a moment of the clock; None for that of the session.
        jobs: rounds at the same time.
        cold_cache: the bytecode cache of cold rounds; None if there are none.
        observer: learns of each round.
        reference: runs the reference workload, before the first timed round of each lap; None to omit it.
        clock_ns: reads the clock.
        pace: knows the times of an earlier run, if there is one.
        bytecode_is_kept: whether rounds find the bytecode that earlier ones wrote.
        rounds: the finished rounds, by target.
        states: the progress of each target.
        out_of_time: whether the time limit ended the session.
    """

    bench: Bench
    targets: Mapping[str, Target]
    policy: Policy
    seed: int
    max_time_s: float | None
    jobs: int
    cold_cache: ColdCache | None
    observer: Observer
    reference: ReferenceSource | None = None
    begun_ns: int | None = None
    clock_ns: Callable[[], int] = now_ns
    pace: Pace = field(default_factory=Pace)
    bytecode_is_kept: bool = True
    rounds: dict[str, list[Round]] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    out_of_time: bool = False
    _reference_of_lap: list[Reference | None] = field(default_factory=list)
    """One entry once the workload ran in this lap."""

    def run(self) -> None:
        """Run laps until no target needs a round, or the time limit is reached.

        Raises:
            OSError: the interpreter cannot be started.
            Interrupted: a signal arrived; finished rounds stay available.
        """
        order = random.Random(self.seed)
        self.pace.clock_ns = self.clock_ns
        runner = RoundRunner(observer=self.observer, deadline_ns=self._deadline_ns(), clock_ns=self.clock_ns)
        self.states = {name: State(name=name, budget_s=target.limits.budget_s) for name, target in self.targets.items()}
        with trees_put_back([self.bench]):
            while not self.out_of_time and (wanted := lap(self.policy, list(self.states.values()), order)):
                self._reference_of_lap.clear()
                # Two guarded rounds at the same time would take each other's files for the user's.
                alone = [(name, kind) for name, kind in wanted if self.jobs == 1 or not self.states[name].kinds]
                for name, kind in alone:
                    self._take(runner, name, kind)
                self._take_together(runner, [pair for pair in wanted if pair not in alone])

    def result(self, name: str) -> TargetResult | None:
        """The result of a target so far; None if none of its rounds has ended."""
        rounds = self.rounds.get(name)
        if not rounds:
            return None
        note = remark(self.policy, self.states[name])
        return target_result(self.targets[name], rounds, (note,) if note else ())

    def _deadline_ns(self) -> int | None:
        if self.max_time_s is None:
            return None
        now_ns, limit_ns = self.clock_ns(), int(self.max_time_s * 1e9)
        return max((self.begun_ns or now_ns) + limit_ns, now_ns + min(limit_ns, FIRST_ROUND_NS))

    def _take_together(self, runner: RoundRunner, wanted: Sequence[tuple[str, RoundKind]]) -> None:
        if not wanted:
            return
        self.bench.tree.begin()
        with ThreadPoolExecutor(max_workers=self.jobs) as pool:
            futures = [pool.submit(self._take, runner, name, kind) for name, kind in wanted]
            try:
                for future in futures:
                    future.result()
            finally:
                pool.shutdown(cancel_futures=True)
                self.bench.tree.restore()

    def _take(self, runner: RoundRunner, name: str, kind: RoundKind) -> None:
        state = self.states[name]
        is_cold_warmup = kind is RoundKind.WARMUP and uses_cold_cache(self.policy, state, kind)
        announcement = Announcement(
            name=f"{name} (cold)" if is_cold_warmup else name,
            outlook=self._outlook(runner),
        )
        reference = self._read_reference if self.reference is not None and kind is RoundKind.TIMED else None
        try:
            finished = runner.take(self.bench, self._request(state, kind), announcement, reference)
        except OutOfTime:
            self.out_of_time = True
            return
        self.rounds.setdefault(name, []).append(finished)
        self.pace.took(name, finished.sample.wall_s)
        if not finished.sample.slept:  # else it is taken again
            self.states[name] = state.after(
                kind,
                finished.sample.wall_s,
                stopped=finished.status in WITHOUT_COLLECTION,
                agree=kind is not RoundKind.COUNTED or agree(self.rounds[name]),
                compiled=self.bytecode_is_kept and finished.compiled,
            )

    def _request(self, state: State, kind: RoundKind) -> RoundRequest:
        target, env = self.targets[state.name], dict[str, str]()
        if self.cold_cache is not None and uses_cold_cache(self.policy, state, kind):
            env = self.cold_cache.environment({})
            if kind is RoundKind.COLD:
                self.cold_cache.drop(target.paths)
        expected_s = max(state.walls_s, default=0.0)
        return RoundRequest(
            target=target,
            kind=kind,
            guarded=not state.kinds,
            env=env,
            expected_s=expected_s,
            keep_ids=self.policy.explains_first,
        )

    def _read_reference(self) -> Reference | None:
        """The figures of the reference workload in this lap, which runs for the first round that asks for them."""
        if not self._reference_of_lap and self.reference is not None:
            self._reference_of_lap.append(self.reference())
        return self._reference_of_lap[0]

    def _outlook(self, runner: RoundRunner) -> Outlook:
        left = {name: rounds_expected(self.policy, state) for name, state in self.states.items()}
        return self.pace.outlook(left, limit_s=runner.rest_s, jobs=self.jobs)
