"""`collectbench fix`: rewrites what lint and diagnose find."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from collectbench.cli import options


def command(
    context: typer.Context,
    rule: Annotated[
        str | None,
        typer.Argument(
            metavar="RULE", help="What to fix, such as non-test-class; --list shows all.", show_default=False
        ),
    ] = None,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Files and directories to rewrite [default: all].", show_default=False),
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write the files instead of showing a diff.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Exit 1 if there is something to rewrite.")] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Give files the bytes back that the last --apply changed.")
    ] = False,
    validate: Annotated[
        bool,
        typer.Option(
            "--validate", help="With --apply: collect before and after each batch, and take harmful edits back."
        ),
    ] = False,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="With --apply: --validate, and run the tests that the files can affect before and after."
        ),
    ] = False,
    max_files: Annotated[
        int | None,
        typer.Option(
            "--max-files", min=1, metavar="N", help="Files in a batch [default: all in one].", show_default=False
        ),
    ] = None,
    allow_dirty: Annotated[
        bool, typer.Option("--allow-dirty", help="Write although some changes are not committed.")
    ] = False,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="MODULE[:NAME]", help="The new home of a duplicate.", show_default=False),
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="NAME",
            help="Only this class or module; may be repeated [default: all].",
            show_default=False,
        ),
    ] = None,
    rename: Annotated[bool, typer.Option("--rename", help="Rename classes instead of marking them.")] = False,
    unsafe: Annotated[bool, typer.Option("--unsafe", help="Follow suggestions that are likely, but not sure.")] = False,
    partial: Annotated[
        bool,
        typer.Option(
            "--partial", help="Move imports of a slow module although others stay, so that nothing is saved yet."
        ),
    ] = False,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            metavar="FILE",
            help="A stored profile that says which imports are slow [default: the configured one].",
            show_default=False,
        ),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List what can be fixed.")] = False,
    explain: Annotated[
        str | None,
        typer.Option(
            "--explain", metavar="RULE", help="Show what a rewrite does, and leaves alone.", show_default=False
        ),
    ] = None,
    config: options.ConfigFile = None,
    python: options.Python = None,
    timeout: options.Timeout = None,
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            min=1,
            metavar="N",
            help="Processes that read [default: one per processor].",
            show_default=False,
        ),
    ] = None,
    cache: Annotated[bool, typer.Option("--cache/--no-cache", help="Use what lint knew of each file.")] = True,
    format_: Annotated[str, typer.Option("--format", metavar="FORMAT", help="text, json or markdown.")] = "text",
    output: options.Output = None,
    no_progress: options.NoProgress = False,
    quiet: options.Quiet = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="All places that are left alone.")] = False,
) -> None:
    """Rewrite what lint and diagnose find: a diff, or with --apply the files. --undo restores them.

    Everything after -- goes to pytest when --validate collects.
    """
    from collectbench.cli import exits, fix_request
    from collectbench.cli.lint_progress import lint_progress
    from collectbench.usecases.fixing import applying, reporting, rewriting, undoing
    from collectbench.usecases.fixing.explaining import explanation, listing

    if explain is not None or list_:
        typer.echo(listing() if explain is None else explanation(explain))
        return
    outlets = fix_request.outlets(context)
    if undo:
        undone = undoing.undo(undoing.root_of(fix_request.tree_options(context)))
        outlets.write(undone)
        raise typer.Exit(exits.of_undone(undone))
    request = fix_request.fix_options(context)
    with lint_progress(wanted=not (no_progress or quiet)) as on_read:
        found = rewriting.rewrites(request, on_read)
    if apply:
        from collectbench.cli.fix_feedback import feedback

        report = reporting.applied(found, applying.apply(request, found, feedback(context)), request)
    else:
        report = reporting.proposed(found)
    outlets.write(report if quiet else reporting.with_hints(report, fix_request.typed(context)), root=found.root)
    raise typer.Exit(exits.of_fix(report, applied=apply, checked=check))
