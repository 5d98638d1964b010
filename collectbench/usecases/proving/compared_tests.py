"""The same tests in both arms of an experiment: first once, to compare how they end, then in pairs."""

from __future__ import annotations

from dataclasses import dataclass, field

from collectbench.attribution.cases import cases_of
from collectbench.judge.net import NO_TIME, Remaining, TestRuns
from collectbench.judge.paired.panel import Trial
from collectbench.judge.paired.saving import LOOKS_AT
from collectbench.judge.verdicts import WITHOUT_COLLECTION
from collectbench.judge.verification.arms import ArmOutcomes, arm_outcomes
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.paired_target import Arm, PairedPolicy, PairedTarget, Side
from collectbench.measure.session.pairs import PairedSession
from collectbench.measure.session.round_runner import Announcement, Observer, OutOfTime, RoundRunner
from collectbench.model.outcome_log import OutcomeLog
from collectbench.model.sample import Status
from collectbench.model.units import format_duration
from collectbench.model.verification import Case
from collectbench.usecases.proving.experiments import doubt_of

RERUNS = 2
"""So often both arms run again if a test ends differently: it may be flaky."""


class NoNetError(Exception):
    """The tests cannot be compared; the message is a clause that says why."""


class OtherOutcomesError(Exception):
    """Tests end differently with the intervention; the message is a clause that says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What all comparisons of a target share.

    Attributes:
        bench: where; its timeout is that of a run of the tests.
        observer: learns of each round.
        seed: decides all coins.
        deadline_ns: no round begins after it; None for no deadline.
        pairs: the exact number of each comparison; None for as many as decide it.
    """

    bench: Bench
    observer: Observer
    seed: int
    deadline_ns: int | None = None
    pairs: int | None = None

    @property
    def fewest(self) -> int:
        """The fewest pairs of a comparison."""
        return self.pairs or LOOKS_AT[0]

    def runner(self) -> RoundRunner:
        """Return what takes single rounds."""
        return RoundRunner(observer=self.observer, deadline_ns=self.deadline_ns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The runs, and how their tests end."""

    runs: TestRuns
    outcomes: ArmOutcomes


@dataclass(kw_only=True)
class Comparison:
    """One comparison.

    Attributes:
        name: of the experiment.
        figure: what is compared.
        requests: the run of each arm.
        means: what all comparisons share.
    """

    name: str
    figure: Remaining
    requests: dict[Side, RoundRequest]
    means: Means
    _pace: Pace = field(default_factory=Pace)
    _rounds: dict[Side, list[Round]] = field(default_factory=lambda: {side: [] for side in Side})

    def run(self) -> Compared:
        """Take the rounds.

        Raises:
            NoNetError: the tests cannot be compared, or there is no time.
            OtherOutcomesError: tests end differently.
        """
        try:
            self._check()
        except OutOfTime:
            raise NoNetError(NO_TIME) from None
        self._require_time()
        session = self._session()
        session.run()
        for side in (Side.HEAD, Side.BASE):
            for each in session.rounds.get((self.name, side), ()):
                self._rounds[side].append(_whole(each, side))
        outcomes = self._require_same()
        runs = TestRuns(
            trial=session.panel.trials.get(self.name, Trial(name=self.name)),
            seed=self.means.seed,
            base=self._cases(Side.BASE),
            head=self._cases(Side.HEAD),
            out_of_time=session.out_of_time,
        )
        return Compared(runs=runs, outcomes=outcomes)

    def _check(self) -> None:
        """Run the tests once in each arm, and again while some end differently."""
        for _ in range(1 + RERUNS):
            for side in (Side.HEAD, Side.BASE):
                self._rounds[side].append(_whole(self._take(side), side))
            if not self._outcomes().changes:
                break
        self._require_same()
        if doubt := doubt_of(self.name, self._rounds[Side.BASE]):
            raise NoNetError(doubt)

    def _outcomes(self) -> ArmOutcomes:
        return arm_outcomes(self._cases(Side.HEAD), self._cases(Side.BASE))

    def _require_same(self) -> ArmOutcomes:
        outcomes = self._outcomes()
        if outcomes.changes:
            raise OtherOutcomesError(outcomes.reason)
        return outcomes

    def _cases(self, side: Side) -> tuple[tuple[Case, ...], ...]:
        return tuple(cases_of(each.outcomes or OutcomeLog()) for each in self._rounds[side])

    def _take(self, side: Side) -> Round:
        runner = self.means.runner()
        outlook = self._pace.outlook({self.name: 2.0 * self.means.fewest}, limit_s=runner.rest_s)
        announcement = Announcement(name=f"{self.name} (tests, {side.value})", outlook=outlook)
        finished = runner.take(self.means.bench, self.requests[side], announcement)
        self._pace.took(self.name, finished.sample.wall_s)
        return finished

    def _require_time(self) -> None:
        """Go on if the fewest pairs that decide fit into the time that is left."""
        rest_s = self.means.runner().rest_s
        pair_s = sum(self._rounds[side][-1].sample.wall_s for side in Side)
        if rest_s is not None and self.means.fewest * pair_s > rest_s:
            wanted, left = format_duration(self.means.fewest * pair_s), format_duration(max(0.0, rest_s))
            raise NoNetError(
                f"{self.means.fewest} pairs of the tests take about {wanted}, and --max-time leaves {left}"
            )

    def _session(self) -> PairedSession:
        arms = {side: Arm(bench=self.means.bench, request=request) for side, request in self.requests.items()}
        name = self.name
        return PairedSession(
            targets={name: PairedTarget(name=name, arms=arms)},
            suite=None,
            policy=PairedPolicy(
                pairs=self.means.pairs,
                most=LOOKS_AT[-1],
                warmup=0,
                counted=0,
                reference=False,
                full=True,
                deadline_ns=self.means.deadline_ns,
            ),
            seed=self.means.seed,
            observer=self.means.observer,
            figures=(self.figure,),
            pace=self._pace,
        )


def _whole(finished: Round, side: Side) -> Round:
    """The round, if pytest came to its end.

    Raises:
        NoNetError: it did not, with or without the intervention.
        OtherOutcomesError: it does not with the intervention.
    """
    if finished.status not in WITHOUT_COLLECTION:
        return finished
    if side is Side.BASE and finished.status is not Status.TIMEOUT:
        raise OtherOutcomesError(f"tests end differently: {finished.message}")
    raise NoNetError(f"the tests do not come to their end: {finished.message}")
