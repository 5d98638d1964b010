"""Where a measured run goes, decided before it is measured: nobody waits minutes for a file that cannot be written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collectbench.cli.log import say
from collectbench.judge.environments import mismatches
from collectbench.judge.verdicts import why_not_collected
from collectbench.measure.machine.environment import environment
from collectbench.model.errors import BaselineError, CollectbenchError, UsageError
from collectbench.model.run import Environment, Run, Shard, TargetResult
from collectbench.store.baselines import baseline_path, keep_suite, load_run, merge_targets, save_partial, save_run
from collectbench.usecases.measuring import InterruptedRun
from collectbench.usecases.project import Project
from collectbench.usecases.remedies import explain_error


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The run as it was stored, where, and what to say of it."""

    run: Run
    path: Path
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineSlot:
    """The project of one baseline. `existing` is what lies there and stays in part, or for comparison."""

    directory: Path
    name: str
    existing: Run | None
    selected: bool

    @staticmethod
    def open(project: Project, name: str | None, *, force: bool) -> BaselineSlot:
        """Look whether the baseline of that name, or of the configured one, may be written; a shard lies beside it.

        Raises:
            UsageError: the name is none, or the folder cannot be written.
            BaselineError: what lies there is of another environment or machine, or cannot be read; `force` overrules.
        """
        name = slot_name(project.config.baseline if name is None else name, project.plan.shard)
        path = baseline_path(project.baseline_dir, name)
        _require_writable(project.baseline_dir)
        existing = _existing(path, force=force)
        selected = project.plan.selected and project.plan.shard is None
        if existing is not None and not force:
            _refuse_to_replace(
                path, existing, environment(project.inspection, project.env, project.root), selected=selected
            )
        return BaselineSlot(directory=project.baseline_dir, name=name, existing=existing, selected=selected)

    @staticmethod
    def for_run(run: Run, directory: Path, name: str, *, force: bool) -> BaselineSlot:
        """The same for a run that is there already. Raises as `open`."""
        path = baseline_path(directory, name)
        _require_writable(directory)
        existing = _existing(path, force=force)
        if existing is not None and not force:
            _refuse_to_replace(path, existing, run.environment, selected=False)
        return BaselineSlot(directory=directory, name=name, existing=existing, selected=False)

    def save(self, run: Run) -> Saved:
        """Save the run: whole, or what was selected in its project; never over a good baseline with a broken one.

        Raises:
            BaselineError: it cannot be written; it was kept in a temporary file, which the message names.
        """
        why_not = _why_not_over(self.existing, run) if self.existing else ""
        stored = run if why_not else self._merged(run)
        try:
            if why_not:
                path = save_partial(run, self.directory, self.name)
                return Saved(run=run, path=path, words=f"the baseline is left as it was, since {why_not}")
            return Saved(run=stored, path=save_run(stored, self.directory, self.name))
        except BaselineError as error:
            raise _kept_elsewhere(run, error) from error

    def announce(self, saved: Saved, *, quiet: bool) -> None:
        """Say on stderr where the run is."""
        if saved.words or not quiet:
            say(f"saved {_shown(saved.path)}{f': {saved.words}' if saved.words else ''}")

    def _merged(self, run: Run) -> Run:
        """The run with what stays of the baseline: targets that were not selected, a suite that was left out."""
        if self.existing is None or run.shard is not None:
            return run
        if self.selected:
            return merge_targets(self.existing, run)
        if run.suite is None and not mismatches(self.existing.environment, run.environment):
            return keep_suite(self.existing, run)
        return run


@contextmanager
def partial_kept(directory: Path, name: str) -> Iterator[None]:
    """Keep what a run had finished beside the baseline of that name, where the block is interrupted.

    Raises:
        InterruptedRun: always that one: what goes wrong in keeping the run is only told.
    """
    try:
        yield
    except InterruptedRun as interrupted:
        if interrupted.run is not None:
            try:
                say(f"what was finished is kept in {save_partial(interrupted.run, directory, name)}")
            except CollectbenchError as error:
                say(f"error: {explain_error(_kept_elsewhere(interrupted.run, error))}")
        raise


def _kept_elsewhere(run: Run, error: CollectbenchError) -> BaselineError:
    """Keep a run that cannot be written where it belongs; the error tells what was wrong, and where it is."""
    folder = Path(tempfile.mkdtemp(prefix="collectbench-kept-"))
    try:
        path = save_run(run, folder, "run")
    except BaselineError as second:
        return BaselineError(f"{explain_error(error)}\nnor could the run be kept elsewhere: {explain_error(second)}")
    return BaselineError(f"{explain_error(error)}\nnothing is lost, the run is kept in {path}")


def _why_not_over(existing: Run, run: Run) -> str:
    """Why the run must not replace a baseline that has more; empty where it may."""
    had_items = {result.name for result in existing.results if result.counts and result.counts.items}
    found: dict[str, Callable[[TargetResult], object]] = {
        "could not be collected": why_not_collected,
        "was not measured before the time was up": lambda result: not result.timed(),
        "is empty now": lambda result: result.name in had_items and not (result.counts and result.counts.items),
    }
    for words, applies in found.items():
        if names := [result.name for result in run.results if applies(result)]:
            return f"this {words}: {', '.join(names)}"
    return ""


def _require_writable(directory: Path) -> None:
    """Make the folder of the baselines, and refuse one that takes no file."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor, probe = tempfile.mkstemp(dir=directory, prefix=".collectbench-")
        os.close(descriptor)
        Path(probe).unlink()
    except OSError as error:
        why = "it is no folder" if isinstance(error, FileExistsError) else error.strerror
        raise UsageError(
            f"{directory}: baselines cannot be written there: {why}; "
            "give another folder with --baseline-dir or the key baseline-dir"
        ) from error


def slot_name(name: str, shard: Shard | None) -> str:
    """The name under which a run is saved: shards get one of their own each."""
    return name if shard is None else f"{name}.shard-{shard.index}-of-{shard.count}"


def _existing(path: Path, *, force: bool) -> Run | None:
    """What lies there; None where nothing does, or with `force` nothing that can be read."""
    if not path.exists():
        return None
    try:
        return load_run(path)
    except BaselineError as error:
        if not force:
            raise BaselineError(f"{explain_error(error)}; --force replaces it, --name saves beside it") from error
    return None


def _refuse_to_replace(path: Path, existing: Run, here: Environment, *, selected: bool) -> None:
    """Raise unless `existing` may be replaced, whole or in part (`selected`), by a run of this environment."""
    if selected:
        if differences := mismatches(existing.environment, here):
            raise BaselineError(
                f"{path} is of another environment ({'; '.join(differences)}), and figures of two environments do not "
                "mix: measure all targets again (collectbench baseline), or add --force"
            )
    elif existing.environment.cpu_model != here.cpu_model:
        raise BaselineError(
            f"{path} was measured on another machine ({existing.environment.cpu_model}; here {here.cpu_model}): "
            "save under another --name, or replace it with --force"
        )


def _shown(path: Path) -> str:
    cwd = Path.cwd()
    return str(path.relative_to(cwd) if path.is_relative_to(cwd) else path)
