"""`collectbench baseline`: measure, save, show."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    targets: options.Targets = None,
    name: options.Name = None,
    baseline_dir: options.BaselineDir = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a baseline of another machine or environment.")
    ] = False,
    history: Annotated[bool, typer.Option("--history", help="Record the run in the history as well.")] = False,
    history_dir: options.HistoryDir = None,
    config: options.ConfigFile = None,
    python: options.Python = None,
    depth: options.Depth = None,
    shard: options.Part = None,
    rounds: options.Rounds = None,
    warmup: options.Warmup = 1,
    seed: options.Seed = None,
    timeout: options.Timeout = None,
    max_time: options.MaxTime = None,
    jobs: options.Jobs = 1,
    cold: options.Cold = False,
    counters: options.Counters = True,
    suite: options.Suite = True,
    dask: options.Dask = None,
    pin: options.Pin = False,
    format_: options.Format = "text",
    output: options.Output = None,
    dry_run: options.DryRun = False,
    no_progress: options.NoProgress = False,
    show_output: options.ShowOutput = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Measure how long collection takes, and save it as a baseline.

    Budgets are shown, but never decide the exit code. Everything after -- goes to pytest.
    """
    from collectbench.cli import exits, refusals, request
    from collectbench.cli.dry_run import show_commands
    from collectbench.cli.place_of_rounds import place_of_rounds
    from collectbench.model.report import RunReport
    from collectbench.store.baselines import baseline_path
    from collectbench.usecases.baseline_slot import measure_baseline
    from collectbench.usecases.child_commands import child_commands, measured_kinds
    from collectbench.usecases.history.recording import HistorySlot
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.reporting import report

    mistakes, feedback = Mistakes(), request.feedback(context)
    if dry_run:
        refusals.refuse(refusals.IN_DRY_RUN, context, mistakes)
    refusals.refuse(refusals.about_dask(dask), context, mistakes)
    if history_dir is not None and not history:
        mistakes.add("--history-dir: it concerns --history, which is not given")
    outlets = request.outlets(context, RunReport, mistakes)
    if name is not None:
        with mistakes.gathered():
            baseline_path(Path(), name)
    project = request.open_project(context, mistakes)
    if dry_run:
        show_commands(child_commands(project, measured_kinds(project)))
        return
    slot = HistorySlot.open(project, quiet=quiet) if history else None
    with slot.told(feedback) if slot else nullcontext(), place_of_rounds(context, project, feedback) as place:
        saved = measure_baseline(place.project, name, feedback, force=force, measurer=place.measurer)
    if slot:
        slot.record(saved.measured, feedback)
    outlets.write(report(saved.run, request.wording(context, project.root), quiet=quiet), root=project.root)
    if saved.why_partial or not quiet:
        feedback.say(saved.message)
    raise typer.Exit(exits.of_run(saved.measured))
