"""Refuses to mix runs for which pytest was started in different directories: their tests and figures differ."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from collectbench.model.errors import BaselineError
from collectbench.model.run import Environment
from collectbench.usecases.project import Project

WHEN_COMPARING = "record the baseline again, or compare all the same with --allow-mismatch"
WHEN_SAVING = "save under another --name, or replace it with --force"


def refuse_other_start(
    what: str, base: Environment, head: Environment, *, project: Project | None, otherwise: str
) -> None:
    """Refuse if pytest was started in another directory for `base` than for `head`, and say how to get there.

    Args:
        what: names the run of `base`.
        base: of a stored run. Files of older versions do not say where pytest was started: they are accepted.
        head: of another run, or of the one that is about to begin.
        project: the project of the run that is about to begin; None if both are stored.
        otherwise: what else helps.

    Raises:
        BaselineError: names both directories and, if it helps, the `cd` command.
    """
    if base.started_in is None or head.started_in is None or base.started_in == head.started_in:
        return
    fact = f"{what}: pytest was started in {_shown(base.started_in)} for it, and here in {_shown(head.started_in)}"
    if project is None or project.config.root is not None:  # the configuration's directory is where it starts
        raise BaselineError(f"{fact}; {otherwise}")
    there = os.path.relpath(project.root / base.started_in, Path.cwd())
    raise BaselineError(f"{fact}. Go there:\n  cd {shlex.quote(there)}\nOr {otherwise}.")


def _shown(started_in: str) -> str:
    return "the rootdir" if started_in == "." else started_in
