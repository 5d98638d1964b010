"""`--dry-run`: the commands of the child processes on stdout."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.cli.log import show
from collectbench.model.sample import RoundKind

if TYPE_CHECKING:
    from collectbench.usecases.child_commands import CommandsInDirectory
    from collectbench.usecases.paired.both_commands import CommandsOfBoth

PURPOSES = {
    RoundKind.TIMED: "timed: warm-ups, and the rounds behind the headline figure",
    RoundKind.COUNTED: "counted: for exact work counters",
    RoundKind.TRACED: "traced: for imports, collectors, hooks and events",
    RoundKind.OUTCOMES: "outcomes: runs the tests",
    RoundKind.SAMPLED: "sampled: one round under pyinstrument, for the lines that ran and the call tree",
}


def show_commands(*places: CommandsInDirectory) -> None:
    """Print the commands of each directory, with the purpose of each if there are several kinds of rounds."""
    for place in places:
        several = len({command.kind for command in place.commands}) > 1
        show(f"# in {place.directory}, each with a new directory as REPORT_DIR")
        for command in place.commands:
            purpose = command.about or (PURPOSES[command.kind] if several else "")
            show(f"# {command.target!a}" + (f", {purpose}" if purpose else ""))
            show(command.line)


def show_commands_of_both(of_both: CommandsOfBoth, *, verbose: bool) -> None:
    """Print which targets need no command, with `verbose` why each of the others needs some; then the commands."""
    if of_both.refusal:
        show(f"# {of_both.refusal}")
    if of_both.unaffected:
        show("# unaffected since the baseline, so no command is run (--full runs all):")
        for name in of_both.unaffected:
            show(f"#   {name!a}")
    if of_both.affected and verbose:
        show("# measured, since")
        for name, reason in of_both.affected.items():
            show(f"#   {name!a}: {reason}")
    show_commands(*of_both.places)
