"""The place of a baseline. It is checked before measuring: nobody waits minutes for a file that cannot be written.

It is read again when the run is saved: another command may have saved a target there meanwhile.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collectbench.judge.environments import mismatches
from collectbench.judge.verdicts import is_nothing_collected, why_not_collected
from collectbench.model.errors import BaselineError, CollectbenchError
from collectbench.model.run import Environment, Run, TargetResult
from collectbench.model.shard import Shard
from collectbench.store.baselines import (
    SUFFIX,
    baseline_path,
    keep_suite,
    merge_targets,
    save_partial,
    save_run,
)
from collectbench.store.locks import locked
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import InterruptedRun, Measurer, measure
from collectbench.usecases.project import Project
from collectbench.usecases.replaceable import replaceable
from collectbench.usecases.start_of_pytest import require_start_of_pytest
from collectbench.usecases.wording import explain_error
from collectbench.usecases.writable import require_writable


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A stored run and its file.

    Attributes:
        measured: the run as it was measured.
        run: the run as it is stored, with what stays of the baseline before.
        path: the file; None if the run was not saved.
        why_partial: why it did not become the baseline; empty if it did.
    """

    measured: Run
    run: Run
    path: Path | None
    why_partial: str = ""

    @property
    def shown_path(self) -> str:
        """The file, relative to the current directory if it lies in it; empty if there is none."""
        cwd, path = Path.cwd(), self.path
        return "" if path is None else str(path.relative_to(cwd) if path.is_relative_to(cwd) else path)

    @property
    def message(self) -> str:
        """Where the run is, or why it is nowhere."""
        where = f"saved {self.shown_path}" if self.path is not None else "not saved"
        return f"{where}{f': {self.why_partial}' if self.why_partial else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineSlot:
    """The place of one baseline.

    Attributes:
        directory: that of the baselines.
        name: of the baseline.
        selected: whether a new run replaces only its own targets in it.
        force: whether it may replace a baseline that would be refused otherwise.
        project: the project that is measured; None for a run that exists already.
    """

    directory: Path
    name: str
    selected: bool
    force: bool
    project: Project | None = None

    @staticmethod
    def open(project: Project, name: str | None, *, force: bool) -> BaselineSlot:
        """The slot of that name, or of the configured one; a shard has a slot of its own beside it.

        Raises:
            UsageError: the name is invalid, or the directory cannot be written.
            BaselineError: the existing baseline is of another environment, machine or starting directory, or cannot be
                read, and `force` does not overrule that.
        """
        name = slot_name(project.config.baseline if name is None else name, project.plan.shard)
        selected = project.plan.selected and project.plan.shard is None
        directory, environment = project.baseline_dir, project.environment
        return _open(directory, name, environment, selected=selected, force=force, project=project)

    @staticmethod
    def for_run(run: Run, directory: Path, name: str, *, force: bool) -> BaselineSlot:
        """The slot for a run that exists already. Raises as `open`."""
        return _open(directory, name, run.environment, selected=False, force=force)

    @staticmethod
    def for_file(path: Path, environment: Environment) -> BaselineSlot:
        """The slot of a file, for a run of that environment. Raises as `open`."""
        return _open(path.parent, path.name.removesuffix(SUFFIX), environment, selected=False, force=False)

    def save(self, run: Run) -> Saved:
        """Save the run: whole, or its targets into the existing baseline; never a broken one over a good one.

        A run in which nothing was collected is saved nowhere, except as a shard: others may hold the tests.

        Raises:
            BaselineError: it cannot be written; the message names a temporary file that keeps it.
        """
        try:
            with _locked(self.directory):
                return self._save_over(self.current(run.environment), run)
        except BaselineError as error:
            raise _kept_elsewhere(run, error) from error

    def current(self, environment: Environment) -> Run | None:
        """The baseline that is there now; None if there is none.

        Raises:
            BaselineError: a run of this environment must not replace it.
        """
        return replaceable(
            baseline_path(self.directory, self.name),
            environment,
            selected=self.selected,
            force=self.force,
            project=self.project,
        )

    def _save_over(self, existing: Run | None, run: Run) -> Saved:
        reason = _why_not_over(existing, run) if existing else ""
        if reason:
            path = save_partial(run, self.directory, self.name)
            return Saved(measured=run, run=run, path=path, why_partial=f"the baseline is unchanged, since {reason}")
        if is_nothing_collected(run):
            return Saved(measured=run, run=run, path=None, why_partial="nothing was collected")
        stored = self._merged(existing, run)
        return Saved(measured=run, run=stored, path=save_run(stored, self.directory, self.name))

    def _merged(self, existing: Run | None, run: Run) -> Run:
        """The run with the parts of the baseline that it keeps: targets that were not selected, a suite."""
        if existing is None or run.shard is not None:
            return run
        if self.selected:
            return merge_targets(existing, run)
        if run.suite is None and not mismatches(existing.environment, run.environment):
            return keep_suite(existing, run)
        return run


