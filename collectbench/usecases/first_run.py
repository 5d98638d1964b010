"""The first run of a comparison: there is no baseline yet, so the run becomes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.reason import Action, Remedy
from collectbench.model.run import Run
from collectbench.store.baselines import SUFFIX, baseline_file, is_missing
from collectbench.usecases.baseline_slot import BaselineSlot, why_incomplete
from collectbench.usecases.project import Project


def slot_of_missing(project: Project, name_or_file: str) -> BaselineSlot | None:
    """The slot of a baseline that does not exist yet, given by name or file; None if it exists.

    Raises:
        UsageError: neither a possible name nor a `.json` file, or the directory cannot be written.
    """
    path = baseline_file(project.baseline_dir, name_or_file)
    if not is_missing(path):
        return None
    if path.suffix != SUFFIX:
        raise UsageError(f"--save-if-missing: no file {name_or_file}; give a name, or a file that ends in {SUFFIX}")
    return BaselineSlot.for_file(path, project.environment)


@contextmanager
def offering_to_save(project: Project, name: str) -> Iterator[None]:
    """In a first run, let the error say also that the run can become the baseline. A shard cannot."""
    try:
        yield
    except BaselineError as error:
        if project.plan.shard is not None or not is_missing(baseline_file(project.baseline_dir, name)):
            raise
        save = Remedy(action=Action.SAVE_FIRST_RUN)
        reasons = (replace(reason, remedies=(*reason.remedies, save)) for reason in error.reasons)
        raise BaselineError(*reasons) from error


def save_first_run(slot: BaselineSlot, run: Run) -> str:
    """Save a run as the baseline if all its targets were collected; returns the note that says so.

    Raises:
        BaselineError: as `BaselineSlot.save`.
    """
    if reason := why_incomplete(run):
        return f"not compared: no baseline; not saved, since {reason}"
    saved = slot.save(run)
    if saved.why_partial:
        return f"not compared: no baseline; {saved.message}"
    return f"not compared: no baseline; saved as {saved.shown_path}: commit or cache it"
