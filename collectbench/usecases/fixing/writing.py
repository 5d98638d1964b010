"""Writes edits into the user's files, each whole or not at all, with a journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collectbench.measure.process.interruption import deferred, raise_if_interrupted
from collectbench.model.fixes import Edit, Failure
from collectbench.store.edits.files import Files, RefusedError
from collectbench.store.edits.journal import Journal


@dataclass(kw_only=True)
class Writer:
    """Writes and takes back edits.

    Attributes:
        files: of the user.
        journal: knows each write before it happens.
        failures: edits that could not be written, or not be taken back.
    """

    files: Files
    journal: Journal
    failures: list[Failure] = field(default_factory=list)
    _directories: list[str] = field(default_factory=list)
    _held: set[str] = field(default_factory=set)

    def holds(self, edit: Edit) -> bool:
        """Whether an edit is in its file."""
        return edit.path in self._held

    def write(self, edits: Sequence[Edit]) -> list[Edit]:
        """Write edits; those that others need come first. Returns the written ones; the others are in `failures`.

        Raises:
            Interrupted: a signal arrived; what was written before it is in the files.
        """
        written: dict[str, Edit] = {}
        failed = set[str]()
        for edit in _needed_first(edits):
            raise_if_interrupted()
            lacking = [need for need in edit.needs if need in failed]
            if lacking:
                self.failures.append(Failure(path=edit.path, reason=f"{lacking[0]} could not be written"))
                failed.add(edit.path)
            elif self._replace(edit, edit.before, edit.after):
                self._held.add(edit.path)
                written[edit.path] = edit
            else:
                failed.add(edit.path)
        alone = [edit for edit in written.values() if failed.intersection(edit.needs)]  # of edits that need each other
        for edit in alone:
            lacking = sorted(failed.intersection(edit.needs))
            self.failures.append(Failure(path=edit.path, reason=f"{lacking[0]} could not be written"))
        self.take_back(alone)
        return [edit for edit in written.values() if edit not in alone]

    def take_back(self, edits: Sequence[Edit]) -> None:
        """Give files their old bytes back, and remove those that were made. A file that somebody has edited stays."""
        with deferred():
            for edit in reversed(_needed_first(edits)):
                if self._replace(edit, edit.after, edit.before):
                    self._held.discard(edit.path)
            for directory in reversed(self._directories):
                self.files.remove_directory(directory)

    def _replace(self, edit: Edit, before: bytes | None, after: bytes | None) -> bool:
        try:
            if before is None:
                for directory in self.files.missing_directories(edit.path):
                    self.journal.note_directory(directory)
                    self.files.make_directory(directory)
                    self._directories.append(directory)
            temporary = self.journal.note_write(edit.path, before, after)
            self.files.replace(edit.path, before, after, temporary)
        except RefusedError as error:
            self.failures.append(Failure(path=edit.path, reason=str(error)))
        except OSError as error:
            self.failures.append(Failure(path=edit.path, reason=f"it cannot be written: {error.strerror or error}"))
        else:
            return True
        return False


def _needed_first(edits: Sequence[Edit]) -> list[Edit]:
    needed = {need for edit in edits for need in edit.needs}
    return sorted(edits, key=lambda edit: edit.path not in needed)
