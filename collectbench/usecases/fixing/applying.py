"""Applies the edits of a codemod to the user's files: with a journal, in batches, checked after each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from collectbench.checkouts.git import git_in
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.errors import CheckoutError, Interrupted, UsageError
from collectbench.model.fixes import Edit, Failure
from collectbench.store.edits.files import Files
from collectbench.store.edits.journal import Journal, JournalError, journals_in, read_journal
from collectbench.store.edits.journal_lines import Head
from collectbench.usecases.feedback import Feedback
from collectbench.usecases.fixing.batches import Batches, Check, TakenBack
from collectbench.usecases.fixing.checking import checked
from collectbench.usecases.fixing.journals import alone_in, fixes_directory
from collectbench.usecases.fixing.options import FixOptions
from collectbench.usecases.fixing.rewriting import Rewrites
from collectbench.usecases.fixing.writing import Writer
from collectbench.usecases.origin import now


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What has become of the edits: in the files, taken back, or not written."""

    kept: tuple[Edit, ...]
    taken_back: tuple[TakenBack, ...]
    failures: tuple[Failure, ...]


def apply(options: FixOptions, rewrites: Rewrites, feedback: Feedback) -> Applied:
    """Write the edits; those that do harm are taken back.

    Raises:
        UsageError: the tree has changes that are not committed, or no journal can be written.
        CollectionError: the suite cannot be collected, so edits cannot be checked.
        Interrupted: a signal arrived. What was checked stays, and the message says how many files.
    """
    with signals_noted():
        if not options.allow_dirty:
            _refuse_dirty(rewrites.root)
        with _fixes_directory(rewrites.root) as directory:
            _tidy(directory, rewrites.root)
            with checked(options, rewrites, feedback) as check:
                return _apply(options, rewrites, directory, check)


def _apply(options: FixOptions, rewrites: Rewrites, directory: Path, check: Check) -> Applied:
    try:
        head = Head(root=os.path.realpath(rewrites.root), codemod=rewrites.codemod.id, created=now())
        journal = Journal.begin(directory, head)
    except OSError as error:
        raise _no_journal(directory, error) from error
    writer = Writer(files=Files(root=rewrites.root), journal=journal)
    batches = Batches(writer=writer, check=check)
    try:
        batches.apply(rewrites.edits, options.max_files)
    except Interrupted as interrupted:
        raise Interrupted(f"{interrupted}; {_so_far(batches)}") from None
    finally:
        if writer.is_idle:  # it would hide the journal before it from `--undo`
            read_journal(journal.directory).remove()
    return Applied(
        kept=tuple(batches.kept),
        taken_back=tuple(batches.taken_back),
        failures=(*writer.failures, *writer.stuck.values(), *batches.untried),
    )


def _so_far(batches: Batches) -> str:
    """What became of the edits of an interrupted rewrite."""
    stuck = "".join(f"{each.path}: {each.reason}; " for each in batches.writer.stuck.values())
    return f"{stuck}{len(batches.kept)} files are rewritten, the others are as they were"


@contextmanager
def _fixes_directory(root: Path) -> Iterator[Path]:
    """The directory of the journals, for this process alone."""
    directory = fixes_directory(root)
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_journal(directory, error) from error
    with alone_in(directory):
        yield directory


def _no_journal(directory: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{directory}: the journal cannot be written, so nothing could be undone: {error.strerror or error}; "
        "set XDG_STATE_HOME to a directory of your own"
    )


def _tidy(directory: Path, root: Path) -> None:
    """Remove the temporary files of killed commands. Journals that cannot be read are left for `--undo` to name."""
    files = Files(root=root)
    for each in journals_in(directory):
        try:
            history = read_journal(each)
        except JournalError:
            continue
        for write in history.writes:
            files.remove_temporary(write.path, write.temporary)


def _refuse_dirty(root: Path) -> None:
    """Refuse a tree with changes that are not committed: the user could not tell them from the edits."""
    if not any((each / ".git").exists() for each in (root, *root.resolve().parents)):
        return
    try:
        with temporary_directory() as work:
            git = git_in(root, os.environ, work, launch)
            answer = git.require(
                "git does not tell whether all changes are committed",
                *("status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=no", "--", "."),
            )
    except CheckoutError as error:
        raise UsageError(*(f"{each.fact}; --allow-dirty applies all the same" for each in error.reasons)) from None
    if answer.entries:
        changed = [entry[3:] for entry in answer.entries]
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise UsageError(
            f"{changed[0]}{more}: changes that are not committed, which could not be told from the edits; "
            "commit or stash them, or use --allow-dirty"
        )
