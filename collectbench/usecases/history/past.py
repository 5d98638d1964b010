"""Commits of the past as projects to measure, each in a working tree of its own for as long as it is measured."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.checkouts.history import Commit, commits_in
from collectbench.checkouts.repository import open_repository
from collectbench.checkouts.worktrees import past_checkout
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.os_errors import explain_os_errors
from collectbench.measure.process.temporary import make_temporary_directory
from collectbench.measure.round.round import Round
from collectbench.measure.session.paired_target import Side
from collectbench.model.errors import CheckoutError, UsageError
from collectbench.usecases.feedback import Display, Feedback
from collectbench.usecases.measuring import deadline_ns
from collectbench.usecases.option_errors import naming_the_option
from collectbench.usecases.paired.compared_projects import YOUR_TREE, compared_projects
from collectbench.usecases.paired.loaded_files import LoadedFilesProbe
from collectbench.usecases.project import Project

FOREVER_NS = 2**62
"""A moment that does not come. With a deadline, only the suite tells which files are loaded: the others are like it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastProject:
    """A commit, ready to be measured.

    Attributes:
        commit: the commit.
        project: as it was then.
        rounds: those that told which files are loaded, by target: a warm-up and a counted one.
    """

    commit: Commit
    project: Project
    rounds: dict[str, tuple[Round, ...]]


@dataclass(slots=True, kw_only=True)
class Past:
    """The commits of a project, one of them checked out at a time.

    Attributes:
        project: as it is now, in the user's own tree.
        option: of the command, which errors name.
        feedback: shows the rounds.
        work: a directory of our own.
    """

    project: Project
    option: str
    feedback: Feedback
    work: Path
    _own: LoadedFilesProbe | None = field(default=None)
    """Rounds in the user's own tree, which every commit needs."""

    def commits(self, revisions: str) -> tuple[Commit, ...]:
        """The commits in a range, the newest first.

        Raises:
            UsageError: this is not a repository, or git does not know them.
            Interrupted: a signal arrived.
        """
        with naming_the_option(f"{self.option}: ", CheckoutError):
            repository = open_repository(self.project.root, self.project.env, self.work, launch)
            return commits_in(repository.git, revisions)

    @contextmanager
    def at(self, commit: Commit) -> Iterator[PastProject]:
        """Have the project as it was in a commit until the block ends.

        Raises:
            UsageError: it cannot be measured: it lacks the targets, or needs files that were built from other sources.
            Interrupted: a signal arrived; the working tree is removed.
        """
        project = self.project
        with (
            naming_the_option("", CheckoutError),
            explain_os_errors(project.python[0]),
            past_checkout(commit.name, project.root, project.env, self.work, launch) as checkouts,
        ):
            display = self.feedback.display()
            with display:
                probe = self._probe(display)
                found = compared_projects(project, checkouts, probe)
            self._own = probe
            label = checkouts.base.label
            rounds = {name: taken for (name, where), taken in probe.rounds.items() if where == label}
            yield PastProject(commit=commit, project=found.by_side[Side.BASE], rounds=rounds)

    def _probe(self, display: Display) -> LoadedFilesProbe:
        own, rounds = self._own, self.work / "rounds"  # beside the checkouts: our files are not an input of the tests
        rounds.mkdir(exist_ok=True)
        return LoadedFilesProbe(
            work=rounds,
            display=display,
            deadline_ns=deadline_ns(self.project) or FOREVER_NS,
            benches={YOUR_TREE: own.benches[YOUR_TREE]} if own and YOUR_TREE in own.benches else {},
            rounds={key: taken for key, taken in own.rounds.items() if key[1] == YOUR_TREE} if own else {},
        )


@contextmanager
def past_of(project: Project, option: str, feedback: Feedback) -> Iterator[Past]:
    """Have the commits of a project at hand until the block ends; nothing is left of them then.

    Raises:
        UsageError: there is no place for temporary files.
        Interrupted: a signal arrived.
    """
    with explain_os_errors(project.python[0]):
        work = make_temporary_directory()
    try:
        with signals_noted():
            yield Past(project=project, option=option, feedback=feedback, work=work)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def why_not_measured(error: UsageError) -> str:
    """Why a commit cannot be measured, in the words of a comparison, which has it for its base."""
    facts = (reason.fact.removeprefix("--against: ").partition("; ")[0] for reason in error.reasons)
    return "; ".join(fact.removesuffix(", so there is nothing to compare") for fact in facts).replace(
        "the base ", "this commit "
    )
