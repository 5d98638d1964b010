"""`collectbench compare`: measure or load, judge, show."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    targets: options.Targets = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            metavar="NAME|FILE",
            help="Baseline to compare with: a name, or a .json file [default: the configured one, or main].",
            show_default=False,
        ),
    ] = None,
    run_file: Annotated[
        Path | None,
        typer.Option(
            "--run",
            metavar="FILE",
            help="Judge a stored run, such as head.json, instead of measuring.",
            show_default=False,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="GITREF",
            help="Measure a commit, such as main, and your working tree in pairs; main... is where HEAD left main.",
            show_default=False,
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="With --against, measure and time all targets, unchanged ones as well.")
    ] = False,
    budgets_only: Annotated[
        bool, typer.Option("--budgets-only", help="Judge only budgets, without a baseline.")
    ] = False,
    save_if_missing: Annotated[
        bool,
        typer.Option("--save-if-missing", help="If there is no baseline of that name, save this run as it."),
    ] = False,
    allow_mismatch: Annotated[
        bool,
        typer.Option("--allow-mismatch", help="Compare even if the environments differ in what matters."),
    ] = False,
    margin: options.Margin = None,
    on_inconclusive: Annotated[
        str,
        typer.Option(
            "--on-inconclusive",
            metavar="warn|fail",
            help="Whether inconclusive verdicts fail the command (exit code 3).",
        ),
    ] = "warn",
    baseline_dir: options.BaselineDir = None,
    record_history: Annotated[bool, typer.Option("--record", help="Record the measured run in the history.")] = False,
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
    """Judge collection against budgets and an earlier run.

    Measures now, or judges a stored run (--run FILE) or two files: base, then head. --against GITREF measures both
    sides in pairs, which holds also on a noisy machine. Everything after -- goes to pytest.
    """
    from collectbench.cli import contradictions, exits, request
    from collectbench.cli.dry_run import show_commands, show_commands_of_both
    from collectbench.cli.place_of_rounds import fleet_options, place_of_rounds
    from collectbench.model.comparison import Comparison
    from collectbench.usecases.child_commands import child_commands, measured_kinds
    from collectbench.usecases.comparing import StoredRuns, judge_measured, judge_stored
    from collectbench.usecases.history.recording import HistorySlot
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.paired.against import judge_against
    from collectbench.usecases.paired.both_commands import commands_of_both

    mistakes, feedback, terms = Mistakes(), request.feedback(context), request.terms(context)
    stored = StoredRuns.of(targets or (), run_file, config_file=config, baseline_dir=baseline_dir)
    outlets = request.outlets(context, Comparison, mistakes)
    contradictions.note(context, stored, mistakes)
    if stored is not None:
        judged = judge_stored(stored, terms, feedback, mistakes)
    else:
        project = request.open_project(context, mistakes)
        if dry_run:
            kinds = measured_kinds(project)
            if against is None:
                show_commands(child_commands(project, kinds))
            else:
                show_commands_of_both(commands_of_both(project, against, kinds, full=terms.full), verbose=verbose)
            return
        slot = HistorySlot.open(project, quiet=quiet) if record_history else None
        with slot.told(feedback) if slot else nullcontext():
            if against is None:
                with place_of_rounds(context, project, feedback) as place:
                    judged = judge_measured(place.project, terms, feedback, place.measurer)
            elif dask is None:
                judged = judge_against(project, against, terms, feedback)
            else:
                from collectbench.usecases.fleet.comparing import judge_on_workers

                judged = judge_on_workers(project, against, terms, fleet_options(context), feedback)
        if slot:
            slot.record(judged.run, feedback)
    outlets.write(judged.comparison, head=judged.run, root=judged.root)
    fails = on_inconclusive == "fail"
    raise typer.Exit(exits.of_comparison(judged.comparison, judged.run, fail_when_inconclusive=fails))
