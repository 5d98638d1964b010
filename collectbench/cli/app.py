"""The program: its commands, and how each error ends."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from collectbench import __version__
from collectbench.cli.commands import COMMANDS
from collectbench.cli.help import Command
from collectbench.cli.invocation import Given, command_line, with_implied_values
from collectbench.cli.streams import failure_of_stdout, use_patient_streams

_ClickException: type[BaseException] = typer.BadParameter.__mro__[2]
"""The base of errors in a command line: click's, or that of the copy of click in newer versions of typer."""


class _Program(TyperGroup):
    """The group of all commands. It handles their errors before typer does.

    typer ends with exit code 1, as if there were a regression, for the end of a file and for each broken pipe.
    """

    def invoke(self, ctx: Any) -> Any:
        """Run the command that the context names."""
        try:
            return super().invoke(ctx)
        except (_ClickException, typer.Exit, typer.Abort, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - faults are shown as such
            raise typer.Exit(_end(error, ctx.obj)) from None


app = typer.Typer(
    name="collectbench",
    cls=_Program,
    help="Find out why pytest collection is slow and how to make it fast, and keep it fast.",
    epilog="Everything after -- goes to pytest. Without a COMMAND: collectbench diagnose",
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,  # it would take [brackets] for markup
    context_settings={"help_option_names": ["-h", "--help"]},
)
FIRST_LOOK = "diagnose"
"""The command that runs if none is named."""
for module in COMMANDS:
    app.command(module.__name__.rpartition(".")[2], cls=Command)(module.command)


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


def run(arguments: Sequence[str]) -> int:
    """Run a command line; returns the exit code.

    The arguments after the first `--` are pytest's. They are removed before typer sees them, as typer would read
    them as targets.

    Raises:
        KeyboardInterrupt: Ctrl-C, before or after the command itself.
    """
    if sys.platform not in ("linux", "darwin"):  # pragma: no cover - the tests run where it works
        typer.echo(
            f"collectbench runs on Linux and macOS, not on {sys.platform}: it needs process groups and wait4.", err=True
        )
        return 2
    use_patient_streams()
    given = _split(arguments)
    try:
        app(args=list(given.ours), prog_name="collectbench", obj=given)
        code = 0
    except SystemExit as end:  # typer always ends like this
        code = end.code if isinstance(end.code, int) else 0
    return _with_stdout(code)


def _with_stdout(code: int) -> int:
    """The exit code, also if stdout has not taken the result: then nobody must read it as a good one."""
    if failure := failure_of_stdout():
        from collectbench.cli.exits import ExitCode
        from collectbench.cli.log import say

        say(f"error: stdout cannot be written: {failure}")
        return code if code in (ExitCode.INTERRUPTED, ExitCode.FAULT) else ExitCode.USAGE
    return code


def _split(arguments: Sequence[str]) -> Given:
    """Our own words and pytest's. Without any of our own, the command is the one for a first look."""
    position = list(arguments).index("--") if "--" in arguments else len(arguments)
    ours = with_implied_values(arguments[:position]) or (FIRST_LOOK,)
    return Given(ours=ours, pytest_args=tuple(arguments[position + 1 :]))


def _end(error: BaseException, given: Given) -> int:
    """Print how the command ended, other than by itself, and return the exit code."""
    from collectbench.cli.exits import BY_ERROR, ExitCode
    from collectbench.cli.fault import fault_text, obstacle_of
    from collectbench.cli.log import say
    from collectbench.model.errors import CollectbenchError, Interrupted
    from collectbench.render.parts.escape import printable
    from collectbench.usecases.wording import Wording

    if isinstance(error, (Interrupted, KeyboardInterrupt)):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the command is about to end
        say(f"interrupted{f': {error}' if str(error) else ''}")
        return ExitCode.INTERRUPTED
    if isinstance(error, OSError) and (obstacle := obstacle_of(error)):
        say(f"error: {printable(obstacle)}")
        return ExitCode.USAGE
    if not isinstance(error, CollectbenchError):
        say(printable(fault_text(error), keep_newlines=True))
        return ExitCode.FAULT
    group: Any = typer.main.get_command(app)
    word = Wording(typed=command_line(group, given))
    for problem in error.reasons:
        say(f"error: {printable(word(problem), keep_newlines=True)}")
    return next(code for kind, code in BY_ERROR.items() if isinstance(error, kind))
