"""`collectbench baseline`: measure, save, show."""

from __future__ import annotations

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
    format_: options.Format = "text",
    output: options.Output = None,
    dry_run: options.DryRun = False,
    no_progress: options.NoProgress = False,
    show_output: options.ShowOutput = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Measure how long collection takes, and save it as a baseline.

    Budgets are shown, and never decide the exit code. Everything after -- goes to pytest.
    """
    from collectbench.cli import exits
    from collectbench.cli.dry_run import COUNTED, TIMED, show_commands
    from collectbench.cli.output import parse_outlets
    from collectbench.model.report import RunReport
    from collectbench.store.baselines import baseline_path
    from collectbench.usecases.baseline_slot import BaselineSlot, partial_kept
    from collectbench.usecases.measure_options import MeasureOptions
    from collectbench.usecases.measuring import measure
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.project import open_project
    from collectbench.usecases.reporting import report

    mistakes = Mistakes()
    if dry_run:
        mistakes.refuse(context, *options.UNUSED_IN_DRY_RUN)
    with mistakes.gathered():
        outlets = parse_outlets(format_, output, RunReport, verbose=verbose)
    if name is not None:
        with mistakes.gathered():
            baseline_path(Path(), name)
    measure_options = MeasureOptions(
        rounds=rounds, warmup=warmup, seed=seed, timeout_s=timeout, max_time_s=max_time, jobs=jobs, cold=cold,
        counters=counters, progress=not (no_progress or quiet), verbose=verbose, show_output=show_output,
    )  # fmt: skip
    project = open_project(
        targets=targets or (), pytest_args=context.obj, config_file=config, python=python, depth=depth,
        baseline_dir=baseline_dir, suite=suite, shard=shard, mistakes=mistakes,
    )  # fmt: skip
    if dry_run:
        show_commands(project, (TIMED, COUNTED) if counters else (TIMED,))
        return
    slot = BaselineSlot.open(project, name, force=force)
    with partial_kept(slot.directory, slot.name):
        run = measure(project, measure_options)
    saved = slot.save(run)
    outlets.write(report(saved.run, quiet=quiet), root=project.root)
    slot.announce(saved, quiet=quiet)
    raise typer.Exit(exits.of_run(run))
