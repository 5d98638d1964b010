"""The journal of a rewrite: what each file held before, kept until the rewrite is undone or forgotten.

A directory with the old bytes of each file, named by their digest, and `journal`: one line per write, on disk before
the write itself. Each line begins with a digest of its text. So a kill leaves at most a last line that is cut
off, of a write that never began, and damage anywhere else is noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from collectbench.store.edits.files import temporary_name

_SCHEMA = 1
_NAME = "journal"
_DIGITS = 16
_DIGEST = re.compile("[0-9a-f]{64}")
_TEXT = re.compile(r"[^\0]+", re.DOTALL)
_HEAD = {"root": re.compile(r"/[^\0]*", re.DOTALL), "codemod": _TEXT, "created": _TEXT}
_WRITE = {"path": _TEXT, "before": _DIGEST, "after": _DIGEST, "temporary": _TEXT}
_MADE = {"made": _TEXT}


class JournalError(Exception):
    """A journal that cannot be trusted. The message is a clause without a full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write of a file: digests of the bytes before and after; None if it did not or does not exist."""

    path: str
    before: str | None
    after: str | None
    temporary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeDirectory:
    """A directory that was made for a new file."""

    made: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The first line: for which tree, by which codemod, and when (UTC, ISO 8601)."""

    root: str
    codemod: str
    created: str
    schema: int = _SCHEMA


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
        beginning.write_text(_line(asdict(head)), encoding="ascii")
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
        self._append(asdict(write))
        return write.temporary

    def note_directory(self, path: str) -> None:
        """Note a directory that is about to be made.

        Raises:
            OSError: as `note_write`.
        """
        self._append(asdict(MadeDirectory(made=path)))

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

    def _append(self, row: dict[str, Any]) -> None:
        whole = (self.directory / _NAME).stat().st_size
        try:
            with (self.directory / _NAME).open("a", encoding="ascii") as file:
                file.write(_line(row))
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
        rows = list(_rows(file.read_bytes()))
        if rows and rows[0].get("schema") != _SCHEMA:
            raise JournalError(f"{file} has a schema that this version does not know; use the version that wrote it")
        head, *others = rows
        return History(
            directory=directory,
            head=Head(**_checked(head, _HEAD)),
            writes=tuple(Write(**_checked(row, _WRITE)) for row in others if "made" not in row),
            directories=tuple(MadeDirectory(**_checked(row, _MADE)).made for row in others if "made" in row),
        )
    except OSError as error:
        raise JournalError(f"{file} cannot be read: {error.strerror or error}") from None
    except (ValueError, TypeError) as error:
        raise JournalError(f"{file} is damaged: {error}") from None


def digest_of(content: bytes) -> str:
    """Return the digest under which bytes are kept."""
    return hashlib.sha256(content).hexdigest()


def _checked(row: dict[str, Any], shapes: dict[str, re.Pattern[str]]) -> dict[str, Any]:
    """A row whose texts look as we write them. None is kept where it is allowed: for a file that does not exist."""
    for key, shape in shapes.items():
        value = row.get(key)
        if value is None and shape is _DIGEST:
            continue
        if not isinstance(value, str) or not shape.fullmatch(value):
            raise ValueError(f"{key} is {value!r:.80}")
    return row


def _open_at_once(path: str, flags: int) -> int:
    """Open a file that may be a pipe, without waiting for its writer."""
    return os.open(path, flags | os.O_NONBLOCK)


def _line(row: dict[str, Any]) -> str:
    text = json.dumps(row)
    return f"{digest_of(text.encode())[:_DIGITS]} {text}\n"


def _rows(content: bytes) -> Iterator[dict[str, Any]]:
    lines = content.split(b"\n")[:-1]  # after the last one is nothing, or a line that a kill has cut off
    for number, line in enumerate(lines, start=1):
        digest, _, text = line.partition(b" ")
        if digest_of(text)[:_DIGITS].encode() != digest:
            raise ValueError(f"line {number} does not have the digest that it begins with")
        row = json.loads(text)
        if not isinstance(row, dict):
            raise TypeError(f"line {number} is not an object")
        yield row
