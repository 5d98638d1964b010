"""Where the journals of a project lie, and which one is the last."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from collectbench.measure.process.interruption import interruptible
from collectbench.measure.process.user_state import NoStateDirectoryError, state_of_project
from collectbench.model.errors import UsageError
from collectbench.store.edits.journal import JournalError, journals_in, read_journal
from collectbench.store.locks import locked

_NAME = "fixes"


def fixes_directory(root: Path) -> Path:
    """Return the directory of the journals of a project. It may not exist yet.

    Raises:
        UsageError: the user has no home directory.
    """
    try:
        return state_of_project(root) / _NAME
    except NoStateDirectoryError as error:
        raise UsageError(*error.reasons) from None


@contextmanager
def alone_in(directory: Path) -> Iterator[None]:
    """Let no other command write the files or the journals of a project in the block.

    Raises:
        UsageError: another one has been at work for a minute.
        Interrupted: a signal arrived while this one waited.
    """
    with ExitStack() as stack:
        try:
            with interruptible():
                stack.enter_context(locked(directory))
        except TimeoutError:
            raise UsageError(
                f"{directory}: another collectbench fix of this project is at work, as for a minute now; "
                "wait for its end, or stop it"
            ) from None
        yield


def last_journal(root: Path) -> Path | None:
    """Return the newest journal of the project with this root, or of one below: a rewrite of a PATH has its own root.

    One that cannot be read counts if it is of this project itself, so that nothing older is undone in its place.

    Raises:
        UsageError: as `fixes_directory`.
    """
    own = fixes_directory(root)
    newest = {each: journals[0] for each in own.parent.parent.glob(f"*/{_NAME}") if (journals := journals_in(each))}
    created: dict[Path, str] = {}
    for directory, journal in newest.items():
        try:
            head = read_journal(journal).head
        except JournalError:
            if directory == own:
                return journal
            continue
        if Path(head.root).is_relative_to(os.path.realpath(root)) or directory == own:
            created[journal] = head.created
    return max(created, key=lambda each: (created[each], each.parent == own), default=None)
