"""Runs the rounds of all targets in turn, and keeps everything that is finished for whoever asks, also after Ctrl-C."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.measure.round.cold_cache import ColdCache
from collectbench.measure.round.record import agree, target_result
from collectbench.measure.round.rounds import Bench, Round, run_round
from collectbench.measure.session.schedule import Policy, State, Step, lap, remark, rounds_left
from collectbench.model.run import TargetResult
from collectbench.model.sample import Reference, RoundKind
from collectbench.model.target import Target

KINDS = {
    Step.WARMUP: RoundKind.WARMUP,
    Step.COUNTED: RoundKind.COUNTED,
    Step.TIMED: RoundKind.TIMED,
    Step.COLD_WARMUP: RoundKind.WARMUP,
    Step.COLD: RoundKind.COLD,
    Step.TRACED: RoundKind.TRACED,
    Step.SAMPLED: RoundKind.SAMPLED,
}


class Observer(Protocol):
    """Is told what happens, to show it. It must not fail."""

    def begins(self, name: str, step: Step, number: int, rest_s: float | None) -> None:
        """A round begins: the target, what kind, its number from 1, and the seconds expected until all is done."""

    def ended(self, name: str, step: Step, finished: Round) -> None:
        """A round is over."""


@dataclass(slots=True)
class Session:
    """The rounds of one command, in the order in which they ended.

    Attributes:
        targets: what is measured, by name; the suite is one of them, since no target has its name.
        seed: decides the order within each lap.
        max_time_s: no round begins later than this after the start.
        jobs: rounds at the same time.
        reference: runs the reference workload, before the first timed round of each lap; None to leave it out.
    """

    bench: Bench
    targets: Mapping[str, Target]
    policy: Policy
    seed: int
    max_time_s: float | None
    jobs: int
    cold_cache: ColdCache | None
    observer: Observer
    reference: Callable[[], Reference | None] | None = None
    clock_ns: Callable[[], int] = now_ns
    rounds: dict[str, list[Round]] = field(default_factory=dict)
    states: dict[str, State] = field(default_factory=dict)
    out_of_time: bool = False
    started_ns: int = 0
    beside: list[Reference | None] = field(default_factory=list)
    """The reference workload of this lap; empty until it ran."""

    def run(self) -> None:
        """Run laps until no target needs a round, or the time is up.

        Raises:
            OSError: the interpreter cannot be started.
            Interrupted: a signal arrived; what is finished stays available.
        """
        self.started_ns = self.clock_ns()
        order = random.Random(self.seed)
        self.states = {name: State(name=name, budget_s=target.limits.budget_s) for name, target in self.targets.items()}
        try:
            while not self.out_of_time and (steps := lap(self.policy, list(self.states.values()), order)):
                self.beside.clear()
                # Two guarded rounds at a time would take each other's files for the user's.
                alone = [(name, step) for name, step in steps if self.jobs == 1 or not self.states[name].steps]
                for name, step in alone:
                    self._take(name, step)
                self._take_together([pair for pair in steps if pair not in alone])
            raise_if_interrupted()
        finally:
            self.bench.tree.restore()

    def result(self, name: str) -> TargetResult | None:
        """What is known of a target so far; None where no round of it has ended."""
        rounds = self.rounds.get(name)
        if not rounds:
            return None
        said = remark(self.policy, self.states[name])
        return target_result(self.targets[name], rounds, (said,) if said else ())

    def _reference_of_lap(self, step: Step) -> Reference | None:
        if self.reference is None or step is not Step.TIMED:
            return None
        if not self.beside:
            self.beside.append(self.reference())
        return self.beside[0]

    def _take_together(self, steps: Sequence[tuple[str, Step]]) -> None:
        with ThreadPoolExecutor(max_workers=self.jobs) as pool:
            futures = [pool.submit(self._take, name, step) for name, step in steps]
            try:
                for future in futures:
                    future.result()
            finally:
                pool.shutdown(cancel_futures=True)

    def _take(self, name: str, step: Step) -> None:
        raise_if_interrupted()
        if self.max_time_s is not None and (self.clock_ns() - self.started_ns) / 1e9 >= self.max_time_s:
            self.out_of_time = True
            return
        state = self.states[name]
        self.observer.begins(name, step, state.steps.count(step) + 1, self._rest_s())
        target = self.targets[name]
        env: Mapping[str, str] | None = None
        if self.cold_cache is not None and step in (Step.COLD, Step.COLD_WARMUP):
            env = self.cold_cache.environment({})
            if step is Step.COLD:
                self.cold_cache.drop(target.paths)
        expected_s = max(state.walls_s, default=0.0)
        beside = self._reference_of_lap(step)
        finished = run_round(self.bench, target, KINDS[step], guarded=not state.steps, env=env, expected_s=expected_s)
        finished = replace(finished, sample=replace(finished.sample, reference=beside))
        self.rounds.setdefault(name, []).append(finished)
        if not finished.sample.slept:  # else it is taken again
            self.states[name] = state.after(
                step,
                finished.sample.wall_s,
                stopped=finished.status in WITHOUT_COLLECTION,
                agree=step is not Step.COUNTED or agree(self.rounds[name]),
            )
        self.observer.ended(name, step, finished)

    def _rest_s(self) -> float | None:
        """Seconds until the end if all targets take all the rounds that they may; None while one was never run."""
        rest_s = 0.0
        for name, state in self.states.items():
            rounds = self.rounds.get(name)
            if not rounds:
                return None
            mean_s = sum(round_.sample.wall_s for round_ in rounds) / len(rounds)
            rest_s += mean_s * rounds_left(self.policy, state) / self.jobs
        if self.max_time_s is not None:
            rest_s = min(rest_s, self.max_time_s - (self.clock_ns() - self.started_ns) / 1e9)
        return rest_s
