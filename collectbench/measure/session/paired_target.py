"""The two arms of a target in a paired comparison, and how it is timed. Pure: results in, decisions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.counters import fails_by_counters
from collectbench.judge.sameness import is_same_work
from collectbench.judge.time_budget import is_decided
from collectbench.judge.verdicts import why_not_collected
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.session.schedule import FEWEST, MOST_LONG_WITH_BUDGET
from collectbench.model.run import TargetResult
from collectbench.model.sample import RoundKind
from collectbench.model.target import Limits, Target


class Side(str, Enum):
    """The two sides of a comparison."""

    BASE = "base"
    HEAD = "head"


class Timing(Enum):
    """How a target is timed."""

    PAIRS = "base and head in pairs"
    HEAD = "head alone, for its limits"
    NONE = "not at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arm:
    """A target on one side: where its rounds are taken, and the request that all of them share.

    Warm-up and counted rounds have a kind of their own.
    """

    bench: Bench
    request: RoundRequest

    @property
    def target(self) -> Target:
        """The target as it is on this side."""
        return self.request.target

    def request_of(self, kind: RoundKind, *, guarded: bool) -> RoundRequest:
        """The request of one round; where a timed one is due, it is of the kind of the request of all rounds."""
        if kind is RoundKind.TIMED:
            kind = self.request.kind
        return replace(self.request, kind=kind, guarded=guarded or self.request.guarded)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTarget:
    """One target with its arm on each side that has it."""

    name: str
    arms: Mapping[Side, Arm]

    @property
    def limits(self) -> Limits:
        """The limits that head is judged by."""
        return self.arms[Side.HEAD].target.limits if Side.HEAD in self.arms else Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedPolicy:
    """How much is measured.

    Attributes:
        pairs: the exact number for each target; None to look at the pairs on the way, and stop once they decide.
        most: the most pairs of a target; None for as many as the looks need, or as there is time for.
        warmup: warm-up rounds of each target and side.
        counted: counted rounds of each target and side.
        reference: whether the reference workload runs before each round of a pair.
        full: whether to time also targets that are the same on both sides, and those that their counters fail.
        margin_floor: the tolerated growth of counters, a fraction.
        deadline_ns: no round begins after this moment of the clock; None for no deadline.
    """

    pairs: int | None = None
    most: int | None = None
    warmup: int = 1
    counted: int = 2
    reference: bool = True
    full: bool = False
    margin_floor: float = MARGIN_FLOOR
    deadline_ns: int | None = None


def timing_of(paired: PairedTarget, results: Mapping[Side, TargetResult], policy: PairedPolicy) -> Timing:
    """How to time a target, by the results of its first rounds on each side.

    A target cannot be compared if a side lacks it or cannot collect it. It need not be compared if it is the same on
    both sides, or if its counters fail and the number of pairs is not fixed, unless `policy.full`. Then head alone is
    timed, if it has limits on time or memory. A side without a result had no round yet: it counts as one that can be
    collected.
    """
    able = [side for side in paired.arms if side not in results or why_not_collected(results[side]) is None]
    if len(able) == len(Side) and _is_worth_pairs(results, policy):
        return Timing.PAIRS
    limits = paired.limits
    is_limited = (limits.budget_s, limits.goal_s, limits.goal_reduction, limits.memory_budget_bytes) != (None,) * 4
    return Timing.HEAD if is_limited and Side.HEAD in able else Timing.NONE


def _is_worth_pairs(results: Mapping[Side, TargetResult], policy: PairedPolicy) -> bool:
    """Whether head collects items, and neither is known to be the same as base nor fails already."""
    if len(results) < len(Side):
        return True
    base, head = (results[side] for side in Side)
    if not (head.counts and head.counts.items):
        return False
    if policy.full:
        return True
    fails = policy.pairs is None and fails_by_counters(base, head, policy.margin_floor)
    return not fails and not is_same_work(base, head)


def wants_round_for_limits(walls_s: Sequence[float], budget_s: float | None) -> bool:
    """Whether a head that is timed alone needs another round after those with these wall times."""
    if budget_s is None:
        return len(walls_s) < FEWEST
    return len(walls_s) < MOST_LONG_WITH_BUDGET and not is_decided(walls_s, budget_s)
