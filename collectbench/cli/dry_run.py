"""`--dry-run`: the commands of the child processes on stdout."""

from __future__ import annotations

from collections.abc import Collection

from collectbench.cli.log import show
from collectbench.model.sample import RoundKind
from collectbench.usecases.child_commands import CommandsInDirectory

PURPOSES = {
    RoundKind.TIMED: "timed: warm-ups, and the rounds behind the headline figure",
    RoundKind.COUNTED: "counted: for exact work counters",
    RoundKind.TRACED: "traced: for imports, collectors, hooks and events",
    RoundKind.OUTCOMES: "outcomes: runs the tests",
    RoundKind.SAMPLED: "sampled: one round under pyinstrument, for the lines that ran and the call tree",
}


def show_commands(*places: CommandsInDirectory, unaffected: Collection[str] = ()) -> None:
    """Print the commands of each directory, with the purpose of each if there are several kinds of rounds.

    `unaffected` are the targets that need no command, since the baseline vouches for them.
    """
    if unaffected:
        show("# unaffected since the baseline, so no command is run (--full runs all):")
    for name in unaffected:
        show(f"#   {name!a}")
    for place in places:
        several = len({command.kind for command in place.commands}) > 1
        show(f"# in {place.directory}, each with a new directory as REPORT_DIR")
        for command in place.commands:
            purpose = command.about or (PURPOSES[command.kind] if several else "")
            show(f"# {command.target!a}" + (f", {purpose}" if purpose else ""))
            show(command.line)
