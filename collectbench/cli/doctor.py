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
            metavar="TARGET", help="Target to compare with itself [default: the first one].", show_default=False
        ),
    ] = None,
    aa: Annotated[bool, typer.Option("--aa/--no-aa", help="Compare a target with itself (A/A).")] = True,
    rounds: Annotated[
        int, typer.Option("--rounds", min=2, metavar="N", help="Pairs of rounds, with the target on both sides.")
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
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="One line per round, on stderr.")] = False,
) -> None:
    """Check what this machine can measure: its settings, and how often the gate would be wrong here.

    One target is compared with itself in pairs, as compare --against compares two commits. Each fail is a false alarm,
    and the noise tells which growth the gate detects. Everything after -- goes to pytest.
    """
    from collectbench.cli import exits, refusals, request
    from collectbench.cli.dry_run import show_commands
    from collectbench.model.doctor import Checkup
    from collectbench.usecases.checkup import check_up, with_first_target
    from collectbench.usecases.child_commands import child_commands
    from collectbench.usecases.mistakes import Mistakes

    mistakes = Mistakes()
    if not aa:
        refusals.refuse(refusals.WITHOUT_ROUNDS, context, mistakes)
    if dry_run:
        refusals.refuse(refusals.IN_DRY_RUN, context, mistakes)
    outlets = request.outlets(context, Checkup, mistakes)
    project = request.open_project(context, mistakes)
    if dry_run:
        show_commands(child_commands(with_first_target(project)))
        return
    word = request.wording(context, project.root)
    checkup = check_up(project, request.feedback(context), word, compare_with_itself=aa, margin_floor=margin)
    outlets.write(checkup)
    raise typer.Exit(exits.of_checkup(checkup))
