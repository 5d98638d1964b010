"""Records a run in the history, whose place is checked before measuring."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.git import git_in
from collectbench.checkouts.history import Commit, commit_of
from collectbench.judge.verdicts import is_nothing_collected
from collectbench.measure.machine.environment import commit
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.errors import BaselineError, CheckoutError, Interrupted
from collectbench.model.history import Record
from collectbench.model.run import Run
from collectbench.store.history import write_record
from collectbench.usecases.baseline_slot import why_incomplete
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.history.records import is_of_this_run, record_of
from collectbench.usecases.project import Project
from collectbench.usecases.writable import require_writable


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySlot:
    """The place of the record of one run.

    Attributes:
        directory: of the history.
        commit: of the working tree; None outside git, or if git does not know it.
        dirty: whether tracked files differ from it. Other files do not count: the history itself may be among them.
        quiet: whether to say only what is missing.
    """

    directory: Path
    commit: Commit | None
    dirty: bool | None
    quiet: bool = False

    @staticmethod
    def open(project: Project, *, quiet: bool) -> HistorySlot:
        """The slot in the history of the project.

        Raises:
            UsageError: the directory cannot be written.
            Interrupted: a signal arrived.
        """
        require_writable(project.history_dir, "records of runs", "--history-dir")
        with signals_noted():
            name, dirty = commit(project.root, project.env, launch) or (None, None)
            found = commit_in(project, name) if name else None
        return HistorySlot(directory=project.history_dir, commit=found, dirty=dirty, quiet=quiet)

    @contextmanager
    def told(self, feedback: Feedback) -> Iterator[None]:
        """Say that nothing is recorded if the block is interrupted.

        Raises:
            Interrupted: as the block.
        """
        try:
            yield
        except Interrupted:
            feedback.say(f"not recorded in {shown(self.directory)}: the run is not complete")
            raise

    def record(self, run: Run, feedback: Feedback) -> None:
        """Record a run, and say where and what it lacks. A run in which nothing was collected is not recorded.

        Raises:
            BaselineError: the record cannot be written.
        """
        if is_nothing_collected(run):
            feedback.say(f"not recorded in {shown(self.directory)}: nothing was collected")
            return
        if not any(is_of_this_run(result) for result in run.results):
            feedback.say(f"not recorded in {shown(self.directory)}: nothing was measured")
            return
        known = self.commit if self.commit is not None and self.commit.name == run.commit else None
        if known is not None:
            run = replace(run, dirty=self.dirty)
        path = keep(record_of(run, known), self.directory)
        lacking = why_incomplete(run)
        if lacking or not self.quiet:
            feedback.say(f"recorded {shown(path)}{f', but {lacking}' if lacking else ''}")


def keep(record: Record, directory: Path) -> Path:
    """Write a record into the history; returns its file.

    Raises:
        BaselineError: it cannot be written.
    """
    try:
        return write_record(record, directory)
    except OSError as error:
        raise BaselineError(
            f"{directory}: the run cannot be recorded: {error.strerror}; "
            "free some space, make the directory writable, or give another one with --history-dir"
        ) from error


def shown(path: Path) -> str:
    """A path as the user writes it: relative to the current directory if it lies in it."""
    cwd = Path.cwd()
    return str(path.relative_to(cwd) if path.is_relative_to(cwd) else path)


def commit_in(project: Project, name: str) -> Commit | None:
    """The commit of that name; None if git does not know it. Signals must be noted meanwhile."""
    with temporary_directory() as work:
        try:
            return commit_of(git_in(project.root, project.env, work, launch), name)
        except CheckoutError:
            return None
