"""`collectbench compare`: measure or load, judge, show."""

from __future__ import annotations

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
            help="What to compare with [default: from the configuration].",
            show_default=False,
        ),
    ] = None,
    run_file: Annotated[
        Path | None,
        typer.Option("--run", metavar="FILE", help="Judge this stored run, measure nothing.", show_default=False),
    ] = None,
    budgets_only: Annotated[
        bool, typer.Option("--budgets-only", help="Judge budgets, compare with no baseline.")
    ] = False,
    allow_mismatch: Annotated[
        bool,
        typer.Option("--allow-mismatch", help="Compare although the environments differ in what matters."),
    ] = False,
    margin: options.Margin = None,
    on_inconclusive: Annotated[
        str,
        typer.Option("--on-inconclusive", metavar="warn|fail", help="What doubt means for the exit code."),
    ] = "warn",
    baseline_dir: options.BaselineDir = None,
    config: options.ConfigFile = None,
    python: options.Python = None,
    depth: options.Depth = None,
    rounds: options.Rounds = None,
    warmup: options.Warmup = 1,
    seed: options.Seed = None,
    timeout: options.Timeout = None,
    max_time: options.MaxTime = None,
    jobs: options.Jobs = 1,
    cold: options.Cold = False,
    suite: options.Suite = True,
    format_: options.Format = "text",
    output: options.Output = None,
    dry_run: options.DryRun = False,
    no_progress: options.NoProgress = False,
    show_output: options.ShowOutput = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Judge collection against budgets and an earlier run.

    Measures, or judges a stored run (--run FILE), or two files: base, then head. Everything after -- goes to pytest.
    """
    from collectbench.cli import exits, judging
    from collectbench.cli.dry_run import show_commands
    from collectbench.cli.measuring import Wishes
    from collectbench.cli.output import parse_outlets
    from collectbench.cli.workplace import open_workplace
    from collectbench.model.errors import UsageError

    outlets = parse_outlets(format_, output, verbose=verbose)
    if on_inconclusive not in ("warn", "fail"):
        raise UsageError(f"--on-inconclusive {on_inconclusive}: give warn or fail")
    if budgets_only and baseline is not None:
        raise UsageError("--budgets-only and --baseline: give one of them")
    terms = judging.Terms(
        baseline=baseline, budgets_only=budgets_only, allow_mismatch=allow_mismatch, margin_floor=margin
    )
    if judging.are_files(targets) or run_file is not None:
        judged = judging.judge_files(targets or (), run_file, terms, config, baseline_dir)
    else:
        wishes = Wishes(
            rounds=rounds, warmup=warmup, seed=seed, timeout_s=timeout, max_time_s=max_time, jobs=jobs, cold=cold,
            progress=not (no_progress or quiet), verbose=verbose, show_output=show_output,
        )  # fmt: skip
        place = open_workplace(
            targets=targets or (), pytest_args=context.obj, config_file=config, python=python, depth=depth,
            baseline_dir=baseline_dir, suite=suite,
        )  # fmt: skip
        if dry_run:
            show_commands(place)
            return
        judged = judging.judge_measured(place, wishes, terms)
    outlets.write(judged.comparison)
    fails = on_inconclusive == "fail"
    raise typer.Exit(exits.of_comparison(judged.comparison, judged.run, fail_when_inconclusive=fails))
