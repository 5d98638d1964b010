"""`collectbench profile`: measure one target, trace it, show where the time goes."""

from __future__ import annotations

from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(metavar="TARGET", help="One configured name or path [default: the suite].", show_default=False),
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, metavar="N", help="Rows of each table.")] = 10,
    sampled: Annotated[
        bool,
        typer.Option("--sampled/--no-sampled", help="Take one round with pyinstrument, for lines and the call tree."),
    ] = True,
    who: Annotated[
        str | None,
        typer.Option(
            "--who",
            metavar="MODULE",
            help="Show only who imports a module, and which lines to change so that it is not loaded.",
            show_default=False,
        ),
    ] = None,
    from_file: options.From = None,
    config: options.ConfigFile = None,
    python: options.Python = None,
    rounds: Annotated[
        int,
        typer.Option("--rounds", min=1, metavar="N", help="Timed rounds, and as many traced ones if they are short."),
    ] = 3,
    warmup: options.Warmup = 1,
    timeout: options.Timeout = None,
    format_: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, json, markdown, speedscope or html, on stdout.")
    ] = "text",
    output: options.Output = None,
    open_: Annotated[bool, typer.Option("--open", help="Show the HTML page in a browser.")] = False,
    dry_run: options.DryRun = False,
    no_progress: options.NoProgress = False,
    show_output: options.ShowOutput = False,
    quiet: options.Quiet = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="One line per round, on stderr.")] = False,
) -> None:
    """Show where the time of the suite or of one target goes, and how much time changing a line would save.

    Everything after -- goes to pytest.
    """
    from collectbench.cli import browsing, exits, refusals, request
    from collectbench.cli.dry_run import show_commands
    from collectbench.cli.stored import stored_document
    from collectbench.cli.who import show_who
    from collectbench.model.costs import Profile
    from collectbench.model.sample import RoundKind
    from collectbench.store.documents import PROFILE
    from collectbench.usecases.child_commands import child_commands
    from collectbench.usecases.explained_targets import with_explained_targets
    from collectbench.usecases.mistakes import Mistakes
    from collectbench.usecases.profiling import explaining_kinds, profile_target

    mistakes = Mistakes()
    if dry_run:
        refusals.refuse(refusals.IN_DRY_RUN, context, mistakes)
    if who is not None:
        raise typer.Exit(show_who(context, who, from_file, mistakes))
    outlets = request.outlets(context, Profile, mistakes)
    if from_file is not None:
        stored = stored_document(context, from_file, PROFILE, mistakes)
        profile, root, code = stored.document, stored.root, exits.ExitCode.OK
    else:
        project = with_explained_targets(request.open_project(context, mistakes))
        if dry_run:
            show_commands(child_commands(project, (RoundKind.TIMED, *explaining_kinds(sampled=sampled))))
            return
        profile = profile_target(project, request.feedback(context), sampled=sampled)
        root, code = project.root, exits.of_profile(profile)
    if open_:
        outlets = browsing.with_page(outlets)
    outlets.write(profile, root=root)
    if open_:
        browsing.open_page(outlets)
    raise typer.Exit(code)
