"""What a paired comparison is about, and how each target is timed in it. Pure: results in, decisions out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from collectbench.judge.budgets import is_decided
from collectbench.judge.sameness import is_same_work
from collectbench.judge.verdicts import why_not_collected
from collectbench.measure.session.schedule import FEWEST, MOST_LONG_WITH_BUDGET
from collectbench.model.run import TargetResult
from collectbench.model.target import Limits, Target


class Side(str, Enum):
    """Which of the two sides."""

    BASE = "base"
    HEAD = "head"


class Timing(Enum):
    """How a target is timed."""

    PAIRS = "base and head in pairs"
    HEAD = "the head alone, for its limits"
    NONE = "not at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTarget:
    """One target, as it is on each side that has it."""

    name: str
    targets: Mapping[Side, Target]

    @property
    def limits(self) -> Limits:
        """What its head is held against."""
        return self.targets[Side.HEAD].limits if Side.HEAD in self.targets else Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedPolicy:
    """How much is measured.

    Attributes:
        pairs: exactly so many of each target; None to look at them on the way and stop where it is decided.
        warmup: rounds that are not counted, of each target and side.
        counted: counted rounds of each target and side.
        full: whether to time also what is the same on both sides.
        deadline_ns: no round begins after this moment of the clock; None for no bound.
    """

    pairs: int | None = None
    warmup: int = 1
    counted: int = 2
    full: bool = False
    deadline_ns: int | None = None


def timing_of(contest: PairedTarget, results: Mapping[Side, TargetResult], *, full: bool) -> Timing:
    """How to time a target, from what its first rounds showed on each side.

    What one side lacks, or cannot collect, cannot be compared; nor need be what is the same on both, unless `full`.
    Then the head alone is timed, where it has limits that times or memory are held against. A side without a result
    has had no round yet, and is taken for one that can be collected.
    """
    able = [side for side in contest.targets if side not in results or why_not_collected(results[side]) is None]
    if len(able) == len(Side) and _is_worth_pairs(results, full=full):
        return Timing.PAIRS
    limits = contest.limits
    is_limited = (limits.budget_s, limits.goal_s, limits.goal_reduction, limits.memory_budget_bytes) != (None,) * 4
    return Timing.HEAD if is_limited and Side.HEAD in able else Timing.NONE


def _is_worth_pairs(results: Mapping[Side, TargetResult], *, full: bool) -> bool:
    """Whether something is collected, and it is not known to be the same as before."""
    if len(results) < len(Side):
        return True
    base, head = (results[side] for side in Side)
    return bool(head.counts and head.counts.items) and (full or not is_same_work(base, head))


def wants_round_for_limits(walls_s: Sequence[float], budget_s: float | None) -> bool:
    """Whether a head that is timed alone needs another round, after rounds of these wall times."""
    if budget_s is None:
        return len(walls_s) < FEWEST
    return len(walls_s) < MOST_LONG_WITH_BUDGET and not is_decided(walls_s, budget_s)
