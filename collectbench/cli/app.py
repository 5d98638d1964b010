"""The program: its commands, and how each error ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from collectbench import __version__
from collectbench.cli import baseline, compare, doctor, init, merge, profile, schema, targets
from collectbench.cli.invocation import Given, command_line
from collectbench.cli.streams import use_patient_streams

app = typer.Typer(
    name="collectbench",
    help="Why pytest collection is slow, what a fix would save, and whether it stays fast.",
    epilog="Everything after -- goes to pytest. Start with: collectbench targets",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,  # it would take [brackets] for markup
    context_settings={"help_option_names": ["-h", "--help"]},
)
for module in (init, targets, baseline, compare, merge, profile, doctor, schema):
    app.command(module.__name__.rpartition(".")[2])(module.command)


def _show_version(value: bool) -> None:
    if value:
        typer.echo(f"collectbench {__version__}")
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    pass


def run(arguments: Sequence[str]) -> None:
    """Run a command line and exit.

    The arguments after the first `--` are pytest's. They are removed before typer sees them, as typer would read
    them as targets.
    """
    if sys.platform not in ("linux", "darwin"):  # pragma: no cover - the tests run where it works
        sys.exit(f"collectbench runs on Linux and macOS, not on {sys.platform}: it needs process groups and wait4.")
    use_patient_streams()
    given = _split(arguments)
    try:
        app(args=list(given.ours), prog_name="collectbench", obj=given)
    except Exception as error:  # noqa: BLE001 - errors of ours are raised again
        sys.exit(_end(error, given))
    except BaseException as error:
        from collectbench.model.errors import Interrupted

        if isinstance(error, (Interrupted, KeyboardInterrupt)):
            from collectbench.cli.exits import ExitCode

            typer.echo(f"interrupted{f': {error}' if str(error) else ''}", err=True)
            sys.exit(ExitCode.INTERRUPTED)
        raise


def _split(arguments: Sequence[str]) -> Given:
    position = list(arguments).index("--") if "--" in arguments else len(arguments)
    return Given(ours=tuple(arguments[:position]), pytest_args=tuple(arguments[position + 1 :]))


def _end(error: Exception, given: Given) -> int:
    """Print the mistakes of the user's input and return the exit code; any other error keeps its traceback."""
    from collectbench.cli.exits import BY_ERROR
    from collectbench.cli.log import say
    from collectbench.model.errors import CollectbenchError
    from collectbench.render.parts.escape import printable
    from collectbench.usecases.wording import Wording

    if not isinstance(error, CollectbenchError):
        raise error
    group: Any = typer.main.get_command(app)
    word = Wording(typed=command_line(group, given))
    for problem in error.reasons:
        say(f"error: {printable(word(problem), keep_newlines=True)}")
    return next(code for kind, code in BY_ERROR.items() if isinstance(error, kind))
