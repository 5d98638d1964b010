"""`collectbench history`: the trend of recorded runs, and since which commit it is what it is."""

from __future__ import annotations

from typing import Annotated

import typer

from collectbench.cli import options

FORMAT_HELP = "Format on stdout: text, json, markdown, csv, openmetrics or github-action-benchmark."


def command(
    context: typer.Context,
    targets: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET",
            help="Names of targets, such as tests/api or suite [default: all that are recorded].",
            show_default=False,
        ),
    ] = None,
    history_dir: options.HistoryDir = None,
    from_git: Annotated[
        str | None,
        typer.Option(
            "--from-git",
            metavar="[RANGE]",
            help="Measure commits without a record, such as v1.0..HEAD, first [RANGE: HEAD, all of the branch].",
            show_default=False,
        ),
    ] = None,
    bisect: Annotated[
        bool, typer.Option("--bisect", help="Find the commit of the last step, by one counted round a commit.")
    ] = False,
    config: options.ConfigFile = None,
    python: options.Python = None,
    depth: options.Depth = None,
    rounds: options.Rounds = None,
    warmup: options.Warmup = 1,
    seed: options.Seed = None,
    timeout: options.Timeout = None,
    max_time: options.MaxTime = None,
    counters: options.Counters = True,
    suite: options.Suite = True,
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help=FORMAT_HELP)] = "text",
    output: options.Output = None,
    no_progress: options.NoProgress = False,
    show_output: options.ShowOutput = False,
    quiet: options.Quiet = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="All steps, not only the last ones.")] = False,
) -> None:
    """Show whether collection got slower, by what, and since which commit.

    Runs are recorded by baseline --history and compare --record. Nothing is measured without --from-git or --bisect.
    """
    from dataclasses import replace
    from pathlib import Path

    from collectbench.cli import exits, refusals, request
    from collectbench.config import Config
    from collectbench.model.history import History
    from collectbench.usecases.configuration import read_config
    from collectbench.usecases.history.bisecting import bisected
    from collectbench.usecases.history.filling import fill_history
    from collectbench.usecases.history.next_steps import next_steps
    from collectbench.usecases.history.showing import measured_targets, place_of_history, show_history
    from collectbench.usecases.mistakes import Mistakes

    mistakes, feedback = Mistakes(), request.feedback(context)
    if from_git is not None and bisect:
        mistakes.add("--from-git and --bisect: give one of them, then the other")
    elif bisect:
        refusals.refuse(refusals.WITH_BISECT, context, mistakes)
    elif from_git is None:
        refusals.refuse(refusals.FOR_A_RECORDED_HISTORY, context, mistakes)
    outlets = request.outlets(context, History, mistakes)
    settings = mistakes.attempt(lambda: read_config(config, Path.cwd()), otherwise=Config())
    mistakes.raise_all()
    place = place_of_history(history_dir, settings)
    if from_git is not None:
        project = request.open_project(context, mistakes, measured_targets(targets or ()))
        fill_history(project, from_git, feedback)
    shown = show_history(place, targets or (), settings)
    if bisect:
        shown = bisected(shown, place, lambda names: request.open_project(context, mistakes, names), feedback)
    advice = () if quiet else next_steps(shown, request.wording(context).typed)
    replace(outlets, next_steps=advice).write(shown)
    raise typer.Exit(exits.of_history(shown))
