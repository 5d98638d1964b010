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
            help="Runs (before and after) or a comparison; documents of other commands; the directory of the history.",
            show_default=False,
        ),
    ] = None,
    config: options.ConfigFile = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="markdown, text, json or html, on stdout.")
    ] = "markdown",
    output: options.Output = None,
    open_: Annotated[bool, typer.Option("--open", help="Show the HTML page in a browser.")] = False,
) -> None:
    """Make a report from stored documents: before and after, against budgets and goals. Nothing is measured.

    With --output report.html it is a page with charts that needs no other file.
    """
    from collectbench.cli import browsing, request
    from collectbench.model.errors import UsageError
    from collectbench.model.full_report import FullReport
    from collectbench.usecases.full_report import full_report
    from collectbench.usecases.mistakes import Mistakes

    mistakes = Mistakes()
    outlets = request.outlets(context, FullReport, mistakes)
    mistakes.raise_all()
    if not files:
        raise UsageError("FILE is missing; name stored documents, such as baselines/main.json head.json lint.json")
    report = full_report(files, config)
    if open_:
        outlets = browsing.with_page(outlets)
    outlets.write(report)
    if open_:
        browsing.open_page(outlets)
