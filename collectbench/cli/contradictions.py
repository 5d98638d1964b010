"""Options of `compare` that exclude each other, and those that would do nothing."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from collectbench.cli import refusals
from collectbench.cli.refusals import refuse
from collectbench.usecases.comparing import StoredRuns
from collectbench.usecases.mistakes import Mistakes


def note(context: typer.Context, stored: StoredRuns | None, mistakes: Mistakes) -> None:
    """Note all of them. `stored` are the runs that the command judges; None if it measures."""
    given = context.params
    if given["on_inconclusive"] not in ("warn", "fail"):
        mistakes.add(f"--on-inconclusive {given['on_inconclusive']}: give warn or fail")
    if given["budgets_only"] and given["baseline"] is not None:
        mistakes.add("--budgets-only and --baseline: give one of them")
    if given["save_if_missing"] and given["against"] is None:
        refuse(refusals.WITH_SAVE_IF_MISSING, context, mistakes)
        refuse(refusals.PART_TO_SAVE, context, mistakes)
    if given["against"] is not None:
        refuse(refusals.WITH_AGAINST, context, mistakes)
    elif given["full"]:
        mistakes.add("--full: it concerns --against GITREF, which is not given")
    if given["history_dir"] is not None and not given["record_history"]:
        mistakes.add("--history-dir: it concerns --record, which is not given")
    refuse(refusals.about_dask(given["dask"]), context, mistakes)
    if stored is not None:
        _note_for_stored_runs(context, mistakes)
    elif given["dry_run"]:
        refuse(refusals.IN_DRY_RUN, context, mistakes)
    if stored is not None and len(stored.files) == 2:
        refuse(refusals.FOR_TWO_FILES, context, mistakes)
    else:
        _note_files_as_targets(given["targets"] or (), stored, mistakes)


def _note_for_stored_runs(context: typer.Context, mistakes: Mistakes) -> None:
    refuse(refusals.FOR_STORED_RUNS, context, mistakes)
    if context.obj.pytest_args:
        mistakes.add("--: stored runs are judged, so pytest is not called; omit all that follows it")


def _note_files_as_targets(targets: Sequence[str], stored: StoredRuns | None, mistakes: Mistakes) -> None:
    files = [name for name in targets if name.endswith(".json")]
    if files and stored is not None:
        mistakes.add("--run and files as TARGET: give one of them")
    elif files:
        mistakes.add(
            f"{files[0]}: a stored run is not a TARGET; judge it with --run FILE, or give two files: base, then head"
        )
