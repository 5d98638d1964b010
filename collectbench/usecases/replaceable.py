"""The baseline that a new run would replace, and the reasons why it must not."""

from __future__ import annotations

from pathlib import Path

from collectbench.judge.environments import mismatches
from collectbench.model.errors import BaselineError
from collectbench.model.run import Environment, Run
from collectbench.store.baselines import load_run, require_regular
from collectbench.usecases.other_start import WHEN_SAVING, refuse_other_start
from collectbench.usecases.project import Project
from collectbench.usecases.wording import explain_error


def replaceable(
    path: Path, environment: Environment, *, selected: bool, force: bool, project: Project | None
) -> Run | None:
    """The baseline in a file; None without a file, or with `force` if it cannot be read.

    Args:
        path: the file.
        environment: that of the new run.
        selected: whether the run would replace only its own targets.
        force: whether to replace it in any case.
        project: the project that is measured; None for a run that exists already.

    Raises:
        BaselineError: it is of another environment, machine or starting directory, or cannot be read, and `force`
            does not overrule that; or it is not a regular file.
    """
    require_regular(path)
    existing = _existing(path, force=force)
    if existing is not None and not force:
        refuse_other_start(str(path), existing.environment, environment, project=project, otherwise=WHEN_SAVING)
        _refuse_to_replace(path, existing, environment, selected=selected)
    return existing


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
