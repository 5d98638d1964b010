"""Puts right what a killed command of the same project has left, before the next command does anything else."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from collectbench.measure.process.launch import Launcher
from collectbench.measure.process.ledger import LEDGER, Leftovers, leftovers
from collectbench.measure.process.temporary import PREFIX, delete_directory, is_temporary_directory, temporary_directory
from collectbench.model.errors import CollectbenchError
from collectbench.usecases.wording import explain_error

Say = Callable[[str], None]
"""Tells the user one line or more."""


def begin(start: Path, env: Mapping[str, str], launcher: Launcher, say: Say) -> None:
    """Open the ledger of this command, and put right what killed commands left in `start` and the directories above.

    Signals must be noted meanwhile (see `interruption`).

    Raises:
        Interrupted: a signal arrived. The next command goes on with it.
    """
    try:
        LEDGER.open(start)
    except (OSError, CollectbenchError) as error:
        say(f"note: {_why(error)}; so if this command is killed, the next one cannot put things right")
        return
    for rootdir in (start, *start.parents):
        recover(rootdir, env, launcher, say)


def settled(rootdir: Path, start: Path, env: Mapping[str, str], launcher: Launcher, say: Say) -> None:
    """Take note of the rootdir, which is known now: the same as `begin` for it if it is elsewhere.

    Raises:
        Interrupted: a signal arrived.
    """
    LEDGER.move(rootdir)
    if rootdir not in (start, *start.parents):
        recover(rootdir, env, launcher, say)


def recover(rootdir: Path, env: Mapping[str, str], launcher: Launcher, say: Say) -> None:
    """Put right what killed commands of one project left, and say so in one line each.

    Raises:
        Interrupted: a signal arrived.
    """
    try:
        for left in leftovers(rootdir):
            report = _put_right(left, env, launcher)
            if report:
                say(report)
    except (OSError, CollectbenchError, ValueError) as error:
        say(f"note: a killed command may have left something in {rootdir}, which could not be removed: {_why(error)}")


def _put_right(left: Leftovers, env: Mapping[str, str], launcher: Launcher) -> str:
    """Undo everything; returns what was undone and what was not, empty if nothing was left."""
    # Imported here, since only a kill makes them necessary.
    from collectbench.checkouts.worktrees import remove_left
    from collectbench.measure.process.left_processes import end_left_processes
    from collectbench.measure.round.left_trees import restore_left_trees

    directories = [path for path in left.directories if is_temporary_directory(path)]
    worktrees = [(path, origin) for path, origin in left.worktrees if path.parent.parent.name.startswith(PREFIX)]
    running = end_left_processes(directories)
    trees = restore_left_trees(directories, left.ended_ns)
    kept = {tree.copies for tree in trees if tree.problem}
    with temporary_directory() as work:
        number_of_worktrees, problems = remove_left(worktrees, env, work, launcher)
    removed = [path for path in directories if not any(copies.is_relative_to(path) for copies in kept)]
    for directory in removed:
        delete_directory(directory)
    problems += [f"{path}: could not be deleted" for path in removed if path.exists()]
    problems += [f"still running: {command}" for command in running]
    problems += [
        f"{tree.copies}: copies of files that its tests changed ({tree.problem})" for tree in trees if tree.problem
    ]
    done = [
        *_counted(sum(tree.was_open for tree in trees), "unfinished round"),
        *_counted(number_of_worktrees, "git worktree"),
        *_counted(len(directories), "temporary directory"),
    ]
    if not done and not problems:
        return ""
    put_right = "all is put right" if not problems else "put right except for"
    notes = (note for tree in trees for note in tree.notes)
    return "\n  ".join((f"note: a command that was killed had left {', '.join(done)}; {put_right}", *problems, *notes))


def _counted(number: int, noun: str) -> list[str]:
    if not number:
        return []
    plural = f"{noun.removesuffix('y')}ies" if noun.endswith("y") else f"{noun}s"
    return [f"{number} {noun if number == 1 else plural}"]


def _why(error: Exception) -> str:
    if isinstance(error, CollectbenchError):
        return explain_error(error)
    if isinstance(error, OSError):
        where = os.fsdecode(error.filename) if error.filename else ""
        return f"{where}{': ' if where else ''}{error.strerror or error}"
    return str(error)
