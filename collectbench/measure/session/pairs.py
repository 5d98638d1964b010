"""Base and head of all targets in interleaved pairs, a coin for the order of each, until all is decided."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from collectbench.judge.paired.test import ALPHA, LOOKS, Pair, Panel, Trial, look
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.machine.reference_workload import run_reference
from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.measure.round.record import agree, target_result
from collectbench.measure.round.rounds import Bench, Round, run_round
from collectbench.measure.session.laps import KINDS, Observer
from collectbench.measure.session.paired_target import (
    PairedPolicy,
    PairedTarget,
    Side,
    Timing,
    timing_of,
    wants_round_for_limits,
)
from collectbench.measure.session.schedule import Step
from collectbench.model.run import TargetResult

MOST_PAIRS = 60
"""More are not taken, however much time there is: what they add to those before is little by then."""

PREPARING = 0.5
"""The share of the time that preparing may take where some target can be timed already."""

SPOILT_PAIRS = 3
"""A target that loses more pairs than that, since the machine sleeps or its clock is set back, is timed no more."""


class _OutOfTime(Exception):
    """The deadline is over."""


@dataclass(slots=True)
class PairedSession:
    """The rounds of one paired comparison.

    Attributes:
        benches: where and with what each side is measured.
        contests: what is measured, by name.
        suite: the name of the suite among them; None where targets were selected.
        check: is given what each counted round loaded, and raises where that makes the comparison void.
        whole: the names of all that is compared where this is a part of it: the error is shared with the other parts.
        margin_floor: the growth that is tolerated, a fraction.
        seed: decides all coins.
        timing: how each target is timed, of those that were prepared.
        panel: what the pairs tell.
        rounds: what was taken, by target and side; those that are there already count as its first ones.
        out_of_time: whether the deadline ended it.
    """

    benches: Mapping[Side, Bench]
    contests: Mapping[str, PairedTarget]
    suite: str | None
    policy: PairedPolicy
    margin_floor: float
    seed: int
    observer: Observer
    clock_ns: Callable[[], int] = now_ns
    rounds: dict[tuple[str, Side], list[Round]] = field(default_factory=dict)
    timing: dict[str, Timing] = field(default_factory=dict)
    panel: Panel = field(default_factory=lambda: Panel(trials={}))
    out_of_time: bool = False
    check: Callable[[Side, Round], None] = lambda side, taken: None
    whole: Sequence[str] = ()
    _coins: random.Random = field(default_factory=random.Random)
    _spoilt: dict[str, int] = field(default_factory=dict)
    _decided: dict[str, Trial] = field(default_factory=dict)
    _until_ns: int | None = None

    def run(self) -> None:
        """Compare the suite, then all other targets, until all are decided or the time is up.

        The suite is what a person waits for, so that it comes first where time is short, may take half of it, and gets
        half of the error.

        Raises:
            OSError: the interpreter cannot be started.
            Interrupted: a signal arrived; what is finished stays available.
        """
        self._coins.seed(self.seed)
        groups = self._groups(self.contests)
        try:
            for position, names in enumerate(groups):
                self._begin_group(self._error_of(names), self._share_of_time(1 / (len(groups) - position)))
                try:
                    self._prepare(names)
                    self._take_laps(names)
                except _OutOfTime:
                    self.out_of_time = True
                finally:
                    self._end_group()
        finally:
            for bench in self.benches.values():
                bench.tree.restore()
        raise_if_interrupted()

    def result(self, name: str, side: Side) -> TargetResult | None:
        """What is known of a target on one side so far; None where no round of it has ended."""
        rounds = self.rounds.get((name, side))
        return target_result(self.contests[name].targets[side], rounds) if rounds else None

    def _groups(self, names: Iterable[str]) -> list[list[str]]:
        """The suite, then all others; without those that have nobody."""
        names = list(names)
        suite, others = [[name for name in names if (name == self.suite) is wanted] for wanted in (True, False)]
        return [group for group in (suite, others) if group]

    def _error_of(self, names: Sequence[str]) -> float:
        """The chance of a false `fail` that a group may take: an equal share for each group, and for its part of it."""
        groups = self._groups(self.whole or self.contests)
        (own,) = (group for group in groups if names[0] in group)
        return ALPHA / len(groups) * len(names) / len(own)

    def _share_of_time(self, share: float) -> int | None:
        """The moment at which this share of the time that is left will be over; None without a deadline."""
        if self.policy.deadline_ns is None:
            return None
        now = self.clock_ns()
        return now + int(share * (self.policy.deadline_ns - now))

    def _begin_group(self, alpha: float, until_ns: int | None) -> None:
        self._decided, self._until_ns = dict(self.panel.trials), until_ns
        self.panel = Panel(trials={}, margin_floor=self.margin_floor, seed=self.seed, alpha=alpha)

    def _end_group(self) -> None:
        self.panel = look(self.panel, last=True)
        self.panel = replace(self.panel, trials={**self._decided, **self.panel.trials})

    def _prepare(self, names: Sequence[str]) -> None:
        """Warm up and count targets; each then knows how it is timed."""
        enough_ns = self._share_of_time(PREPARING)
        for contest in (self.contests[name] for name in names):
            if enough_ns is not None and self.clock_ns() > enough_ns and self._can_be_timed(names):
                self.out_of_time = True
                break
            for step, times in ((Step.WARMUP, self.policy.warmup), (Step.COUNTED, self.policy.counted)):
                for number in range(times):
                    self._take_both(contest, step, number + 1)
            if self.policy.counted > 1:
                self._count_again(contest)
            self.timing[contest.name] = self._timing_of(contest)
        timed = [name for name in names if self.timing.get(name) is Timing.PAIRS]
        self.panel = replace(self.panel, trials={name: Trial(name=name) for name in timed})

    def _can_be_timed(self, names: Sequence[str]) -> bool:
        return any(self.timing.get(name, Timing.NONE) is not Timing.NONE for name in names)

    def _take_both(self, contest: PairedTarget, step: Step, number: int) -> None:
        """The round of that number on each side that has the target, where it is not there yet and none has failed."""
        for side in contest.targets:
            taken = self.rounds.get((contest.name, side), ())
            done = sum(each.sample.kind is KINDS[step] for each in taken)
            if done < number and not any(each.status in WITHOUT_COLLECTION for each in taken):
                self._take(contest, side, step, number)

    def _count_again(self, contest: PairedTarget) -> None:
        """One more counted round on the sides where two disagree, see `schedule.Policy`."""
        for side in contest.targets:
            if not agree(self.rounds[contest.name, side]):
                self._take(contest, side, Step.COUNTED, self.policy.counted + 1)

    def _timing_of(self, contest: PairedTarget) -> Timing:
        results = {side: self.result(contest.name, side) for side in contest.targets}
        known = {side: result for side, result in results.items() if result is not None}
        return timing_of(contest, known, full=self.policy.full)

    def _take_laps(self, names: Sequence[str]) -> None:
        while wanted := [name for name in names if self._needs_more(name, self.timing.get(name, Timing.NONE))]:
            for name in self._coins.sample(wanted, len(wanted)):
                if self.timing[name] is Timing.PAIRS:
                    self._take_pair(self.contests[name])
                else:
                    number = len(self._walls_s(name)) + 1
                    self._take(self.contests[name], Side.HEAD, Step.TIMED, number)
            self._look_if_due()

    def _needs_more(self, name: str, how: Timing) -> bool:
        """Whether a target needs another block."""
        if how is Timing.NONE:
            return False
        if how is Timing.HEAD:
            return wants_round_for_limits(self._walls_s(name), self.contests[name].limits.budget_s)
        trial = self.panel.trials[name]
        if self.policy.pairs is not None:
            return len(trial.pairs) < self.policy.pairs
        most = LOOKS[-1] if self.policy.deadline_ns is None else MOST_PAIRS
        return trial.decided is None and len(trial.pairs) < most

    def _look_if_due(self) -> None:
        """Look once every target that is not decided has as many pairs as the next look asks for.

        The last look is not taken here but when all is over.
        """
        waiting = [name for name in self.panel.live if self._needs_more(name, self.timing[name])]
        if self.policy.pairs is None and waiting:
            fewest = min(len(self.panel.trials[name].pairs) for name in waiting)
            if fewest >= self.panel.next_look:
                self.panel = look(self.panel)

    def _take_pair(self, contest: PairedTarget) -> None:
        """One block: both sides, in the order that a coin decides, the reference workload before each.

        Once a side fails there is nothing to compare any more.
        """
        trial = self.panel.trials[contest.name]
        number = len(trial.pairs) + self._spoilt.get(contest.name, 0)
        taken: dict[Side, Round] = {}
        for side in self._coins.sample(tuple(Side), len(Side)):
            taken[side] = self._take(contest, side, Step.TIMED, number + 1, pair=number)
            if taken[side].status in WITHOUT_COLLECTION:
                self.timing[contest.name] = self._timing_of(contest)
                return
        pair = _pair(taken[Side.BASE], taken[Side.HEAD])
        if pair is not None:
            self.panel = self.panel.with_trial(trial.after(pair))
            return
        self._spoilt[contest.name] = self._spoilt.get(contest.name, 0) + 1
        if self._spoilt[contest.name] > SPOILT_PAIRS:
            self.timing[contest.name] = Timing.NONE

    def _take(self, contest: PairedTarget, side: Side, step: Step, number: int, pair: int | None = None) -> Round:
        raise_if_interrupted()
        if self._until_ns is not None and self.clock_ns() >= self._until_ns:
            raise _OutOfTime
        shown, bench = f"{contest.name} ({side.value})", self.benches[side]
        self.observer.begins(shown, step, number, self._rest_s())
        reference = run_reference(bench.python, bench.work, bench.launch) if pair is not None else None
        taken = self.rounds.setdefault((contest.name, side), [])
        guarded = not taken and step is not Step.COUNTED
        finished = run_round(bench, contest.targets[side], KINDS[step], guarded=guarded)
        finished = replace(finished, sample=replace(finished.sample, pair=pair, reference=reference))
        taken.append(finished)
        self.observer.ended(shown, step, finished)
        if step is Step.COUNTED:
            self.check(side, finished)
        return finished

    def _walls_s(self, name: str) -> Sequence[float]:
        rounds = self.rounds.get((name, Side.HEAD), ())
        return [each.sample.wall_s for each in rounds if each.sample.kind is KINDS[Step.TIMED]]

    def _rest_s(self) -> float | None:
        """Seconds until the next look, which may decide all; None while that cannot be told."""
        if not self.panel.live:
            return None
        goal = self.policy.pairs or self.panel.next_look
        rest_s = 0.0
        for name in self.panel.live:
            both = [each.sample.wall_s for side in Side for each in self.rounds.get((name, side), ())]
            if not both:
                return None
            missing = max(0, goal - len(self.panel.trials[name].pairs))
            rest_s += len(Side) * missing * sum(both) / len(both)
        if self._until_ns is not None:
            rest_s = min(rest_s, (self._until_ns - self.clock_ns()) / 1e9)
        return rest_s


def _pair(base: Round, head: Round) -> Pair | None:
    """The times of a block; None where one of them is none, since the machine slept or its clock was set back."""
    if base.sample.slept or head.sample.slept:
        return None
    then, now = base.sample.reference, head.sample.reference
    pair = Pair(
        base_s=base.sample.cpu_s,
        head_s=head.sample.cpu_s,
        base_reference_s=then.cpu_s if then else None,
        head_reference_s=now.cpu_s if now else None,
    )
    return pair if pair.is_usable else None
