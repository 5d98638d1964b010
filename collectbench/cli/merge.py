"""`collectbench merge`: shards of one run into one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli import options


def command(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="The files of all shards.", show_default=False)],
    name: options.Name = None,
    baseline_dir: options.BaselineDir = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a baseline of another machine.")] = False,
    allow_mismatch: Annotated[
        bool, typer.Option("--allow-mismatch", help="Merge although other machines measured some of them.")
    ] = False,
    config: options.ConfigFile = None,
    format_: options.Format = "text",
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="[FORMAT=]FILE",
            help="Write to a file, as run.json, and save no baseline; may be repeated.",
            show_default=False,
        ),
    ] = None,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Put the shards of one run together (baseline --shard I/N), and save that as a baseline.

    The result is what one machine would have recorded: compare --run FILE judges it.
    """
    from collectbench.cli import exits
    from collectbench.cli.output import parse_outlets
    from collectbench.config import Config
    from collectbench.model.report import RunReport
    from collectbench.store.baselines import load_run
    from collectbench.store.shards import Part, merge_shards
    from collectbench.usecases.baseline_slot import BaselineSlot
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.project import read_config
    from collectbench.usecases.reporting import report

    mistakes, settings = Mistakes(), Config()
    with mistakes.gathered():
        outlets = parse_outlets(format_, output, RunReport, verbose=verbose)
    if output and (name is not None or force or baseline_dir is not None):
        mistakes.add("--output and --name, --baseline-dir or --force: the run goes to a file or becomes a baseline")
    with mistakes.gathered():
        settings = read_config(config, Path.cwd())
    mistakes.tell()
    run = merge_shards([Part(name=str(file), run=load_run(file)) for file in runs], allow_mismatch=allow_mismatch)
    root = settings.root or Path.cwd()
    if output:
        outlets.write(report(run, quiet=quiet), root=root)
        raise typer.Exit(exits.of_run(run))
    directory = Path.cwd() / (baseline_dir or root / settings.baseline_dir)
    slot = BaselineSlot.for_run(run, directory, settings.baseline if name is None else name, force=force)
    saved = slot.save(run)
    outlets.write(report(saved.run, quiet=quiet), root=root)
    slot.announce(saved, quiet=quiet)
    raise typer.Exit(exits.of_run(run))
