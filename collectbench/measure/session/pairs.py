"""Base and head of all targets in interleaved pairs, a coin for the order of each, until all is decided."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from collectbench.judge.paired.figures import Compared, figures
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import Decision, Panel, Trial
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.measure.machine.reference_workload import run_reference
from collectbench.measure.process.clock import now_ns
from collectbench.measure.round.record import agree, target_result
from collectbench.measure.round.round import Round
from collectbench.measure.session.error_shares import groups_of, share_of
from collectbench.measure.session.pace import Outlook, Pace
from collectbench.measure.session.paired_target import (
    PairedPolicy,
    PairedTarget,
    Side,
    Timing,
    timing_of,
    wants_round_for_limits,
)
from collectbench.measure.session.round_runner import Announcement, Observer, OutOfTime, RoundRunner, trees_put_back
from collectbench.measure.session.schedule import FEWEST
from collectbench.model.run import TargetResult
from collectbench.model.sample import RoundKind

MOST_PAIRS = 60
"""No more are taken, however much time there is: by then, further pairs add little."""

PREPARING = 0.5
"""The share of the time that preparing may take once some target can be timed."""

SPOILT_PAIRS = 3
"""A target that loses more pairs than that, because the machine sleeps or its clock is set back, is timed no more."""


@dataclass(slots=True)
class PairedSession:
    """The rounds of one paired comparison.

    Attributes:
        targets: the compared targets by name: each side of each target has its own bench and request.
        suite: the name of the suite among them; None if targets were selected.
        policy: how much is measured.
        seed: decides all coins.
        observer: learns of each round.
        clock_ns: reads the clock.
        figures: those of a round that are compared. A target is decided once all are, or one of them is over.
        check_counted: gets each counted round and its side, and raises if that makes the comparison void.
        all_names: the names of all compared targets if this is a part (a shard): the parts share the error.
        pace: knows the rounds that were taken before.
        rounds: the finished rounds, by target and side. Rounds that are there already count as the first ones.
        timing: how each target is timed, of those that were prepared.
        panels: the state of the test of each figure.
        out_of_time: whether the deadline ended the session.
    """

    targets: Mapping[str, PairedTarget]
    suite: str | None
    policy: PairedPolicy
    seed: int
    observer: Observer
    clock_ns: Callable[[], int] = now_ns
    figures: Sequence[Compared] = field(default_factory=figures)
    check_counted: Callable[[Side, Round], None] = lambda side, counted: None
    all_names: Sequence[str] = ()
    pace: Pace = field(default_factory=Pace)
    rounds: dict[tuple[str, Side], list[Round]] = field(default_factory=dict)
    timing: dict[str, Timing] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)
    out_of_time: bool = False
    _coins: random.Random = field(default_factory=random.Random)
    _spoilt: dict[str, int] = field(default_factory=dict)
    _earlier_trials: dict[str, Mapping[str, Trial]] = field(default_factory=dict)
    _runner: RoundRunner = field(init=False)

    def __post_init__(self) -> None:
        self._runner = RoundRunner(observer=self.observer, clock_ns=self.clock_ns)
        self.panels = {figure.name: figure.panel(seed=self.seed, share=1.0) for figure in self.figures}

    @property
    def panel(self) -> Panel:
        """The test of the first figure."""
        return self.panels[self.figures[0].name]

    def run(self) -> None:
        """Compare the suite, then all other targets, until all are decided or the deadline is over.

        A person waits for the suite. So it comes first if time is short, may take half of the time, and gets half of
        the error.

        Raises:
            OSError: the interpreter cannot be started.
            Interrupted: a signal arrived; finished rounds stay available.
        """
        self._coins.seed(self.seed)
        self.pace.clock_ns = self.clock_ns
        groups = groups_of(self.targets, self.suite)
        with trees_put_back(arm.bench for paired in self.targets.values() for arm in paired.arms.values()):
            for position, names in enumerate(groups):
                share = share_of(names, self.all_names or self.targets, self.suite)
                self._begin_group(share, self._share_of_time(1 / (len(groups) - position)))
                try:
                    self._prepare(names)
                    self._take_laps(names)
                except OutOfTime:
                    self.out_of_time = True
                finally:
                    self._end_group()

    def result(self, name: str, side: Side) -> TargetResult | None:
        """The result of a target on one side so far; None if none of its rounds has ended."""
        rounds = self.rounds.get((name, side))
        return target_result(self.targets[name].arms[side].target, rounds) if rounds else None

    def notes_on_tree(self, side: Side) -> tuple[str, ...]:
        """What the rounds left in the tree of one side, once all are over."""
        trees = {paired.arms[side].bench.tree: None for paired in self.targets.values() if side in paired.arms}
        return tuple(note for tree in trees for note in tree.notes)

    def _share_of_time(self, share: float) -> int | None:
        """The moment at which this share of the remaining time will be over; None without a deadline."""
        if self.policy.deadline_ns is None:
            return None
        moment_ns = self.clock_ns()
        return moment_ns + int(share * (self.policy.deadline_ns - moment_ns))

    def _begin_group(self, share: float, deadline_ns: int | None) -> None:
        self._earlier_trials = {name: panel.trials for name, panel in self.panels.items()}
        self._runner.deadline_ns = deadline_ns
        self.panels = {figure.name: figure.panel(seed=self.seed, share=share) for figure in self.figures}

    def _end_group(self) -> None:
        for name, panel in self.panels.items():
            judged = look(panel, last=True)
            self.panels[name] = replace(judged, trials={**self._earlier_trials[name], **judged.trials})

    def _prepare(self, names: Sequence[str]) -> None:
        """Warm up and count targets, and decide for each how it is timed."""
        enough_ns = self._share_of_time(PREPARING)
        for paired in (self.targets[name] for name in names):
            if enough_ns is not None and self.clock_ns() > enough_ns and self._can_be_timed(names):
                self.out_of_time = True
                break
            for kind, times in ((RoundKind.WARMUP, self.policy.warmup), (RoundKind.COUNTED, self.policy.counted)):
                for number in range(times):
                    self._take_both(paired, kind, number + 1)
            if self.policy.counted > 1:
                self._count_again(paired)
            self.timing[paired.name] = self._timing_of(paired)
        timed = [name for name in names if self.timing.get(name) is Timing.PAIRS]
        trials = {name: Trial(name=name) for name in timed}
        self.panels = {figure: replace(panel, trials=trials) for figure, panel in self.panels.items()}

    def _can_be_timed(self, names: Sequence[str]) -> bool:
        return any(self.timing.get(name, Timing.NONE) is not Timing.NONE for name in names)

    def _take_both(self, paired: PairedTarget, kind: RoundKind, number: int) -> None:
        """Take the round of that number on each side that has the target, unless it was taken or one has failed."""
        for side in paired.arms:
            rounds = self.rounds.get((paired.name, side), ())
            done = sum(round_.sample.kind is kind for round_ in rounds)
            if done < number and not any(round_.status in WITHOUT_COLLECTION for round_ in rounds):
                self._take(paired, side, kind)

    def _count_again(self, paired: PairedTarget) -> None:
        """Take one more counted round on the sides where two disagree, see `schedule.Policy`."""
        for side in paired.arms:
            if not agree(self.rounds[paired.name, side]):
                self._take(paired, side, RoundKind.COUNTED)

    def _timing_of(self, paired: PairedTarget) -> Timing:
        results = {side: self.result(paired.name, side) for side in paired.arms}
        known = {side: result for side, result in results.items() if result is not None}
        return timing_of(paired, known, self.policy)

    def _take_laps(self, names: Sequence[str]) -> None:
        while wanted := [name for name in names if self._needs_more(name, self.timing.get(name, Timing.NONE))]:
            for name in self._coins.sample(wanted, len(wanted)):
                if self.timing[name] is Timing.PAIRS:
                    self._take_pair(self.targets[name])
                else:
                    self._take(self.targets[name], Side.HEAD, RoundKind.TIMED)
            self._look_if_due()

    def _needs_more(self, name: str, timing: Timing) -> bool:
        """Whether a target needs another pair, or another round of head."""
        if timing is Timing.NONE:
            return False
        if timing is Timing.HEAD:
            return wants_round_for_limits(self._head_walls_s(name), self.targets[name].limits.budget_s)
        if self.policy.pairs is not None:
            return self._pairs_of(name) < self.policy.pairs
        most = self.policy.most or (self.panel.looks_at[-1] if self.policy.deadline_ns is None else MOST_PAIRS)
        return not self._is_decided(name) and self._pairs_of(name) < most

    def _pairs_of(self, name: str) -> int:
        """The number of pairs of a target. The trial of a figure that was decided early has fewer."""
        return max(len(panel.trials[name].pairs) for panel in self.panels.values())

    def _is_decided(self, name: str) -> bool:
        decisions = [panel.trials[name].decided for panel in self.panels.values()]
        return None not in decisions or Decision.OVER in decisions

    def _look_if_due(self) -> None:
        """Look once every target that is not decided has as many pairs as the next look needs.

        The last look is not taken here but when the group ends.
        """
        waiting = [name for name in self.panel.trials if self._needs_more(name, self.timing[name])]
        if self.policy.pairs is None and waiting and min(map(self._pairs_of, waiting)) >= self.panel.next_look:
            self.panels = {name: look(panel) for name, panel in self.panels.items()}

    def _take_pair(self, paired: PairedTarget) -> None:
        """Take one pair: both sides, in the order that a coin decides, the reference workload before each.

        Once a side fails, the target is compared no more.
        """
        number = self._pairs_of(paired.name) + self._spoilt.get(paired.name, 0)
        taken: dict[Side, Round] = {}
        for side in self._coins.sample(tuple(Side), len(Side)):
            taken[side] = self._take(paired, side, RoundKind.TIMED, pair=number)
            if taken[side].status in WITHOUT_COLLECTION:
                self.timing[paired.name] = self._timing_of(paired)
                return
        if not self._add_pair(paired.name, taken):
            self._spoilt[paired.name] = self._spoilt.get(paired.name, 0) + 1
            if self._spoilt[paired.name] > SPOILT_PAIRS:
                self.timing[paired.name] = Timing.NONE

    def _add_pair(self, name: str, taken: Mapping[Side, Round]) -> bool:
        """Add a pair to the trials of a target that are not decided; False, and nothing added, if it is spoilt."""
        pairs = [figure.pair(taken[Side.BASE].sample, taken[Side.HEAD].sample) for figure in self.figures]
        if None in pairs:
            return False
        for figure, pair in zip(self.figures, pairs, strict=True):
            trial = self.panels[figure.name].trials[name]
            if pair is not None and trial.decided is None:
                self.panels[figure.name] = self.panels[figure.name].with_trial(trial.after(pair))
        return True

    def _take(self, paired: PairedTarget, side: Side, kind: RoundKind, pair: int | None = None) -> Round:
        arm, is_first = paired.arms[side], not self.rounds.get((paired.name, side))
        request = arm.request_of(kind, guarded=is_first and kind is not RoundKind.COUNTED)
        announcement = Announcement(name=f"{paired.name} ({side.value})", outlook=self._outlook())
        reference = None
        if pair is not None and self.policy.reference:
            reference = partial(run_reference, arm.bench.python, arm.bench.work, arm.bench.launch)
        finished = self._runner.take(arm.bench, request, announcement, reference)
        finished = replace(finished, sample=replace(finished.sample, pair=pair))
        self.rounds.setdefault((paired.name, side), []).append(finished)
        self.pace.took(paired.name, finished.sample.wall_s)
        if kind is RoundKind.COUNTED:
            self.check_counted(side, finished)
        return finished

    def _head_walls_s(self, name: str) -> Sequence[float]:
        rounds = self.rounds.get((name, Side.HEAD), ())
        return [round_.sample.wall_s for round_ in rounds if round_.sample.kind is RoundKind.TIMED]

    def _outlook(self) -> Outlook:
        left = {name: self._rounds_expected(name) for name in self.targets}
        return self.pace.outlook(left, limit_s=self._runner.rest_s)

    def _rounds_expected(self, name: str) -> float:
        """The number of rounds on both sides that a target will probably still need."""
        timing, first_look = self.timing.get(name), self.policy.pairs or self.panel.looks_at[0]
        if timing is None:
            return self._preparing_expected(name) + self._share_in_pairs() * len(Side) * first_look
        if timing is Timing.PAIRS and name not in self.panel.trials:  # its group is still being prepared
            return len(Side) * first_look
        if self._is_over(name) or not self._needs_more(name, timing):
            return 0
        if timing is Timing.HEAD:
            return max(1, FEWEST - len(self._head_walls_s(name)))
        goal = self.policy.pairs or self.panel.next_look
        timed = sum(self._timed(name, side) for side in Side)  # one side of the last pair may be still missing
        return max(1, len(Side) * (goal + self._spoilt.get(name, 0)) - timed)

    def _is_over(self, name: str) -> bool:
        """Whether the group of a target has ended."""
        return any(name in trials for trials in self._earlier_trials.values())

    def _timed(self, name: str, side: Side) -> int:
        return sum(round_.sample.pair is not None for round_ in self.rounds.get((name, side), ()))

    def _preparing_expected(self, name: str) -> int:
        wanted = {RoundKind.WARMUP: self.policy.warmup, RoundKind.COUNTED: self.policy.counted}
        kinds = [
            [round_.sample.kind for round_ in self.rounds.get((name, side), ())] for side in self.targets[name].arms
        ]
        return sum(max(0, times - done.count(kind)) for done in kinds for kind, times in wanted.items())

    def _share_in_pairs(self) -> float:
        """The share of the targets that will probably be timed in pairs, which those that are prepared tell."""
        if self.policy.full:
            return 1.0
        in_pairs = sum(timing is Timing.PAIRS for timing in self.timing.values())
        return (in_pairs + 1) / (len(self.timing) + 2)
