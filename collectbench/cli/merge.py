"""`collectbench merge`: shards of one run into one, or those of one comparison."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    parts: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="The files of all shards: runs, or comparisons.", show_default=False),
    ],
    name: options.Name = None,
    baseline_dir: options.BaselineDir = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a baseline of another machine.")] = False,
    allow_mismatch: Annotated[
        bool, typer.Option("--allow-mismatch", help="Merge even if different machines measured them.")
    ] = False,
    on_inconclusive: Annotated[
        str,
        typer.Option(
            "--on-inconclusive",
            metavar="warn|fail",
            help="Whether inconclusive verdicts of a comparison fail the command (exit code 3).",
        ),
    ] = "warn",
    config: options.ConfigFile = None,
    format_: options.Format = "text",
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            metavar="[FORMAT=]FILE",
            help="Write to a file, such as run.json; a run is then not saved as a baseline. May be repeated.",
            show_default=False,
        ),
    ] = None,
    quiet: options.Quiet = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A reason for each verdict.")] = False,
) -> None:
    """Merge the shards of one run or comparison, as if one machine had measured it.

    Runs (baseline --shard I/N) become a baseline, or a file that compare --run judges. Comparisons (compare --against
    GITREF --shard I/N --output FILE) are judged as a whole, shown and written as compare would, with its exit code;
    they are not saved as a baseline.
    """
    from collectbench.cli import exits, refusals, request
    from collectbench.cli.log import say
    from collectbench.model.comparison import Comparison
    from collectbench.model.report import RunReport
    from collectbench.usecases.merging import are_comparisons, merge_comparison_files, merge_files
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.reporting import report

    mistakes = Mistakes()
    if are_comparisons(parts):
        outlets = request.outlets(context, Comparison, mistakes)
        refusals.refuse(refusals.FOR_MERGED_COMPARISONS, context, mistakes)
        if on_inconclusive not in ("warn", "fail"):
            mistakes.add(f"--on-inconclusive {on_inconclusive}: give warn or fail")
        judged = merge_comparison_files(parts, config, mistakes, allow_mismatch=allow_mismatch)
        outlets.write(judged.comparison, head=judged.run, root=judged.root)
        fails = on_inconclusive == "fail"
        raise typer.Exit(exits.of_comparison(judged.comparison, judged.run, fail_when_inconclusive=fails))
    outlets = request.outlets(context, RunReport, mistakes)
    refusals.refuse(refusals.FOR_MERGED_RUNS, context, mistakes)
    if output and (name is not None or force or baseline_dir is not None):
        mistakes.add("--output and --name, --baseline-dir or --force: the run goes to a file or becomes a baseline")
    merged = merge_files(parts, config, mistakes, allow_mismatch=allow_mismatch)
    saved = None if output else merged.save(name, baseline_dir, force=force)
    run = saved.run if saved else merged.run
    outlets.write(report(run, request.wording(context, merged.root), quiet=quiet), root=merged.root)
    if saved and (saved.why_partial or not quiet):
        say(saved.message)
    raise typer.Exit(exits.of_run(merged.run))
