"""Finds the commit of a step by a counter, with one counted round of each commit that is looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from collectbench.checkouts.history import Commit
from collectbench.judge.bisection import Sides, sides_of
from collectbench.judge.halving import place_of_step
from collectbench.model.errors import UsageError
from collectbench.model.history import Bisection, History, Record, RecordedTarget, Step, TargetTrend
from collectbench.render.parts.escape import printable
from collectbench.store.history import StoredHistory, read_history
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.history.past import Past, past_of, why_not_measured
from collectbench.usecases.history.showing import measured_targets, order_of_steps
from collectbench.usecases.project import Project
from collectbench.usecases.start_of_pytest import require_start_of_pytest

OPTION = "--bisect"


@dataclass(slots=True, kw_only=True)
class Search:
    """The search for the commit of one step.

    Attributes:
        past: where each commit is checked out.
        target: the name of the target.
        sides: the counter before and after the step.
        commits: those that may have made the step, the earliest first.
        measured: the counter of each one that was measured.
        obstacle: why the last one that was not measured could not be.
    """

    past: Past
    target: str
    sides: Sides
    commits: Sequence[Commit]
    measured: dict[str, int] = field(default_factory=dict)
    obstacle: str = ""

    def found(self, base: str) -> Bisection:
        """The commit that made the step, whose first commit follows `base`.

        Raises:
            Interrupted: a signal arrived; nothing is left.
        """
        low, high = place_of_step(len(self.commits), lambda number: self._is_after(self.commits[number]))
        parent = (
            self.commits[low] if low >= 0 else Commit(name=base, committed="", subject="the one before all of them")
        )
        reason = self._contradiction(parent, self.commits[high])
        begun = Bisection(
            target=self.target,
            figure=self.sides.figure,
            before=self.sides.before,
            after=self.sides.after,
            commits=len(self.commits),
            measured=tuple(self.measured.items()),
            reason=reason,
        )
        if reason:
            return begun
        if high - low > 1:
            between = f"one of {high - low} commits in {parent.name[:12]}..{self.commits[high].name[:12]}"
            return replace(begun, reason=f"{between}; the others of them cannot be measured: {self.obstacle}")
        before = self.measured.get(parent.name, self.sides.before)
        after = self.measured.get(self.commits[high].name, self.sides.after)
        return replace(
            begun,
            commit=self.commits[high].name,
            parent=parent.name,
            subject=self.commits[high].subject,
            low=before,
            high=after,
            reason=_doubt(self.sides, before, after),
        )

    def _contradiction(self, parent: Commit, head: Commit) -> str:
        """Why the records cannot be relied on for the ends of the search, which were not measured; empty if they can.

        They can if each measured commit has the recorded counter of one side. If not, another environment may count
        otherwise, and each commit may seem to be on the same side: so the end that matters is measured as well.
        """
        if all(count in (self.sides.before, self.sides.after) for count in self.measured.values()):
            return ""
        for commit, expected in ((parent, False), (head, True)):
            answer = expected if commit.name in self.measured else self._is_after(commit)
            if answer is None:
                return f"{commit.name[:12]} cannot be measured: {self.obstacle}"
            if answer is not expected:
                return (
                    f"the counter of {commit.name[:12]} is not the recorded one here, so this environment counts "
                    "otherwise; measure both ends of the step here first (--from-git)"
                )
        return ""

    def _is_after(self, commit: Commit) -> bool | None:
        """Whether a commit is after the step; None if it cannot be measured."""
        say = self.past.feedback.say
        say(f"{commit.name[:12]} {printable(commit.subject)}")
        try:
            count = self._counter(commit)
        except UsageError as error:
            self.obstacle = why_not_measured(error)
            say(f"not measured: {self.obstacle}")
            return None
        self.measured[commit.name] = count
        return self.sides.is_after(count)

    def _counter(self, commit: Commit) -> int:
        with self.past.at(commit) as past:
            taken = past.rounds.get(self.target, ())
        counters = next((round_.work.counters for round_ in reversed(taken) if round_.work is not None), {})
        if self.sides.figure not in counters:
            raise UsageError(f"{self.target} cannot be collected there")
        return counters[self.sides.figure]


def bisected(
    shown: History, directory: Path, open_project: Callable[[tuple[str, ...]], Project], feedback: Feedback
) -> History:
    """Return the history with the commit of the last step of its trends.

    Args:
        shown: the trends.
        directory: of the records.
        open_project: opens the project with these targets, or with all if there are none.
        feedback: tells which commit is measured.

    Raises:
        UsageError: no step has known commits, or git does not know them.
        CollectionError: pytest does not start in the user's tree.
        Interrupted: a signal arrived; nothing is left.
    """
    trend, step = last_step(shown.trends)
    project = open_project(measured_targets((trend.name,)))
    require_start_of_pytest(project)
    return replace(shown, bisection=_search(project, trend, step, read_history(directory), feedback))


def _search(project: Project, trend: TargetTrend, step: Step, stored: StoredHistory, feedback: Feedback) -> Bisection:
    if step.base is None or step.head is None:
        raise UsageError(f"{OPTION}: the commits of the last step of {trend.name} are unknown; record runs in git")
    if step.base == step.head:
        return _without_counter(trend, 1, "both runs are of the same commit, so another change made the step")
    sides = _sides(trend, step, stored)
    with past_of(project, OPTION, feedback) as past:
        commits = past.commits(f"{step.base}..{step.head}")[::-1]
        if sides is None:
            reason = "no counter that repeats changed with this step, and one time of each commit tells nothing"
            return _without_counter(trend, len(commits), reason)
        return Search(past=past, target=trend.name, sides=sides, commits=commits).found(step.base)


def _without_counter(trend: TargetTrend, commits: int, reason: str) -> Bisection:
    return Bisection(target=trend.name, figure="", before=0, after=0, commits=commits, reason=reason)


def last_step(trends: Sequence[TargetTrend]) -> tuple[TargetTrend, Step]:
    """The latest step of all trends; that of the suite before those of its parts.

    Raises:
        UsageError: there is none.
    """
    found = [(trend, trend.steps[-1]) for trend in trends if trend.steps]
    if not found:
        raise UsageError(f"{OPTION}: there is no step in these trends; record more runs, or name another TARGET")
    return max(found, key=order_of_steps)


def _sides(trend: TargetTrend, step: Step, stored: StoredHistory) -> Sides | None:
    """The counter that shows the step, from the records on both sides of it."""
    records = [record for name, record in stored.records if name == trend.environment]
    base, head = (_target_at(commit, trend.name, records) for commit in (step.base, step.head))
    return None if base is None or head is None else sides_of(step, base, head)


def _target_at(commit: str | None, name: str, records: Sequence[Record]) -> RecordedTarget | None:
    """The target in the last record of a commit that counted its work."""
    found = [
        result
        for record in records
        if record.commit == commit
        for result in record.results
        if result.name == name and result.counters is not None
    ]
    return found[-1] if found else None


def _doubt(sides: Sides, low: int, high: int) -> str:
    """What the reader must know if the commit made only a part of the step."""
    share = (high - low) / (sides.after - sides.before)
    if share == 1:
        return ""
    return f"it made {share:.0%} of the step; other commits, or another environment, made the rest"
