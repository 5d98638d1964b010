"""`collectbench doctor`: is this machine fit to measure?"""

from __future__ import annotations

from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TARGET", help="Measured against itself [default: the first there is].", show_default=False
        ),
    ] = None,
    aa: Annotated[bool, typer.Option("--aa/--no-aa", help="Measure a target against itself (A/A).")] = True,
    rounds: Annotated[
        int, typer.Option("--rounds", min=2, metavar="N", help="Pairs of rounds, the target on both sides.")
    ] = 10,
    margin: options.Margin = None,
    config: options.ConfigFile = None,
    python: options.Python = None,
    warmup: options.Warmup = 1,
    seed: options.Seed = None,
    timeout: options.Timeout = None,
    max_time: options.MaxTime = None,
    format_: options.Format = "text",
    output: options.Output = None,
    dry_run: options.DryRun = False,
    no_progress: options.NoProgress = False,
    show_output: options.ShowOutput = False,
    quiet: options.Quiet = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="A line for each round, on stderr.")] = False,
) -> None:
    """Tell what this machine can and cannot measure: its settings, and how often the gate would be wrong here.

    One target is measured against itself in pairs, as compare --against measures two commits. What the gate fails then
    is a false alarm, and the noise tells what growth it could see. Everything after -- goes to pytest.
    """
    from collectbench.cli import exits
    from collectbench.cli.dry_run import show_commands
    from collectbench.cli.output import parse_outlets
    from collectbench.model.doctor import Checkup
    from collectbench.usecases.checkup import SelfTest, check_up, first_target
    from collectbench.usecases.measure_options import MeasureOptions
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.project import open_project

    mistakes = Mistakes()
    if not aa:
        mistakes.refuse(context, *options.UNUSED_WITHOUT_ROUNDS)
    if dry_run:
        mistakes.refuse(context, *options.UNUSED_IN_DRY_RUN)
    with mistakes.gathered():
        outlets = parse_outlets(format_, output, Checkup, verbose=verbose)
    measure_options = MeasureOptions(
        rounds=rounds, warmup=warmup, seed=seed, timeout_s=timeout, max_time_s=max_time, jobs=1, cold=False,
        progress=not (no_progress or quiet), verbose=verbose, show_output=show_output,
    )  # fmt: skip
    project = open_project(
        targets=[target] if target else (), pytest_args=context.obj, config_file=config, python=python, depth=None,
        mistakes=mistakes,
    )  # fmt: skip
    if dry_run:
        show_commands(first_target(project))
        return
    checkup = check_up(project, SelfTest(options=measure_options, margin_floor=margin) if aa else None)
    outlets.write(checkup)
    raise typer.Exit(exits.of_checkup(checkup))
