"""The journal of a rewrite: what each file held before, kept until the rewrite is undone or forgotten.

A directory with the old bytes of each file, named by their digest, and `journal`: one line per write, on disk before
the write itself. Each line begins with a digest of its text. So a kill leaves at most a last line that is cut
off, of a write that never began, and damage anywhere else is noticed.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.store.edits.files import temporary_name
from collectbench.store.edits.journal_lines import (
    SCHEMA,
    Head,
    MadeDirectory,
    Write,
    digest_of,
    entry_of,
    head_of,
    line_of,
    rows_of,
)

_NAME = "journal"


class JournalError(Exception):
    """A journal that cannot be trusted. The message is a clause without a full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All that a journal holds, oldest first. `directory` is where it lies."""

    directory: Path
    head: Head
    writes: tuple[Write, ...]
    directories: tuple[str, ...]

    def old_bytes(self, digest: str) -> bytes:
        """Return the kept bytes with this digest.

        Raises:
            JournalError: they are missing or damaged.
        """
        try:
            with open(self.directory / digest, "rb", opener=_open_at_once) as file:
                content = file.read()
        except OSError as error:
            raise JournalError(f"{self.directory / digest} cannot be read: {error.strerror or error}") from None
        if digest_of(content) != digest:
            raise JournalError(
                f"{self.directory / digest} is damaged: its content does not have the digest of its name"
            )
        return content

    def remove(self) -> None:
        """Forget everything."""
        for each in sorted(self.directory.iterdir(), key=lambda path: path.name == _NAME):  # the journal itself last
            each.unlink()
        self.directory.rmdir()


@dataclass(kw_only=True)
class Journal:
    """A journal that is being written."""

    directory: Path
    _written: set[str] = field(default_factory=set)

    @classmethod
    def begin(cls, above: Path, head: Head) -> Journal:
        """Begin a journal in a new directory below `above`; names of directories sort by age, whatever the clock says.

        Raises:
            OSError: it cannot be written.
        """
        number = 1 + max((_number(each) for each in journals_in(above)), default=0)
        directory = above / f"{number:06d}-{head.created.replace(':', '')}-{secrets.token_hex(4)}"
        directory.mkdir(parents=True, mode=0o700)
        beginning = directory / f".{_NAME}"
        beginning.write_text(line_of(head), encoding="ascii")
        beginning.rename(directory / _NAME)  # a journal without its first line is none
        return cls(directory=directory)

    def note_write(self, path: str, before: bytes | None, after: bytes | None) -> str:
        """Note a write that is about to happen; returns the name of the temporary file that it uses.

        Raises:
            OSError: the note cannot be written: the write must not happen.
        """
        digest = None
        if before is not None:
            digest = digest_of(before)
            self._keep(digest, before)
        write = Write(
            path=path,
            before=digest,
            after=None if after is None else digest_of(after),
            temporary=temporary_name(),
        )
        self._append(write)
        return write.temporary

    def note_directory(self, path: str) -> None:
        """Note a directory that is about to be made.

        Raises:
            OSError: as `note_write`.
        """
        self._append(MadeDirectory(made=path))

    def _keep(self, digest: str, content: bytes) -> None:
        if digest in self._written:
            return
        try:
            with (self.directory / digest).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            (self.directory / digest).unlink(missing_ok=True)
            raise
        self._written.add(digest)

    def _append(self, entry: Write | MadeDirectory) -> None:
        whole = (self.directory / _NAME).stat().st_size
        try:
            with (self.directory / _NAME).open("a", encoding="ascii") as file:
                file.write(line_of(entry))
                file.flush()
                os.fsync(file.fileno())
        except OSError:  # half a line, from a full disk, would be damage as soon as another one follows it
            os.truncate(self.directory / _NAME, whole)
            raise


def journals_in(above: Path) -> list[Path]:
    """Return the directories of all journals below `above`, the newest first."""
    return sorted(
        (each.parent for each in above.glob(f"*/{_NAME}")), key=lambda each: (_number(each), each), reverse=True
    )


def _number(directory: Path) -> int:
    digits = directory.name.partition("-")[0]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def read_journal(directory: Path) -> History:
    """Read a journal.

    Raises:
        JournalError: it is damaged, or of a newer schema.
    """
    file = directory / _NAME
    try:
        rows = list(rows_of(file.read_bytes()))
        if rows and rows[0].get("schema") != SCHEMA:
            raise JournalError(f"{file} has a schema that this version does not know; use the version that wrote it")
        head, *others = rows
        entries = [entry_of(row) for row in others]
        return History(
            directory=directory,
            head=head_of(head),
            writes=tuple(each for each in entries if isinstance(each, Write)),
            directories=tuple(each.made for each in entries if isinstance(each, MadeDirectory)),
        )
    except OSError as error:
        raise JournalError(f"{file} cannot be read: {error.strerror or error}") from None
    except (ValueError, TypeError) as error:
        raise JournalError(f"{file} is damaged: {error}") from None


def _open_at_once(path: str, flags: int) -> int:
    """Open a file that may be a pipe, without waiting for its writer."""
    return os.open(path, flags | os.O_NONBLOCK)
