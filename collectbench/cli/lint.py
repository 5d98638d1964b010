"""`collectbench lint`: what can be seen without running anything."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Files and directories to check [default: all].", show_default=False),
    ] = None,
    changed: Annotated[
        str | None,
        typer.Option(
            "--changed",
            metavar="[REF]",
            help="Check only what the changes since REF can have harmed, such as a branch to merge into "
            "[default: HEAD].",
            show_default=False,
        ),
    ] = None,
    select: options.SelectRules = None,
    ignore: options.IgnoreRules = None,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            metavar="FILE",
            help="A stored profile that says which imports are slow [default: the configured one].",
            show_default=False,
        ),
    ] = None,
    known: Annotated[
        Path | None,
        typer.Option("--known", metavar="FILE", help="Omit the violations of this report.", show_default=False),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option("--record", metavar="FILE", help="Write the report for --known, and exit 0.", show_default=False),
    ] = None,
    expect_violations: Annotated[
        bool, typer.Option("--expect-violations", help="Exit 0 only if there is a violation.")
    ] = False,
    config: options.ConfigFile = None,
    python: options.Python = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs", "-j", min=1, metavar="N", help="Processes [default: one per processor].", show_default=False
        ),
    ] = None,
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Use what the last run knew of each file.")] = True,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="RULE", help="Show the documentation of a rule.", show_default=False),
    ] = None,
    format_: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help="text, json, markdown, github, gitlab, sarif, junit or openmetrics."
        ),
    ] = "text",
    output: options.Output = None,
    no_progress: options.NoProgress = False,
    quiet: options.Quiet = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Rules without violations, too.")] = False,
) -> None:
    """Find what makes collection slow, wrong or noisy, without running anything.

    Among it: tests that never run or run twice, and references to modules that do not exist. The line comment
    "# collectbench: ignore[RULE]" accepts a violation.
    """
    from collectbench.cli import exits, lint_request
    from collectbench.cli.lint_progress import lint_progress
    from collectbench.cli.output import Outlets
    from collectbench.usecases.linting.explaining import explanation
    from collectbench.usecases.linting.known import new_report, read_known, save_known, with_hints
    from collectbench.usecases.linting.lint import lint
    from collectbench.usecases.mistakes import Mistakes

    if explain is not None:
        typer.echo(explanation(explain))
        return
    mistakes = Mistakes()
    outlets = mistakes.attempt(lambda: lint_request.lint_outlets(context), otherwise=Outlets(format="text"))
    recorded = mistakes.attempt(lambda: read_known(known), otherwise=None)
    mistakes.raise_all()
    with lint_progress(wanted=not (no_progress or quiet)) as on_read:
        linted = lint(lint_request.lint_options(context), on_read)
    if record is not None:
        save_known(record, linted.report)
    shown = new_report(linted.report, recorded)
    is_hinted = record is None and not quiet
    hinted = with_hints(shown, recorded, lint_request.wording(context)) if is_hinted else shown
    outlets.write(hinted, root=linted.root)
    raise typer.Exit(exits.of_lint(shown, recorded=record is not None, expect_violations=expect_violations))
