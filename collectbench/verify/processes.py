"""The processes that run the tests of one target: usually one, and others for the tests after a crash."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from collectbench.attribution.cases import cases_of
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RUN_TESTS, RoundRequest
from collectbench.measure.round.round import Round
from collectbench.measure.session.pace import Pace
from collectbench.measure.session.round_runner import Announcement, OutOfTime, RoundRunner
from collectbench.model.outcome_log import OutcomeLog
from collectbench.model.sample import RoundKind, Status
from collectbench.model.target import Target
from collectbench.model.verification import Case, Outcome

MOST_CRASHES = 10
"""After so many crashes, the tests that are left do not run: each of them may need a process of its own."""


@dataclass(slots=True, kw_only=True)
class Processes:
    """Runs tests of one target, and keeps what the processes left.

    Attributes:
        runner: takes the rounds.
        bench: the place and the means of all rounds.
        target: whose tests run.
        pace: tells how far the command is.
        targets_left: the names of the targets that have not ended, this one included.
        stop_on: the ids of the tests whose failure ends the session.
        rounds: the finished rounds in their order.
    """

    runner: RoundRunner
    bench: Bench
    target: Target
    pace: Pace
    targets_left: tuple[str, ...] = ()
    stop_on: tuple[str, ...] = ()
    rounds: list[Round] = field(default_factory=list)

    def run(self, only: tuple[str, ...] | None = None) -> tuple[Case, ...]:
        """The tests of the target, or only those with these ids, each with its outcome.

        If a test ends the process, the tests after it run in a new one.

        Raises:
            OutOfTime: the deadline is over; no test was run.
            OSError: the interpreter cannot be started.
            Interrupted: a signal arrived.
        """
        cases = {case.nodeid: case for case in self._take(only)}
        for _ in range(MOST_CRASHES):
            left = tuple(nodeid for nodeid, case in cases.items() if case.outcome is Outcome.NOT_RUN)
            if not left or not self._can_go_on():
                break
            try:
                later = {case.nodeid: case for case in self._take(left) if case.outcome is not Outcome.NOT_RUN}
            except OutOfTime:
                break
            if not later.keys() & set(left):
                break
            cases.update((nodeid, later[nodeid]) for nodeid in left if nodeid in later)
        return tuple(cases.values())

    def _take(self, only: tuple[str, ...] | None) -> tuple[Case, ...]:
        request = RoundRequest(
            target=self.target,
            kind=RoundKind.OUTCOMES,
            guarded=True,
            pytest_args=RUN_TESTS,
            only=only,
            stop_on=self.stop_on,
        )
        outlook = self.pace.outlook(dict.fromkeys(self.targets_left, 1.0), limit_s=self.runner.rest_s)
        finished = self.runner.take(self.bench, request, Announcement(name=self.target.name, outlook=outlook))
        self.rounds.append(finished)
        self.pace.took(self.target.name, finished.sample.wall_s)
        ended_by = Outcome.TIMEOUT if finished.status is Status.TIMEOUT else Outcome.CRASHED
        cases = cases_of(log_of(finished), ended_by)
        return tuple(_explained(case, finished.message) if case.outcome is ended_by else case for case in cases)

    def _can_go_on(self) -> bool:
        """Whether the last process ended in the middle of a test, and not by the time limit."""
        last = self.rounds[-1]
        log = log_of(last)
        return bool(log.running) and not log.stopped_by and last.status is not Status.TIMEOUT


def log_of(finished: Round) -> OutcomeLog:
    """The log of a round; an empty one if it left none."""
    return finished.outcomes or OutcomeLog()


def _explained(case: Case, message: str) -> Case:
    """A test that ended its process, with the way in which that ended."""
    return replace(case, message=case.message or message)
