"""Which round comes next. Pure: samples in, rounds out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from collectbench.judge.budgets import is_decided
from collectbench.judge.statistics import is_tight
from collectbench.model.units import format_duration

FEWEST, MOST = 3, 10
LONG_S = 30.0
"""Where most of the first rounds take longer, they are repeated no more often than the budget rule asks for."""
MOST_LONG, MOST_LONG_WITH_BUDGET = 3, 7
COLD_ROUNDS = 3
SHORT_S = 10.0
"""Timed rounds up to which traced ones are repeated."""


class Step(Enum):
    """What a target needs next."""

    WARMUP = "warm-up"
    COUNTED = "counted"
    TIMED = "timed"
    COLD_WARMUP = "cold warm-up"
    COLD = "cold"
    TRACED = "traced"
    SAMPLED = "sampled"


TELLING = (Step.TRACED,)
"""Steps that tell something even where collection fails: what came before, and what was being imported."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How often targets are measured. `rounds` is None for `auto`."""

    rounds: int | None = None
    warmup: int = 1
    cold: bool = False
    counted: int = 0
    """Rounds that count work, after whatever comes first: that one leaves warm caches, and is guarded. Where two of
    them disagree there is one more: the fixed hash seed may have led the first one to other modules, which it compiled.
    """
    extra: tuple[Step, ...] = ()
    """Steps to take at the end; of a target that failed, those that tell why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What has been done of a target so far. `walls_s` are the wall times of its timed rounds, in their order."""

    name: str
    budget_s: float | None = None
    steps: tuple[Step, ...] = ()
    walls_s: tuple[float, ...] = ()
    stopped: bool = False
    """No further rounds but those that tell why: its collection failed."""
    agree: bool = True
    """Whether the last two counted rounds count the same."""

    def after(self, step: Step, wall_s: float, *, stopped: bool, agree: bool = True) -> State:
        """The state after one more round."""
        walls = (*self.walls_s, wall_s) if step is Step.TIMED else self.walls_s
        steps = (*self.steps, step)
        return replace(self, steps=steps, walls_s=walls, stopped=self.stopped or stopped, agree=agree)


def next_step(policy: Policy, state: State) -> Step | None:
    """What the target needs next, or None when it has enough."""
    usual = None if state.stopped else _usual_step(policy, state)
    return usual or next(iter(_extra_steps(policy, state)), None)


def _extra_steps(policy: Policy, state: State) -> list[Step]:
    """What is left of the extra steps; a target that failed would fail again, which only a trace says more about.

    A trace is one measurement: of short rounds there are as many as timed ones, for the least disturbed of them.
    """
    if state.stopped:
        return [step for step in policy.extra if step in TELLING and step not in state.steps]
    repeated = len(state.walls_s) if max(state.walls_s, default=0.0) <= SHORT_S else 1
    wanted = {step: max(1, repeated) if step is Step.TRACED else 1 for step in policy.extra}
    return [step for step, times in wanted.items() for _ in range(times - state.steps.count(step))]


def _usual_step(policy: Policy, state: State) -> Step | None:
    if state.steps.count(Step.WARMUP) < policy.warmup:
        return Step.WARMUP
    if state.steps and state.steps.count(Step.COUNTED) < policy.counted + (0 if state.agree else 1):
        return Step.COUNTED
    if _wants_timed(policy, state):
        return Step.TIMED
    if policy.cold and Step.COLD_WARMUP not in state.steps:
        return Step.COLD_WARMUP
    if policy.cold and state.steps.count(Step.COLD) < (policy.rounds or COLD_ROUNDS):
        return Step.COLD
    return None


def lap(policy: Policy, states: Sequence[State], seed: random.Random) -> list[tuple[str, Step]]:
    """One round of each target that needs one, in random order: drift of the machine then spreads over all."""
    steps = [(state.name, next_step(policy, state)) for state in states]
    wanted = [(name, step) for name, step in steps if step is not None]
    seed.shuffle(wanted)
    return wanted


def most_rounds(policy: Policy, state: State) -> int:
    """How many timed rounds a target gets at the most; with further rounds this only ever falls."""
    if policy.rounds is not None:
        return policy.rounds
    if sum(wall_s > LONG_S for wall_s in state.walls_s[:FEWEST]) > FEWEST // 2:
        return MOST_LONG if state.budget_s is None else MOST_LONG_WITH_BUDGET
    return MOST


def rounds_left(policy: Policy, state: State) -> int:
    """How many rounds of any kind may still come, at the most."""
    extra = len(_extra_steps(policy, state))
    if state.stopped or _usual_step(policy, state) is None:
        return extra
    warmups = max(0, policy.warmup - state.steps.count(Step.WARMUP))
    counted = _counted_left(policy, state)
    timed = most_rounds(policy, state) - len(state.walls_s) if _wants_timed(policy, state) else 0
    cold = (policy.rounds or COLD_ROUNDS) + 1 - sum(step in (Step.COLD, Step.COLD_WARMUP) for step in state.steps)
    return warmups + counted + timed + (cold if policy.cold else 0) + extra


def _counted_left(policy: Policy, state: State) -> int:
    """How many counted rounds may still come; none once there are enough that agree."""
    done = state.steps.count(Step.COUNTED)
    enough = done >= policy.counted and state.agree
    return 0 if enough else max(0, policy.counted + (policy.counted > 1) - done)


def remark(policy: Policy, state: State) -> str:
    """What a reader should know about the number of rounds; empty where there is nothing to say."""
    rounds = len(state.walls_s)
    if policy.rounds is not None or not rounds or state.stopped:
        return ""
    if rounds < FEWEST:
        return f"only {rounds} timed rounds: the time was up"
    if rounds == most_rounds(policy, state) < MOST:
        return f"{rounds} rounds only, since they take over {format_duration(LONG_S)}; --rounds N for more"
    return ""


def _wants_timed(policy: Policy, state: State) -> bool:
    rounds = len(state.walls_s)
    if policy.rounds is not None:
        return rounds < policy.rounds
    if rounds < FEWEST:
        return True
    if rounds >= most_rounds(policy, state):
        return False
    undecided = state.budget_s is not None and not is_decided(state.walls_s, state.budget_s)
    return undecided or not is_tight(state.walls_s)
