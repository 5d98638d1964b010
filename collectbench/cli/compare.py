"""`collectbench compare`: measure or load, judge, show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from collectbench.cli import options

if TYPE_CHECKING:
    from collectbench.usecases.mistakes import Mistakes


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
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="GITREF",
            help="Measure this commit and what you have now in interleaved pairs, here and now; main... is where HEAD"
            " left main.",
            show_default=False,
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="With --against, time also targets in which nothing changed.")
    ] = False,
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
    """Judge collection against budgets and an earlier run.

    Measures, or judges a stored run (--run FILE), or two files: base, then head. --against GITREF measures both sides,
    in pairs, which is what holds on a noisy machine. Everything after -- goes to pytest.
    """
    from collectbench.cli import exits
    from collectbench.cli.dry_run import COUNTED, TIMED, show_commands, show_commands_of_sides
    from collectbench.cli.output import parse_outlets
    from collectbench.model.comparison import Comparison
    from collectbench.usecases import comparing
    from collectbench.usecases.measure_options import MeasureOptions
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.project import open_project

    mistakes, files = Mistakes(), comparing.stored_files(targets or (), run_file)
    with mistakes.gathered():
        outlets = parse_outlets(format_, output, Comparison, verbose=verbose)
    _look_for_contradictions(context, mistakes, files)
    terms = comparing.Terms(
        baseline=baseline, budgets_only=budgets_only, allow_mismatch=allow_mismatch, margin_floor=margin
    )
    if files:
        judged = comparing.judge_files(files, targets or (), terms, config, baseline_dir, mistakes)
    else:
        measure_options = MeasureOptions(
            rounds=rounds, warmup=warmup, seed=seed, timeout_s=timeout, max_time_s=max_time, jobs=jobs, cold=cold,
            counters=counters, progress=not (no_progress or quiet), verbose=verbose, show_output=show_output,
        )  # fmt: skip
        project = open_project(
            targets=targets or (), pytest_args=context.obj, config_file=config, python=python, depth=depth,
            baseline_dir=baseline_dir, suite=suite, shard=shard, mistakes=mistakes,
        )  # fmt: skip
        if dry_run:
            kinds = (TIMED, COUNTED) if counters else (TIMED,)
            show_commands(project, kinds) if against is None else show_commands_of_sides(project, against, kinds)
            return
        if against is not None:
            from collectbench.usecases.paired.against import judge_against

            judged = judge_against(project, against, measure_options, terms, full=full)
        else:
            judged = comparing.judge_measured(project, measure_options, terms)
    outlets.write(judged.comparison, head=judged.run, root=judged.root)
    fails = on_inconclusive == "fail"
    raise typer.Exit(exits.of_comparison(judged.comparison, judged.run, fail_when_inconclusive=fails))


def _look_for_contradictions(context: typer.Context, mistakes: Mistakes, files: Sequence[Path]) -> None:
    """Note the options that exclude each other, and those that would do nothing."""
    given = context.params
    targets: Sequence[str] = given["targets"] or ()
    if given["on_inconclusive"] not in ("warn", "fail"):
        mistakes.add(f"--on-inconclusive {given['on_inconclusive']}: give warn or fail")
    if given["budgets_only"] and given["baseline"] is not None:
        mistakes.add("--budgets-only and --baseline: give one of them")
    if given["against"] is not None:
        mistakes.refuse(context, *options.UNUSED_WITH_AGAINST)
    elif given["full"]:
        mistakes.add("--full: it is about --against GITREF, which is not given")
    if given["dry_run"] and not files:
        mistakes.refuse(context, *options.UNUSED_IN_DRY_RUN)
    if files:
        mistakes.refuse(context, *options.UNUSED_FOR_STORED_RUNS)
        if context.obj:
            mistakes.add("--: stored runs are judged, so pytest is not called; leave out what follows it")
    if len(files) == 2:
        mistakes.refuse(context, *options.UNUSED_FOR_TWO_FILES)
    elif stored := [name for name in targets if name.endswith(".json")]:
        hint = (
            "--run and files as TARGET: give one of them"
            if files
            else (
                f"{stored[0]}: a stored run is no TARGET; judge it with --run FILE, or give two files: base, then head"
            )
        )
        mistakes.add(hint)
