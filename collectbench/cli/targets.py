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
    from collectbench.cli import refusals, request
    from collectbench.cli.dry_run import show_commands
    from collectbench.cli.log import say
    from collectbench.model.target import TargetList
    from collectbench.render.parts.escape import printable
    from collectbench.usecases.child_commands import child_commands
    from collectbench.usecases.listing import list_targets
    from collectbench.usecases.mistakes import Mistakes

    mistakes = Mistakes()
    if dry_run:
        refusals.refuse(refusals.IN_DRY_RUN, context, mistakes)
    outlets = request.outlets(context, TargetList, mistakes)
    project = request.open_project(context, mistakes)
    if dry_run:
        show_commands(child_commands(project))
        return
    outlets.write(list_targets(project))
    if not project.inspection.complete and not quiet:
        say(f"note: pytest does not start here:\n{printable(project.inspection.pytest_output, keep_newlines=True)}")
