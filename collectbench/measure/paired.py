"""Base and head of all targets in interleaved pairs, a coin for the order of each, until all is decided."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from collectbench.judge.budgets import is_decided
from collectbench.judge.paired import LOOKS, Pair, Panel, Trial, look, weights
from collectbench.judge.sameness import is_same_work
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.clock import now_ns
from collectbench.measure.interruption import raise_if_interrupted
from collectbench.measure.record import target_result
from collectbench.measure.reference import run_reference
from collectbench.measure.rounds import Bench, Round, run_round
from collectbench.measure.schedule import FEWEST, MOST_LONG_WITH_BUDGET, Step
from collectbench.measure.session import KINDS, Observer
from collectbench.model.run import TargetResult
from collectbench.model.sample import Status
from collectbench.model.target import Limits, Target

MOST_PAIRS = 60
"""More are not taken, however much time there is: what they could add to the first 20 is little by then."""

PREPARING = 0.5
"""The share of the time that preparing may take where some target can be timed already."""

SPOILT_PAIRS = 3
"""A target that loses more pairs than that, since a round fails or the machine sleeps, is timed no more."""


class Label(str, Enum):
    """Which of the two."""

    BASE = "base"
    HEAD = "head"


class Timing(Enum):
    """How a target is timed."""

    PAIRS = "base and head in pairs"
    HEAD = "the head alone, for its budget"
    NONE = "not at all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """One target, as it is on each side that has it."""

    name: str
    targets: Mapping[Label, Target]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
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


class OutOfTime(Exception):
    """The deadline is over. Within this file only."""


@dataclass(slots=True)
class PairedSession:
    """The rounds of one paired comparison.

    Attributes:
        benches: where and with what each side is measured.
        contests: what is measured, the suite first, by name.
        suite: the name of the suite; None where targets were selected.
        seed: decides all coins.
    """

    benches: Mapping[Label, Bench]
    contests: Mapping[str, Contest]
    suite: str | None
    effort: Effort
    margin_floor: float
    seed: int
    observer: Observer
    clock_ns: Callable[[], int] = now_ns
    rounds: dict[tuple[str, Label], list[Round]] = field(default_factory=dict)
    timing: dict[str, Timing] = field(default_factory=dict)
    panel: Panel = field(default_factory=lambda: Panel(trials={}))
    out_of_time: bool = False
    _coins: random.Random = field(default_factory=random.Random)
    _spoilt: dict[str, int] = field(default_factory=dict)
    _started_ns: int = 0

    def run(self) -> None:
        """Prepare all targets, then take laps of pairs until all are decided or the time is up.

        Raises:
            OSError: the interpreter cannot be started.
            Interrupted: a signal arrived; what is finished stays available.
        """
        self._coins.seed(self.seed)
        self._started_ns = self.clock_ns()
        try:
            self._prepare_all()
            self._take_laps()
        except OutOfTime:
            self.out_of_time = True
        finally:
            for bench in self.benches.values():
                bench.tree.restore()
        self.panel = look(self.panel, last=True) if self.panel.live else self.panel
        raise_if_interrupted()

    def result(self, name: str, side: Label) -> TargetResult | None:
        """What is known of a target on one side so far; None where no round of it has ended."""
        rounds = self.rounds.get((name, side))
        return target_result(self.contests[name].targets[side], rounds) if rounds else None

    def _prepare_all(self) -> None:
        """Warm up and count; each target then knows how it is timed."""
        for contest in self.contests.values():
            if self._has_prepared_enough():
                self.out_of_time = True
                break
            for step, times in ((Step.WARMUP, self.effort.warmup), (Step.COUNTED, self.effort.counted)):
                for number in range(times):
                    self._take_both(contest, step, number + 1)
            self.timing[contest.name] = self._timing_of(contest)
        shares = weights(
            [name for name, how in self.timing.items() if how is Timing.PAIRS and name != self.suite], None
        )
        if self.timing.get(self.suite or "") is Timing.PAIRS:
            shares = weights(list(shares), self.suite)
        self.panel = Panel(
            trials={name: Trial(name=name, weight=weight) for name, weight in shares.items()},
            margin_floor=self.margin_floor,
            seed=self.seed,
        )

    def _has_prepared_enough(self) -> bool:
        if self.effort.deadline_ns is None or all(how is Timing.NONE for how in self.timing.values()):
            return False
        spent = self.clock_ns() - self._started_ns
        return spent > PREPARING * (self.effort.deadline_ns - self._started_ns)

    def _take_both(self, contest: Contest, step: Step, number: int) -> None:
        """One round on each side that has the target and where it has not failed."""
        for side in contest.targets:
            if not self._has_failed(contest.name, side):
                self._take(contest, side, step, number)

    def _timing_of(self, contest: Contest) -> Timing:
        results = [self.result(contest.name, side) for side in contest.targets]
        head_target = contest.targets.get(Label.HEAD)
        limits = head_target.limits if head_target is not None else Limits()
        has_limit = (limits.budget_s, limits.goal_s, limits.memory_budget_bytes) != (None, None, None)
        alone = Timing.HEAD if has_limit and not self._has_failed(contest.name, Label.HEAD) else Timing.NONE
        if len(results) < len(Label) or any(self._has_failed(contest.name, side) for side in contest.targets):
            return alone
        base, head = results
        if base is None or head is None or (is_same_work(base, head) and not self.effort.full):
            return alone
        return Timing.PAIRS

    def _take_laps(self) -> None:
        while wanted := self._wanted():
            for name in self._coins.sample(wanted, len(wanted)):
                if self.timing[name] is Timing.PAIRS:
                    self._take_pair(self.contests[name])
                else:
                    self._take(self.contests[name], Label.HEAD, Step.TIMED, self._timed(name) + 1)
            self._look_if_due()

    def _wanted(self) -> list[str]:
        """The targets that need another block."""
        return [name for name, how in self.timing.items() if how is not Timing.NONE and self._needs_more(name, how)]

    def _needs_more(self, name: str, how: Timing) -> bool:
        if how is Timing.HEAD:
            walls_s = [each.sample.wall_s for each in self._timed_rounds(name)]
            budget_s = self._budget_s(name)
            if len(walls_s) < FEWEST and (budget_s is None or not is_decided(walls_s, budget_s)):
                return True
            return budget_s is not None and not is_decided(walls_s, budget_s) and len(walls_s) < MOST_LONG_WITH_BUDGET
        trial = self.panel.trials[name]
        if self.effort.pairs is not None:
            return len(trial.pairs) < self.effort.pairs
        most = MOST_PAIRS if self.effort.deadline_ns is not None else LOOKS[-1]
        return trial.decided is None and len(trial.pairs) < most

    def _look_if_due(self) -> None:
        """Look once every target that is not decided has as many pairs as the next look asks for."""
        waiting = [name for name in self.panel.live if self.timing[name] is Timing.PAIRS]
        if self.effort.pairs is not None or not waiting:
            return
        fewest = min(len(self.panel.trials[name].pairs) for name in waiting)
        last = self.effort.deadline_ns is None and fewest >= LOOKS[-1]
        if fewest >= self.panel.next_look and not last:  # the last look comes when all is over
            self.panel = look(self.panel)

    def _take_pair(self, contest: Contest) -> None:
        """One block: both sides, in the order that a coin decides, the reference workload before each."""
        trial = self.panel.trials[contest.name]
        number = len(trial.pairs) + self._spoilt.get(contest.name, 0)
        taken: dict[Label, Round] = {}
        for side in self._coins.sample(tuple(Label), len(Label)):
            taken[side] = self._take(contest, side, Step.TIMED, number + 1, pair=number)
        pair = _pair(taken[Label.BASE], taken[Label.HEAD])
        if pair is not None:
            self.panel = self.panel.with_trial(trial.after(pair))
            return
        self._spoilt[contest.name] = self._spoilt.get(contest.name, 0) + 1
        if self._spoilt[contest.name] > SPOILT_PAIRS:
            self.timing[contest.name] = Timing.NONE

    def _take(self, contest: Contest, side: Label, step: Step, number: int, pair: int | None = None) -> Round:
        raise_if_interrupted()
        if self.effort.deadline_ns is not None and self.clock_ns() >= self.effort.deadline_ns:
            raise OutOfTime
        target, bench = contest.targets[side], self.benches[side]
        self.observer.begins(f"{contest.name} ({side.value})", step, number, self._rest_s())
        reference = run_reference(bench.python, bench.work, bench.launch) if pair is not None else None
        taken = self.rounds.setdefault((contest.name, side), [])
        finished = run_round(bench, target, KINDS[step], guarded=not taken and step is not Step.COUNTED)
        finished = replace(finished, sample=replace(finished.sample, pair=pair, reference=reference))
        taken.append(finished)
        self.observer.ended(f"{contest.name} ({side.value})", step, finished)
        return finished

    def _has_failed(self, name: str, side: Label) -> bool:
        return any(each.status in (*WITHOUT_COLLECTION, Status.EMPTY) for each in self.rounds.get((name, side), ()))

    def _timed_rounds(self, name: str) -> Sequence[Round]:
        return [each for each in self.rounds.get((name, Label.HEAD), ()) if each.sample.kind is KINDS[Step.TIMED]]

    def _timed(self, name: str) -> int:
        return len(self._timed_rounds(name))

    def _budget_s(self, name: str) -> float | None:
        return self.contests[name].targets[Label.HEAD].limits.budget_s

    def _rest_s(self) -> float | None:
        """Seconds until the next look decides all, if it does; None while targets are prepared."""
        if not self.panel.trials:
            return None
        goal = self.effort.pairs or self.panel.next_look
        rest_s = 0.0
        for name in self.panel.live:
            both = [each for side in Label for each in self.rounds.get((name, side), ())]
            mean_s = sum(each.sample.wall_s for each in both) / len(both)
            rest_s += 2 * mean_s * max(0, goal - len(self.panel.trials[name].pairs))
        if self.effort.deadline_ns is not None:
            rest_s = min(rest_s, (self.effort.deadline_ns - self.clock_ns()) / 1e9)
        return rest_s


def _pair(base: Round, head: Round) -> Pair | None:
    """The times of a block; None where one of them is none, since a round failed or the machine slept."""
    rounds = (base, head)
    if any(each.status in WITHOUT_COLLECTION or each.sample.slept for each in rounds):
        return None
    references = [each.sample.reference.cpu_s if each.sample.reference else None for each in rounds]
    pair = Pair(
        base_s=base.sample.cpu_s,
        head_s=head.sample.cpu_s,
        base_reference_s=references[0],
        head_reference_s=references[1],
    )
    return pair if pair.is_usable else None
