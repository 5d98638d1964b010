"""Fills the history by measuring commits of the past. However early it ends, the measured ones are spread evenly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from collectbench.checkouts.history import Commit
from collectbench.judge.halving import halving_order
from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.model.errors import Interrupted, UsageError
from collectbench.model.run import Run
from collectbench.model.sample import Status
from collectbench.render.parts.escape import printable
from collectbench.store.history import recorded_commits
from collectbench.store.history_names import environment_name
from collectbench.usecases.baseline_slot import why_incomplete
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.history.past import Past, past_of, why_not_measured
from collectbench.usecases.history.recording import keep
from collectbench.usecases.history.records import record_of
from collectbench.usecases.measuring import deadline_ns, measure
from collectbench.usecases.project import Project
from collectbench.usecases.start_of_pytest import require_start_of_pytest
from collectbench.usecases.writable import require_writable

OPTION = "--from-git"


@dataclass(slots=True, kw_only=True)
class Filling:
    """The commits that are measured for the history.

    Attributes:
        past: where each of them is checked out.
        wanted: those without a record, in the order in which they are measured.
        recorded: how many of them have one now.
        longest_s: the longest time that one took; None before the first one.
        measure: measures a project; passed in, so that tests need no processes.
    """

    past: Past
    wanted: Sequence[Commit]
    recorded: int = 0
    longest_s: float | None = None
    measure: Callable[[Project, Feedback], Run] = measure

    def run(self) -> None:
        """Measure one commit after the other, as long as there is time for another one.

        Raises:
            BaselineError: a record cannot be written.
            Interrupted: a signal arrived; nothing is left but the records of finished commits.
        """
        say = self.past.feedback.say
        for number, commit in enumerate(self.wanted, start=1):
            raise_if_interrupted()
            if not self._has_time():
                say(f"--max-time: {_still(len(self.wanted) - number + 1)}; the same command goes on with them")
                return
            say(f"{number} of {len(self.wanted)}: {commit.name[:12]} {printable(commit.subject)}")
            begun_ns = now_ns()
            try:
                self._record(commit, self._measured(commit))
            except UsageError as error:
                say(f"not measured: {why_not_measured(error)}")
            except Interrupted:
                say(f"{self.recorded} of {len(self.wanted)} commits are recorded; the same command goes on")
                raise
            self.longest_s = max(self.longest_s or 0.0, (now_ns() - begun_ns) / 1e9)

    def _has_time(self) -> bool:
        """Whether there is time for one more commit; the first one is tried in any case."""
        deadline = deadline_ns(self.past.project)
        return deadline is None or self.longest_s is None or now_ns() + self.longest_s * 1e9 < deadline

    def _measured(self, commit: Commit) -> Run:
        with self.past.at(commit) as past:
            run = self.measure(past.project, self.past.feedback)
            return replace(run, commit=commit.name, dirty=False)

    def _record(self, commit: Commit, run: Run) -> None:
        """Record a run, unless the time limit cut it short: then it is measured again another time."""
        say = self.past.feedback.say
        if any(
            result.status is Status.NOT_MEASURED or _is_untimed(result.status, result.timed()) for result in run.results
        ):
            say("not recorded: the time limit was reached before all of its targets were measured")
            return
        keep(record_of(run, commit), self.past.project.history_dir)
        self.recorded += 1
        if lacking := why_incomplete(run):
            say(f"recorded, but {lacking}")


def fill_history(project: Project, revisions: str, feedback: Feedback) -> None:
    """Measure the commits of a range that have no record in this environment: the newest, the oldest, then in halves.

    Raises:
        UsageError: there are no such commits, or the directory of the history cannot be written.
        CollectionError: pytest does not start in the user's tree.
        BaselineError: a record cannot be written.
        Interrupted: a signal arrived; finished commits are recorded.
    """
    require_start_of_pytest(project)
    require_writable(project.history_dir, "records of runs", "--history-dir")
    known = recorded_commits(project.history_dir, environment_name(project.environment))
    with past_of(project, f"{OPTION} {revisions}", feedback) as past:
        commits = past.commits(revisions)
        wanted = [commits[index] for index in halving_order(len(commits)) if commits[index].name not in known]
        if skipped := len(commits) - len(wanted):
            feedback.say(f"{skipped} of {len(commits)} commits have a record already")
        Filling(past=past, wanted=wanted).run()


def _is_untimed(status: Status, timed: Sequence[object]) -> bool:
    return status in (Status.OK, Status.COLLECTION_ERRORS) and not timed


def _still(number: int) -> str:
    return f"{number} more {'commit was' if number == 1 else 'commits were'} not measured"
