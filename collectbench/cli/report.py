"""`collectbench report`: one document of stored ones."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            help="Stored runs (before and after), and documents of lint, fix, verify and diagnose.",
            show_default=False,
        ),
    ] = None,
    config: options.ConfigFile = None,
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help="markdown, text or json.")] = "markdown",
    output: options.Output = None,
) -> None:
    """Make one document of stored ones: before and after, against budgets and goals. Nothing is measured."""
    from collectbench.cli import request
    from collectbench.model.errors import UsageError
    from collectbench.model.handover import Handover
    from collectbench.usecases.handover import hand_over
    from collectbench.usecases.mistakes import Mistakes

    mistakes = Mistakes()
    outlets = request.outlets(context, Handover, mistakes)
    mistakes.raise_all()
    if not files:
        raise UsageError("FILE is missing; name stored documents, such as baselines/main.json head.json lint.json")
    outlets.write(hand_over(files, config))
