"""The order of rounds in laps. Pure: the rounds so far in, the kind of the next one out."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from collectbench.judge.statistics import is_tight
from collectbench.judge.time_budget import is_decided
from collectbench.model.sample import RoundKind
from collectbench.model.units import format_duration

FEWEST, USUAL, MOST = 3, 6, 10
"""Timed rounds of `auto`. Most targets end with USUAL: that many have an interval, and it is often tight enough."""
LONG_S = 30.0
"""If most of the first rounds take longer, they are repeated no more often than the budget rule needs."""
MOST_LONG, MOST_LONG_WITH_BUDGET = 3, 7
COLD_ROUNDS = 3
SHORT_S = 10.0
"""Traced rounds are repeated if no timed round took longer."""

TELLING = (RoundKind.TRACED,)
"""Kinds of rounds that help even if collection fails: a trace shows the imports before it, and the one it was in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How often targets are measured. `rounds` is None for `auto`. `cold` adds a warm-up of the private cache."""

    rounds: int | None = None
    warmup: int = 1
    cold: bool = False
    counted: int = 0
    """Rounds that count work, after the first round of any kind: that one leaves warm caches, and is guarded. If two of
    them disagree there is one more: the fixed hash seed may have led the first one to other modules, which it compiled.
    """
    extra: tuple[RoundKind, ...] = ()
    """Rounds at the end that explain; of a target that failed, only those that tell why."""
    explains_first: bool = False
    """Whether a traced round comes before the timed ones. If it compiled modules, it was the warm-up: then another one
    is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The rounds of a target so far: their kinds, and the wall times of the timed ones, in their order."""

    name: str
    budget_s: float | None = None
    kinds: tuple[RoundKind, ...] = ()
    walls_s: tuple[float, ...] = ()
    stopped: bool = False
    """Its collection failed: no further rounds, except those that tell why."""
    agree: bool = True
    """Whether the last two counted rounds count the same."""
    compiled: bool = False
    """Whether the last round compiled modules that the next one need not compile."""

    def after(
        self, kind: RoundKind, wall_s: float, *, stopped: bool, agree: bool = True, compiled: bool = False
    ) -> State:
        """The state after one more round."""
        walls_s = (*self.walls_s, wall_s) if kind is RoundKind.TIMED else self.walls_s
        kinds = (*self.kinds, kind)
        stopped = self.stopped or stopped
        return replace(self, kinds=kinds, walls_s=walls_s, stopped=stopped, agree=agree, compiled=compiled)


def next_kind(policy: Policy, state: State) -> RoundKind | None:
    """The kind of round that the target needs next, or None when it has enough."""
    usual = None if state.stopped else _usual_kind(policy, state)
    return usual or next(iter(_extra_kinds(policy, state)), None)


def uses_cold_cache(policy: Policy, state: State, kind: RoundKind) -> bool:
    """Whether the next round of the target uses the private bytecode cache: a cold one, or its warm-up."""
    return kind is RoundKind.COLD or (
        kind is RoundKind.WARMUP and policy.cold and state.kinds.count(RoundKind.WARMUP) >= policy.warmup
    )


def _extra_kinds(policy: Policy, state: State) -> list[RoundKind]:
    """The remaining extra rounds. A target that failed would fail again, and only a trace says more about that.

    A trace is one measurement: short rounds are traced as often as timed, to have the least disturbed of them.
    """
    if state.stopped:
        return [kind for kind in policy.extra if kind in TELLING and kind not in state.kinds]
    repeated = len(state.walls_s) if max(state.walls_s, default=0.0) <= SHORT_S else 1
    wanted = {kind: max(1, repeated) if kind is RoundKind.TRACED else 1 for kind in policy.extra}
    return [kind for kind, times in wanted.items() for _ in range(times - state.kinds.count(kind))]


def _usual_kind(policy: Policy, state: State) -> RoundKind | None:
    if policy.explains_first and (not state.kinds or (state.kinds == (RoundKind.TRACED,) and state.compiled)):
        return RoundKind.TRACED
    if state.kinds.count(RoundKind.WARMUP) < policy.warmup:
        return RoundKind.WARMUP
    if state.kinds and state.kinds.count(RoundKind.COUNTED) < policy.counted + (0 if state.agree else 1):
        return RoundKind.COUNTED
    if _wants_timed(policy, state):
        return RoundKind.TIMED
    if policy.cold and state.kinds.count(RoundKind.WARMUP) == policy.warmup:
        return RoundKind.WARMUP  # it fills the private cache, see `uses_cold_cache`
    if policy.cold and state.kinds.count(RoundKind.COLD) < (policy.rounds or COLD_ROUNDS):
        return RoundKind.COLD
    return None


def lap(policy: Policy, states: Sequence[State], seed: random.Random) -> list[tuple[str, RoundKind]]:
    """One round of each target that needs one, in random order: drift of the machine then spreads over all."""
    needed = [(state.name, next_kind(policy, state)) for state in states]
    wanted = [(name, kind) for name, kind in needed if kind is not None]
    seed.shuffle(wanted)
    return wanted


def most_rounds(policy: Policy, state: State) -> int:
    """The largest number of timed rounds that a target may get; further rounds can only lower it."""
    if policy.rounds is not None:
        return policy.rounds
    if sum(wall_s > LONG_S for wall_s in state.walls_s[:FEWEST]) > FEWEST // 2:
        return MOST_LONG if state.budget_s is None else MOST_LONG_WITH_BUDGET
    return MOST


def rounds_expected(policy: Policy, state: State) -> int:
    """The number of rounds of any kind that will probably still come: at least 1 if there is another one."""
    extra = len(_extra_kinds(policy, state))
    if state.stopped or _usual_kind(policy, state) is None:
        return extra
    warmups = max(0, policy.warmup - state.kinds.count(RoundKind.WARMUP))
    warmups += policy.explains_first and (not state.kinds or (len(state.kinds) == 1 and state.compiled))
    counted = max(0, policy.counted + (not state.agree) - state.kinds.count(RoundKind.COUNTED))
    return warmups + counted + _timed_expected(policy, state) + _cold_left(policy, state) + extra


def _timed_expected(policy: Policy, state: State) -> int:
    if not _wants_timed(policy, state):
        return 0
    usual = policy.rounds or min(USUAL, most_rounds(policy, state))
    return max(1, usual - len(state.walls_s))


def _cold_left(policy: Policy, state: State) -> int:
    """How many rounds with the private cache may still come: a warm-up and the cold ones."""
    if not policy.cold:
        return 0
    warmed = state.kinds.count(RoundKind.WARMUP) > policy.warmup
    return (policy.rounds or COLD_ROUNDS) + 1 - warmed - state.kinds.count(RoundKind.COLD)


def remark(policy: Policy, state: State) -> str:
    """A note on the number of rounds; empty if a reader needs none."""
    rounds = len(state.walls_s)
    if policy.rounds is not None or not rounds or state.stopped:
        return ""
    if rounds < FEWEST:
        return f"only {rounds} timed rounds: time limit reached"
    if rounds == most_rounds(policy, state) < MOST:
        return f"only {rounds} rounds, since most take over {format_duration(LONG_S)} and their number was not fixed"
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
