"""From the parameters of `lint` to what its use case takes.

It stands apart from `request`, whose imports would take a fifth of the time of a run in which nothing has changed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from collectbench.cli import options
from collectbench.cli.invocation import command_line
from collectbench.cli.outlets import parse_outlets
from collectbench.cli.output import Outlets
from collectbench.model.lint import LintReport
from collectbench.usecases.linting.options import LintOptions
from collectbench.usecases.wording import Wording


def lint_outlets(context: typer.Context) -> Outlets:
    """Where the report goes.

    Raises:
        UsageError: a format is unknown, or the directory of a file does not exist.
    """
    params = context.params
    return parse_outlets(params["format_"], params["output"], LintReport, verbose=params["verbose"])


def lint_options(context: typer.Context) -> LintOptions:
    """What the user says about lint."""
    given = context.params
    return LintOptions(
        paths=tuple(given["paths"] or ()),
        select=options.names(given["select"]),
        ignore=options.names(given["ignore"]),
        changed=given["changed"],
        profile=_path(given["profile"]),
        jobs=given["jobs"],
        config_file=_path(given["config"]),
        python=given["python"],
        use_cache=given["cache"],
    )


def wording(context: typer.Context) -> Wording:
    """Words reasons with the user's options in each command."""
    group: Any = context.find_root().command
    return Wording(typed=command_line(group, context.obj))


def _path(text: str | Path | None) -> Path | None:
    """Typer makes paths of texts only for the command itself."""
    return None if text is None else Path(text)
