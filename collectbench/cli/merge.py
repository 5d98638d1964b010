"""`collectbench merge`: shards of one run into one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="The files of all shards.", show_default=False)],
    name: options.Name = None,
    baseline_dir: options.BaselineDir = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a baseline of another machine.")] = False,
    allow_mismatch: Annotated[
        bool, typer.Option("--allow-mismatch", help="Merge even if different machines measured them.")
    ] = False,
    config: options.ConfigFile = None,
    format_: options.Format = "text",
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="[FORMAT=]FILE",
            help="Write to a file, as run.json, instead of saving a baseline; may be repeated.",
            show_default=False,
        ),
    ] = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Merge the shards of one run (baseline --shard I/N), and save the result as a baseline.

    It is the run that one machine would have recorded: compare --run FILE judges it.
    """
    from collectbench.cli import exits, request
    from collectbench.cli.log import say
    from collectbench.model.report import RunReport
    from collectbench.usecases.merging import merge_files
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.reporting import report

    mistakes = Mistakes()
    outlets = request.outlets(context, RunReport, mistakes)
    if output and (name is not None or force or baseline_dir is not None):
        mistakes.add("--output and --name, --baseline-dir or --force: the run goes to a file or becomes a baseline")
    merged = merge_files(runs, config, mistakes, allow_mismatch=allow_mismatch)
    saved = None if output else merged.save(name, baseline_dir, force=force)
    run = saved.run if saved else merged.run
    outlets.write(report(run, request.wording(context, merged.root), quiet=quiet), root=merged.root)
    if saved and (saved.why_partial or not quiet):
        say(saved.message)
    raise typer.Exit(exits.of_run(merged.run))
