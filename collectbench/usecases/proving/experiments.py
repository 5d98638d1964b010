"""Takes the rounds of one experiment: what both arms collect, then pairs until the question is decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from collectbench.experiments import Arms
from collectbench.judge.collected import unstable_parts
from collectbench.judge.paired.panel import Decision, Trial
from collectbench.judge.paired.saving import LOOKS_AT, Saving
from collectbench.judge.proof import Measured, Sameness, judged, sameness
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.collected_state import state_of, state_request
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.paired_target import Arm, PairedPolicy, PairedTarget, Side
from collectbench.measure.session.pairs import PairedSession
from collectbench.measure.session.round_runner import Announcement, Observer, OutOfTime, RoundRunner
from collectbench.model.collected_state import CollectedState
from collectbench.model.diagnosis import JOINT, Experiment
from collectbench.model.intervention import NOTHING, Intervention
from collectbench.model.sample import RoundKind
from collectbench.model.target import Limits, Target
from collectbench.usecases.proving.effects import CHECKS, NAMES

ENDS = 50
"""So many rounds with frozen objects have to end alike: a crash at the end of the process may be rare."""

USUAL_ENDS = frozenset({0, 1, 2, 5})
"""Exit codes of pytest that only say whether there are errors and tests: where these may differ, so may the codes."""


@dataclass(kw_only=True)
class Laboratory:
    """Takes the rounds of the experiments of one target.

    Attributes:
        bench: where.
        target: what is collected.
        observer: learns of each round.
        seed: decides all coins.
        deadline_ns: no round begins after it; None for no deadline.
        has_extensions: whether the target loads extension modules of installed packages.
        pairs: the exact number of each experiment; None for as many as decide it.
    """

    bench: Bench
    target: Target
    observer: Observer
    seed: int
    deadline_ns: int | None = None
    has_extensions: bool = False
    pairs: int | None = None
    _pace: Pace = field(default_factory=Pace)
    _unchanged: CollectedState | None = None

    def __post_init__(self) -> None:
        """Drop the limits of the target: an experiment asks about a saving, not about budgets."""
        self.target = replace(self.target, limits=Limits())

    @property
    def nodeids(self) -> tuple[str, ...]:
        """What the unchanged target collects; empty before the first experiment."""
        return () if self._unchanged is None else self._unchanged.nodeids

    def experiment(self, name: str, arms: Arms) -> Experiment:
        """Return the experiment after all of its rounds.

        Raises:
            Interrupted: a signal arrived.
            OSError: the interpreter cannot be started.
        """
        try:
            same, doubt = self._sameness(name, arms)
        except OutOfTime:
            return self._judged(name, arms, Sameness(), doubt="--max-time was reached before its first round")
        if doubt or not same.holds:
            return self._judged(name, arms, same, doubt=doubt)
        session = self._session(name, arms)
        session.run()
        base = session.rounds.get((name, Side.BASE), [])
        head = session.rounds.get((name, Side.HEAD), [])
        is_at_risk = arms.risks_exit and self.has_extensions
        if is_at_risk and session.panel.trials[name].decided is Decision.OVER:
            base = [*base, *self._further(name, arms.base, ENDS - len(base))]
        permitted = USUAL_ENDS if arms.permits else frozenset[int]()
        same = (None if arms.permits else _same_collections(base, head)) or _same_ends(base, head, permitted) or same
        experiment = self._judged(name, arms, same, session=session, doubt=doubt_of(name, [*base, *head]))
        return replace(experiment, ends=len(base) if is_at_risk else 0)

    def _further(self, name: str, intervention: Intervention, count: int) -> Iterator[Round]:
        """Take rounds with the intervention, as many as there is time for."""
        runner = RoundRunner(observer=self.observer, deadline_ns=self.deadline_ns)
        request = RoundRequest(target=self.target, kind=RoundKind.TIMED, intervention=intervention)
        for number in range(count):
            outlook = self._pace.outlook({name: float(count - number)}, limit_s=runner.rest_s)
            try:
                finished = runner.take(self.bench, request, Announcement(name=f"{name} (base)", outlook=outlook))
            except OutOfTime:
                return
            self._pace.took(name, finished.sample.wall_s)
            yield finished

    def _judged(
        self, name: str, arms: Arms, same: Sameness, *, session: PairedSession | None = None, doubt: str = ""
    ) -> Experiment:
        panel = Saving().panel(seed=self.seed, share=1.0) if session is None else session.panel
        trial = panel.trials.get(name, Trial(name=name))
        if session is not None and session.out_of_time and not doubt and trial.decided is None:
            doubt = f"--max-time was reached after {len(trial.pairs)} pairs"
        return judged(Measured(intervention=name, trial=trial, panel=panel, same=same, bound=arms.bound, doubt=doubt))

    def _sameness(self, name: str, arms: Arms) -> tuple[Sameness, str]:
        """Whether both arms collect the same, and a doubt. The first round of each arm fills what later ones find."""
        if self._unchanged is None:
            self._unchanged = state_of(self._state(f"{self.target.name} (unchanged)", NOTHING))
        rounds = [self._state(f"{name} (base)", arms.base)]
        if arms.head != NOTHING:
            rounds.append(self._state(f"{name} (head)", arms.head))
        base = state_of(rounds[0])
        same = sameness(self._unchanged, base, arms.permits)
        if not same.holds:
            again = state_of(self._state(f"{self.target.name} (unchanged)", NOTHING))  # what differs in any case
            same = sameness(self._unchanged, base, arms.permits, unstable_parts(self._unchanged, again))
        return same, doubt_of(name, rounds)

    def _state(self, name: str, intervention: Intervention) -> Round:
        runner = RoundRunner(observer=self.observer, deadline_ns=self.deadline_ns)
        request = replace(state_request(self.target), intervention=intervention)
        outlook = self._pace.outlook({name: 1.0}, limit_s=runner.rest_s)
        finished = runner.take(self.bench, request, Announcement(name=name, outlook=outlook))
        self._pace.took(name, finished.sample.wall_s)
        return finished

    def _session(self, name: str, arms: Arms) -> PairedSession:
        requests = {
            Side.BASE: RoundRequest(target=self.target, intervention=arms.base),
            Side.HEAD: RoundRequest(target=self.target, intervention=arms.head),
        }
        paired = PairedTarget(
            name=name, arms={side: Arm(bench=self.bench, request=request) for side, request in requests.items()}
        )
        return PairedSession(
            targets={name: paired},
            suite=None,
            policy=PairedPolicy(
                pairs=self.pairs,
                most=LOOKS_AT[-1],
                warmup=0,
                counted=0,
                reference=False,  # the coin decides which arm a disturbance hits, and the test knows that
                full=True,
                deadline_ns=self.deadline_ns,
            ),
            seed=self.seed,
            observer=self.observer,
            figures=(Saving(),),
            pace=self._pace,
        )


def _same_collections(base: Sequence[Round], head: Sequence[Round]) -> Sameness | None:
    """What differs in what the timed rounds of both arms collected; None if nothing does.

    Where rounds of one arm differ from each other, only what both arms have in common can be compared.
    """
    ids = [{each.nodeids_sha256 for each in rounds} for rounds in (base, head)]
    if len(ids[0]) == len(ids[1]) == 1 and ids[0] != ids[1]:
        return Sameness(nodeids=False, reason="its timed rounds collect other node ids than its first one")
    errors = [{each.counts.errors if each.counts else None for each in rounds} for rounds in (base, head)]
    if len(errors[0]) == len(errors[1]) == 1 and errors[0] != errors[1]:
        return Sameness(errors=False, reason="its timed rounds end with other errors than its first one")
    return None


def _same_ends(base: Sequence[Round], head: Sequence[Round], permitted: Collection[int] = ()) -> Sameness | None:
    """What differs in how the timed rounds of both arms ended; None if nothing does but for permitted exit codes."""
    ends = {each.sample.exit_code for each in head if each.sample.kind is RoundKind.TIMED}
    allowed = {*ends, *permitted}
    for each in base:
        if each.sample.kind is RoundKind.TIMED and ends and each.sample.exit_code not in allowed:
            codes = [round_.sample.exit_code for round_ in base if round_.sample.kind is RoundKind.TIMED]
            count = sum(code not in allowed for code in codes)
            return Sameness(
                errors=False,
                reason=f"it changes how pytest ends: exit code {each.sample.exit_code} instead of {min(ends)}, "
                f"in {count} of {len(codes)} rounds",
            )
    return None


def doubt_of(name: str, rounds: Sequence[Round]) -> str:
    """Return why the rounds of an experiment do not show what it saves; empty if they do.

    In the joint one, an action may leave nothing for another one to do; that what is blocked stays out must hold.
    """
    for each in rounds:
        is_forgiven = name == JOINT and any(count for _, count in each.effects)
        for action, count in each.effects:
            if not count and not (is_forgiven and action not in CHECKS):
                return f"it had no effect: {NAMES[action]}"
    return ""
