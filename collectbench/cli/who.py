"""`collectbench profile --who MODULE`: who imports a module, and which lines to change."""

from __future__ import annotations

from pathlib import Path

import typer

from collectbench.cli import exits, refusals, request
from collectbench.cli.dry_run import show_commands
from collectbench.cli.stored import stored_document
from collectbench.model.sample import RoundKind
from collectbench.model.who import WhoImports
from collectbench.store.documents import PROFILE
from collectbench.usecases.child_commands import child_commands
from collectbench.usecases.explained_targets import with_explained_targets
from collectbench.usecases.mistakes import Mistakes
from collectbench.usecases.who import measure_who, who_in


def show_who(context: typer.Context, name: str, from_file: Path | None, mistakes: Mistakes) -> exits.ExitCode:
    """Answers from a stored profile, or from a traced round; returns the exit code."""
    refusals.refuse(refusals.WITH_WHO, context, mistakes)
    outlets = request.outlets(context, WhoImports, mistakes)
    if from_file is not None:
        stored = stored_document(context, from_file, PROFILE, mistakes)
        outlets.write(who_in(stored.document, from_file, name), root=stored.root)
        return exits.ExitCode.OK
    project = with_explained_targets(request.open_project(context, mistakes))
    if context.params["dry_run"]:
        show_commands(child_commands(project, (RoundKind.TRACED, RoundKind.TIMED)))
    else:
        outlets.write(measure_who(project, name, request.feedback(context)), root=project.root)
    return exits.ExitCode.OK
