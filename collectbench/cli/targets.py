"""`collectbench targets`: what would be measured."""

from __future__ import annotations

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    targets: options.Targets = None,
    config: options.ConfigFile = None,
    python: options.Python = None,
    depth: options.Depth = None,
    format_: options.Format = "text",
    output: options.Output = None,
    dry_run: options.DryRun = False,
    quiet: options.Quiet = False,
) -> None:
    """Show what would be measured, and by which configuration."""
    from collectbench.cli.dry_run import show_commands
    from collectbench.cli.mistakes import Mistakes
    from collectbench.cli.output import parse_outlets
    from collectbench.cli.workplace import open_workplace
    from collectbench.model.target import TargetList

    mistakes = Mistakes()
    if dry_run:
        mistakes.refuse(context, *options.UNUSED_IN_DRY_RUN)
    with mistakes.gathered():
        outlets = parse_outlets(format_, output, TargetList, verbose=False)
    place = open_workplace(
        targets=targets or (), pytest_args=context.obj, config_file=config, python=python, depth=depth,
        mistakes=mistakes,
    )  # fmt: skip
    if dry_run:
        show_commands(place)
        return
    source = place.config.source if place.config.targets else place.inspection.inifile
    listing = TargetList(
        rootdir=str(place.root),
        configuration=str(source) if source else None,
        targets=place.plan.targets,
        suite=place.plan.suite,
    )
    outlets.write(listing)
    if not place.inspection.complete and not quiet:
        from collectbench.cli.log import say
        from collectbench.render.escape import printable

        say(f"note: pytest does not start here:\n{printable(place.inspection.words, keep_newlines=True)}")
