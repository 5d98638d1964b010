"""Writes edits into the user's files, each whole or not at all, with a journal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collectbench.measure.process.interruption import deferred, raise_if_interrupted
from collectbench.model.fixes import Edit, Failure
from collectbench.store.edits.files import Files, RefusedError
from collectbench.store.edits.journal import Journal


class StuckError(Exception):
    """An edit that does harm and could not be taken back. `path` is its file."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(kw_only=True)
class Writer:
    """Writes and takes back edits.

    Attributes:
        files: of the user.
        journal: knows each write before it happens.
        failures: edits that could not be written.
        stuck: edits that could not be taken back, by path.
    """

    files: Files
    journal: Journal
    failures: list[Failure] = field(default_factory=list)
    stuck: dict[str, Failure] = field(default_factory=dict)
    _directories: list[str] = field(default_factory=list)
    _held: dict[str, str] = field(default_factory=dict)

    @property
    def is_idle(self) -> bool:
        """Whether no file has other bytes than before, so that there is nothing to undo."""
        return not self._held

    def write(self, edits: Sequence[Edit]) -> list[Edit]:
        """Write edits in this order. Returns the written ones; the others are in `failures`.

        An edit is not written, or goes back, if one that it needs cannot be written.

        Raises:
            Interrupted: a signal arrived; what was written before it is in the files.
            StuckError: as `take_back`.
        """
        written: dict[str, Edit] = {}
        failed: set[str] = set()
        for edit in edits:
            raise_if_interrupted()
            if self._write(edit, failed):
                written[edit.path] = edit
            else:
                failed.add(edit.path)
        while lacking := [edit for edit in written.values() if not failed.isdisjoint(edit.needs)]:
            self.take_back(lacking)
            self.failures += (self._lacking(edit, failed) for edit in lacking)
            failed |= {edit.path for edit in lacking}
            written = {path: edit for path, edit in written.items() if path not in failed}
        return list(written.values())

    def take_back(self, edits: Sequence[Edit]) -> None:
        """Give files their old bytes back, and remove those that were made. A file that somebody has edited stays.

        Nothing is noted: since the edit was written, the journal knows both contents and the name of the temporary
        file. So a full disk beside the journal is no obstacle.

        Raises:
            StuckError: an edit is still in its file, since the user edited that or it cannot be written; all others
                were taken back. One is named, each is in `stuck`.
        """
        stuck = []
        with deferred():
            for edit in reversed([edit for edit in edits if edit.path in self._held.keys() - self.stuck.keys()]):
                try:
                    self.files.replace(edit.path, edit.after, edit.before, self._held[edit.path])
                except (RefusedError, OSError) as error:
                    reason = f"its rewrite could not be taken back: {_why(error)}"
                    self.stuck[edit.path] = Failure(path=edit.path, reason=reason)
                    stuck.append(edit.path)
                else:
                    del self._held[edit.path]
            self._remove_directories()
        if stuck:
            raise StuckError(stuck[-1])

    def _write(self, edit: Edit, failed: set[str]) -> bool:
        if not failed.isdisjoint(edit.needs):
            self.failures.append(self._lacking(edit, failed))
            return False
        try:
            if edit.before is None:
                self._make_directories(edit.path)
            temporary = self._noted(edit)
            self.files.replace(edit.path, edit.before, edit.after, temporary)
        except (RefusedError, OSError) as error:
            self.failures.append(Failure(path=edit.path, reason=_why(error)))
            self._remove_directories()
            return False
        self._held[edit.path] = temporary
        return True

    def _noted(self, edit: Edit) -> str:
        try:
            return self.journal.note_write(edit.path, edit.before, edit.after)
        except OSError as error:
            why = error.strerror or error
            raise RefusedError(f"it could not be undone: {self.journal.directory} cannot be written: {why}") from None

    def _make_directories(self, path: str) -> None:
        for directory in self.files.missing_directories(path):
            self.journal.note_directory(directory)
            self.files.make_directory(directory)
            self._directories.append(directory)

    def _remove_directories(self) -> None:
        """Remove those that were made and are empty."""
        for directory in reversed(self._directories):
            self.files.remove_directory(directory)

    @staticmethod
    def _lacking(edit: Edit, failed: set[str]) -> Failure:
        need = next(need for need in edit.needs if need in failed)
        return Failure(path=edit.path, reason=f"{need} could not be written")


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"it cannot be written: {error.strerror or error}"
    return str(error)
