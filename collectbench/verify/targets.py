"""Runs one target: all of its tests, then those again whose outcome differs from the recorded one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.judge.verification.changes import changes_of
from collectbench.judge.verification.recorded import Recorded
from collectbench.judge.verification.run import TargetRun
from collectbench.measure.round.round import Round
from collectbench.measure.session.round_runner import OutOfTime
from collectbench.model.sample import Status
from collectbench.model.verification import FAILURES, Case, Choice, Outcome
from collectbench.verify.processes import MOST_CRASHES, Processes, log_of

TIME_LIMIT_REACHED = "not run: the time limit was reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTerms:
    """How to run: how often changed tests run again, and whether the first newly failing test ends everything."""

    reruns: int = 0
    fast_fail: bool = False


def run_target(processes: Processes, recorded: Recorded, choice: Choice, terms: RunTerms) -> TargetRun:
    """Run a target; without any time left, its status is `not-measured`.

    Raises:
        OSError: the interpreter cannot be started.
        Interrupted: a signal arrived.
    """
    session = _Session(processes=processes, recorded=recorded, terms=terms)
    try:
        stopped_by = session.run()
    except OutOfTime:
        if not processes.rounds:
            return unrun(processes, recorded, choice, TIME_LIMIT_REACHED)
        session.notes.append("the time limit was reached before all tests had run as often as they should")
        stopped_by = ""
    return session.result(choice, stopped_by)


def unrun(processes: Processes, recorded: Recorded, choice: Choice, why: str) -> TargetRun:
    """A target without a run."""
    target = processes.target
    return TargetRun(name=target.name, paths=target.paths, choice=choice, recorded=recorded, message=why)


class _Session:
    """The runs of one target."""

    def __init__(self, *, processes: Processes, recorded: Recorded, terms: RunTerms) -> None:
        self.processes, self.recorded, self.terms = processes, recorded, terms
        self.cases: dict[str, Case] = {}
        self.reruns: dict[str, tuple[Case, ...]] = {}
        self.notes: list[str] = []
        self.first: list[Round] = []

    def run(self) -> str:
        """Run everything; returns the newly failing test that ended it, empty if none did."""
        watched = [nodeid for nodeid, before in self.recorded.outcomes.items() if before not in FAILURES]
        self.processes.stop_on = tuple(watched) if self.terms.fast_fail else ()
        self._run_first(None)
        while stopped_by := log_of(self.processes.rounds[-1]).stopped_by:
            self._run_again([stopped_by])
            if not self._is_flaky(stopped_by):
                return stopped_by
            watched.remove(stopped_by)
            self.processes.stop_on = tuple(watched)
            self._run_first(tuple(each.nodeid for each in self.cases.values() if each.outcome is Outcome.NOT_RUN))
        changed = [change.nodeid for change in changes_of(self.recorded.outcomes, self.cases.values()).differing]
        slow = {nodeid for nodeid in changed if self.cases[nodeid].outcome is Outcome.TIMEOUT}
        self._run_again([nodeid for nodeid in changed if nodeid not in slow and nodeid not in self.reruns])
        return ""

    def _run_first(self, only: tuple[str, ...] | None) -> None:
        """Run tests that had no run yet."""
        if only == ():
            return
        begun = len(self.processes.rounds)
        try:
            for case in self.processes.run(only):
                if case.nodeid not in self.cases or case.outcome is not Outcome.NOT_RUN:
                    self.cases[case.nodeid] = case
        finally:
            self.first += self.processes.rounds[begun:]

    def _run_again(self, nodeids: Sequence[str]) -> None:
        """Run tests alone, as often as they may, or until they end as recorded."""
        stop_on, self.processes.stop_on = self.processes.stop_on, ()
        for _ in range(self.terms.reruns):
            pending = tuple(nodeid for nodeid in nodeids if not self._is_flaky(nodeid))
            if not pending:
                break
            for case in self.processes.run(pending):
                if case.nodeid in pending:
                    self.reruns[case.nodeid] = (*self.reruns.get(case.nodeid, ()), case)
        self.processes.stop_on = stop_on

    def _is_flaky(self, nodeid: str) -> bool:
        before = self.recorded.outcomes.get(nodeid)
        return any(case.outcome is before for case in self.reruns.get(nodeid, ()))

    def _node_ids_from(self) -> str:
        root, rootdir = self.processes.bench.root, log_of(self.first[0]).rootdir
        return Path(os.path.relpath(rootdir, root)).as_posix() if rootdir else "."

    def result(self, choice: Choice, stopped_by: str) -> TargetRun:
        """What the runs came to. The first round tells what was collected, the last one how the run ended."""
        first, last = self.first[0], self.first[-1]
        ended = [nodeid for each in self.first for nodeid in log_of(each).running]
        if len(self.first) > 1 and ended:
            self.notes.append(_note_on_crashes(ended))
        return TargetRun(
            name=self.processes.target.name,
            paths=self.processes.target.paths,
            choice=choice,
            node_ids_from=self._node_ids_from(),
            recorded=self.recorded,
            cases=tuple(self.cases.values()),
            reruns=self.reruns,
            status=last.status if first.status is not Status.COLLECTION_ERRORS else first.status,
            message=f"{stopped_by} newly fails" if stopped_by else last.message,
            errors=log_of(first).errors,
            wall_s=sum(each.sample.wall_s for each in self.first),
            stopped_by=stopped_by,
            notes=(*self.notes, *(note for each in self.first for note in each.notes)),
        )


def _note_on_crashes(ended: Sequence[str]) -> str:
    which = f"{len(ended)} tests" if len(ended) > 1 else ended[0]
    limit = f"; after {MOST_CRASHES} such tests no new one begins" if len(ended) > MOST_CRASHES else ""
    return f"{which} ended the process of this target; the tests after it ran in a new one{limit}"
