"""How far a command is, and about how long it still takes. Pure but for the clock, which is passed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import fmean

from collectbench.measure.process.clock import now_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Where a command stands when a round begins. The number of rounds is adaptive, so all but `round` is an estimate.

    Attributes:
        round: the number of this round among all of the command, from 1.
        rounds: how many there will be in the end.
        rest_s: seconds until the last one ends; None while nothing tells how long a round takes.
    """

    round: int
    rounds: int
    rest_s: float | None


@dataclass(slots=True)
class Pace:
    """The wall times of the rounds so far.

    Attributes:
        usual_s: the seconds of one round by target, from an earlier run; targets may be missing.
        clock_ns: reads the clock.
        walls_s: the wall times of the finished rounds, by target.
        started_ns: the clock when the first round began; None before.
    """

    usual_s: Mapping[str, float] = field(default_factory=dict)
    clock_ns: Callable[[], int] = now_ns
    walls_s: dict[str, list[float]] = field(default_factory=dict)
    started_ns: int | None = None

    def took(self, name: str, wall_s: float) -> None:
        """A round of a target is over."""
        self.walls_s.setdefault(name, []).append(wall_s)

    def outlook(self, left: Mapping[str, float], *, limit_s: float | None = None, jobs: int = 1) -> Outlook:
        """Where the command stands before its next round.

        `left` is the number of rounds that each target is expected to need, `limit_s` the seconds until no round may
        begin any more, and `jobs` the number of rounds at the same time.
        """
        if self.started_ns is None:
            self.started_ns = self.clock_ns()
        taken = sum(map(len, self.walls_s.values()))
        rest_s = self._rest_s(left, jobs)
        if rest_s is not None and limit_s is not None:
            rest_s = min(rest_s, max(0.0, limit_s))
        return Outlook(round=taken + 1, rounds=max(taken + 1, taken + round(sum(left.values()))), rest_s=rest_s)

    def _rest_s(self, left: Mapping[str, float], jobs: int) -> float | None:
        known_s = {**self.usual_s, **{name: fmean(walls_s) for name, walls_s in self.walls_s.items()}}
        if not known_s:
            return None
        typical_s = fmean(known_s.values())
        rounds_s = sum(count * known_s.get(name, typical_s) for name, count in left.items())
        return rounds_s * self._elapsed_share(jobs)

    def _elapsed_share(self, jobs: int) -> float:
        """Elapsed over measured time: over 1 for what happens between rounds, below it for rounds at the same time."""
        measured_s = sum(map(sum, self.walls_s.values()))
        if self.started_ns is None or measured_s <= 0:
            return 1 / jobs
        return (self.clock_ns() - self.started_ns) / 1e9 / measured_s
