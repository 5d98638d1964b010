"""`collectbench init`: write the first configuration."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="File to write [default: pyproject.toml or, without one, collectbench.toml].",
            show_default=False,
        ),
    ] = None,
    python: options.Python = None,
    depth: options.Depth = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the table and write nothing.")] = False,
) -> None:
    """Write [tool.collectbench] with the targets found, into pyproject.toml or, without one, collectbench.toml."""
    from collectbench.cli import request
    from collectbench.cli.log import say
    from collectbench.usecases.initializing import new_config

    options = dataclasses.replace(request.project_options(context), config_file=None)
    new = new_config(options, config, say)
    if dry_run:
        typer.echo(new.table, nl=False)
        return
    new.write()
    typer.echo(f"wrote {len(new.targets)} target{'' if len(new.targets) == 1 else 's'} to {new.path}")
    typer.echo(f"next:\n  {request.wording(context).typed.other('baseline')}")