def measure_baseline(
    project: Project, name: str | None, feedback: Feedback, *, force: bool, measurer: Measurer = measure
) -> Saved:
    """Measure the project, and save the run under a name; None for the configured one. `measurer` takes the rounds.

    Raises:
        UsageError: as `BaselineSlot.open`; the interpreter cannot be started any more.
        BaselineError: as `BaselineSlot.open` and `BaselineSlot.save`.
        CollectionError: pytest does not start.
        InterruptedRun: a signal arrived; finished rounds are kept beside the baseline.
    """
    require_start_of_pytest(project)
    slot = BaselineSlot.open(project, name, force=force)
    with partial_kept(slot.directory, slot.name, feedback):
        run = measurer(project, feedback, slot.current(project.environment))
    return slot.save(run)


@contextmanager
def partial_kept(directory: Path, name: str, feedback: Feedback) -> Iterator[None]:
    """Keep the finished part of a run beside the baseline of that name if the block is interrupted.

    Raises:
        InterruptedRun: always this one; an error while the run is kept is only reported.
    """
    try:
        yield
    except InterruptedRun as interrupted:
        if interrupted.run is not None:
            try:
                feedback.say(f"finished rounds are kept in {save_partial(interrupted.run, directory, name)}")
            except CollectbenchError as error:
                feedback.say(f"error: {explain_error(_kept_elsewhere(interrupted.run, error))}")
        raise


def slot_name(name: str, shard: Shard | None) -> str:
    """The name under which a run is saved. Each shard has one of its own."""
    return name if shard is None else f"{name}.shard-{shard.index}-of-{shard.count}"


def _open(
    directory: Path,
    name: str,
    environment: Environment,
    *,
    selected: bool,
    force: bool,
    project: Project | None = None,
) -> BaselineSlot:
    slot = BaselineSlot(directory=directory, name=name, selected=selected, force=force, project=project)
    baseline_path(directory, name)  # refuses a name before a directory is made for it
    require_writable(directory, "baselines", "--baseline-dir")
    slot.current(environment)
    return slot


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    """Hold the lock of the directory: others may have saved since measuring began, or save at the same moment."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with locked(directory):
            yield
    except OSError as error:
        raise BaselineError(f"{directory} cannot be locked: {error.strerror}; try again") from error


def _kept_elsewhere(run: Run, error: CollectbenchError) -> BaselineError:
    """Keep a run that cannot be written to its place; returns the error, which also names the new place."""
    directory = Path(tempfile.mkdtemp(prefix="collectbench-kept-"))
    try:
        path = save_run(run, directory, "run")
    except BaselineError as second:
        return BaselineError(
            f"{explain_error(error)}\nthe run could not be kept elsewhere either: {explain_error(second)}"
        )
    return BaselineError(f"{explain_error(error)}\nnothing is lost, the run is kept in {path}")


def _why_not_over(existing: Run, run: Run) -> str:
    """Why the run must not replace a baseline that has more; empty if it may."""
    had_items, have_items = (
        {result.name for result in side.results if result.counts and result.counts.items} for side in (existing, run)
    )
    lost = [result.name for result in run.results if result.name in had_items - have_items]
    return why_incomplete(run) or (f"this is empty now: {', '.join(lost)}" if lost else "")


def why_incomplete(run: Run) -> str:
    """Why the run lacks the figures of a target, as a clause; empty if it has all."""
    flaws: dict[str, Callable[[TargetResult], object]] = {
        "could not be collected": why_not_collected,
        "was not measured before the time limit": lambda result: not result.timed(),
    }
    for flaw, applies in flaws.items():
        if names := [result.name for result in run.results if applies(result)]:
            return f"this {flaw}: {', '.join(names)}"
    return ""
