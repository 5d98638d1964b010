"""The place of a baseline. It is checked before measuring: nobody waits minutes for a file that cannot be written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collectbench.judge.environments import mismatches
from collectbench.judge.verdicts import is_nothing_collected, why_not_collected
from collectbench.model.errors import BaselineError, CollectbenchError, UsageError
from collectbench.model.run import Environment, Run, Shard, TargetResult
from collectbench.store.baselines import (
    SUFFIX,
    baseline_path,
    keep_suite,
    load_run,
    merge_targets,
    save_partial,
    save_run,
)
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.measuring import InterruptedRun, measure
from collectbench.usecases.other_start import WHEN_SAVING, refuse_other_start
from collectbench.usecases.project import Project
from collectbench.usecases.wording import explain_error


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
        existing: the baseline that is there now; None if there is none.
        selected: whether a new run replaces only its own targets in it.
    """

    directory: Path
    name: str
    existing: Run | None
    selected: bool

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
        reason = _why_not_over(self.existing, run) if self.existing else ""
        if not reason and is_nothing_collected(run):
            return Saved(measured=run, run=run, path=None, why_partial="nothing was collected")
        stored = run if reason else self._merged(run)
        try:
            if reason:
                path = save_partial(run, self.directory, self.name)
                return Saved(measured=run, run=run, path=path, why_partial=f"the baseline is unchanged, since {reason}")
            return Saved(measured=run, run=stored, path=save_run(stored, self.directory, self.name))
        except BaselineError as error:
            raise _kept_elsewhere(run, error) from error

    def _merged(self, run: Run) -> Run:
        """The run with the parts of the baseline that it keeps: targets that were not selected, a suite."""
        if self.existing is None or run.shard is not None:
            return run
        if self.selected:
            return merge_targets(self.existing, run)
        if run.suite is None and not mismatches(self.existing.environment, run.environment):
            return keep_suite(self.existing, run)
        return run


def measure_baseline(project: Project, name: str | None, feedback: Feedback, *, force: bool) -> Saved:
    """Measure the project, and save the run under a name; None for the configured one.

    Raises:
        UsageError: as `BaselineSlot.open`; the interpreter cannot be started any more.
        BaselineError: as `BaselineSlot.open` and `BaselineSlot.save`.
        InterruptedRun: a signal arrived; finished rounds are kept beside the baseline.
    """
    slot = BaselineSlot.open(project, name, force=force)
    with partial_kept(slot.directory, slot.name, feedback):
        run = measure(project, feedback)
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
    path = baseline_path(directory, name)
    _require_writable(directory)
    existing = _existing(path, force=force)
    if existing is not None and not force:
        refuse_other_start(str(path), existing.environment, environment, project=project, otherwise=WHEN_SAVING)
        _refuse_to_replace(path, existing, environment, selected=selected)
    return BaselineSlot(directory=directory, name=name, existing=existing, selected=selected)


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


def _require_writable(directory: Path) -> None:
    """Make the directory of the baselines, and refuse one that takes no file."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor, probe = tempfile.mkstemp(dir=directory, prefix=".collectbench-")
        os.close(descriptor)
        Path(probe).unlink()
    except OSError as error:
        why = "it is not a directory" if isinstance(error, FileExistsError) else error.strerror
        raise UsageError(
            f"{directory}: baselines cannot be written there: {why}; "
            "give another directory with --baseline-dir or the key baseline-dir"
        ) from error


def _existing(path: Path, *, force: bool) -> Run | None:
    """The run in that file; None without a file, or with `force` if it cannot be read."""
    if not path.exists():
        return None
    try:
        return load_run(path)
    except BaselineError as error:
        if not force:
            raise BaselineError(f"{explain_error(error)}; --force replaces it, --name saves beside it") from error
    return None


def _refuse_to_replace(path: Path, existing: Run, environment: Environment, *, selected: bool) -> None:
    """Raise unless a run of this environment may replace `existing`, whole or in part (`selected`)."""
    if selected:
        if differences := mismatches(existing.environment, environment):
            raise BaselineError(
                f"{path} is of another environment ({'; '.join(differences)}), and figures of two environments do not "
                "mix: measure all targets again, without TARGET, or add --force"
            )
    elif existing.environment.cpu_model != environment.cpu_model:
        raise BaselineError(
            f"{path} was measured on another machine ({existing.environment.cpu_model}; here {environment.cpu_model}): "
            "save under another --name, or replace it with --force"
        )
