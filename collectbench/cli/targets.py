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
    from collectbench.cli.output import parse_outlets
    from collectbench.model.target import TargetList
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.project import open_project

    mistakes = Mistakes()
    if dry_run:
        mistakes.refuse(context, *options.UNUSED_IN_DRY_RUN)
    with mistakes.gathered():
        outlets = parse_outlets(format_, output, TargetList, verbose=False)
    project = open_project(
        targets=targets or (), pytest_args=context.obj, config_file=config, python=python, depth=depth,
        mistakes=mistakes,
    )  # fmt: skip
    if dry_run:
        show_commands(project)
        return
    source = project.config.source if project.config.targets else project.inspection.inifile
    listing = TargetList(
        rootdir=str(project.root),
        configuration=str(source) if source else None,
        targets=project.plan.targets,
        suite=project.plan.suite,
    )
    outlets.write(listing)
    if not project.inspection.complete and not quiet:
        from collectbench.cli.log import say
        from collectbench.render.parts.escape import printable

        say(f"note: pytest does not start here:\n{printable(project.inspection.pytest_output, keep_newlines=True)}")
