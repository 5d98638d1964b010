"""Gives files the bytes back that they had before the last rewrite."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from collectbench.checkouts.git import git_in
from collectbench.measure.process.interruption import deferred, raise_if_interrupted, signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.errors import UsageError
from collectbench.model.fixes import Failure, Undone
from collectbench.store.edits.files import Files, OutsideError, RefusedError
from collectbench.store.edits.journal import History, JournalError, read_journal
from collectbench.store.edits.journal_lines import Write, digest_of
from collectbench.usecases.fixing.journals import alone_in, fixes_directory, last_journal
from collectbench.usecases.linting.options import LintOptions
from collectbench.usecases.linting.place import find_place
from collectbench.usecases.origin import TOOL, now


@dataclass(frozen=True, slots=True, kw_only=True)
class _Restoration:
    """A file that can have its old bytes back."""

    path: str
    current: bytes | None
    old: bytes | None
    temporary: str


def root_of(options: LintOptions) -> Path:
    """Return the directory that paths of edits are relative to.

    Raises:
        UsageError: mistakes in the configuration.
    """
    with signals_noted(), temporary_directory() as work:
        return find_place(options, git_in(Path.cwd(), os.environ, work, launch)).root


def undo(root: Path) -> Undone:
    """Undo the last rewrite of the project with this root. A file that was edited since stays as it is.

    After a kill in the middle it can be repeated: files that have their old bytes already are left alone.

    Raises:
        UsageError: there is nothing to undo, or the journal is damaged or names files outside of the project: then
            nothing is written.
        Interrupted: a signal arrived; the journal stays.
    """
    with signals_noted():
        while True:
            journal = last_journal(root)
            if journal is None:
                raise UsageError(f"--undo: no rewrite of {root} is recorded in {fixes_directory(root)}")
            with alone_in(journal.parent):
                if last_journal(root) == journal:  # else another command has undone or written one meanwhile
                    return _undo_journal(journal, root)


def _undo_journal(journal: Path, root: Path) -> Undone:
    try:
        history = read_journal(journal)
        return _undo(history, Files(root=_root_of(history, root)))
    except JournalError as error:
        raise UsageError(
            f"--undo: {error}; nothing was written. Restore the files from version control, then remove {journal}"
        ) from None


def _root_of(history: History, root: Path) -> Path:
    """The directory in which a journal may write: the project or one below, whose state directory holds the journal.

    Raises:
        JournalError: the journal belongs elsewhere.
    """
    own = Path(history.head.root)
    if not own.is_relative_to(os.path.realpath(root)) or fixes_directory(own) != history.directory.parent:
        raise JournalError(f"the journal {history.directory} is of another project, {own}")
    return own


def _undo(history: History, files: Files) -> Undone:
    for write in history.writes:  # what a killed command has left: second links to new files, and names in use
        files.remove_temporary(write.path, write.temporary)
    restorations, left = _plan(history, files)
    restored = []
    for each in restorations:
        raise_if_interrupted()
        problem = _restore(files, each)
        if problem is None:
            restored.append(each.path)
        else:
            left.append(Failure(path=each.path, reason=problem))
    with deferred():
        for directory in reversed(history.directories):
            files.remove_directory(directory)
        if not left:
            history.remove()
    return Undone(
        tool=TOOL,
        created=now(),
        codemod=history.head.codemod,
        written=history.head.created,
        restored=tuple(restored),
        left=tuple(left),
        hints=(f"to keep these files as they are, and to undo what was before them:\n  {_forget(history)}",)
        if left
        else (),
    )


def _forget(history: History) -> str:
    """The command of a shell that removes a journal."""
    return shlex.join(("rm", "-r", str(history.directory)))


def _plan(history: History, files: Files) -> tuple[list[_Restoration], list[Failure]]:
    """What is to be written; everything is read before the first write.

    Raises:
        JournalError: kept bytes are damaged, or a path lies outside of the project.
    """
    by_path: dict[str, list[Write]] = {}
    for write in history.writes:
        by_path.setdefault(write.path, []).append(write)
    restorations, left = [], list[Failure]()
    for path, writes in by_path.items():
        try:
            current = files.read(path)
        except OutsideError as error:
            raise JournalError(f"the journal {history.directory} names {path}, but {error}") from None
        except RefusedError as error:
            left.append(Failure(path=path, reason=str(error)))
            continue
        except OSError as error:
            left.append(Failure(path=path, reason=f"it cannot be read: {error.strerror or error}"))
            continue
        digest = None if current is None else digest_of(current)
        original = writes[0].before
        if digest == original:
            continue
        if digest not in {each.after for each in writes} | {each.before for each in writes}:
            gone = "it was removed since" if current is None else "it was edited since"
            left.append(Failure(path=path, reason=gone))
            continue
        old = None if original is None else history.old_bytes(original)
        restorations.append(_Restoration(path=path, current=current, old=old, temporary=writes[-1].temporary))
    return restorations, left


def _restore(files: Files, each: _Restoration) -> str | None:
    """Write one file; returns why that is not possible."""
    try:
        with deferred():
            files.replace(each.path, each.current, each.old, each.temporary)
    except RefusedError as error:
        return str(error)
    except OSError as error:
        return f"it cannot be written: {error.strerror or error}"
    return None
