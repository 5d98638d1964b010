"""Entries of the user's tree as they were before a process changed them, and how such a state is put back."""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

LARGEST_COPY = 256 * 2**20
"""Bytes; a larger file is not copied. The same number stands in probe/guard_notes.py."""

TOO_LARGE = "it is too large to copy"


_TICK_NS = 10_000_000
"""How much the clock of files may be behind: a tick of the kernel, at 100 Hz."""


class Kind(Enum):
    """What an entry is."""

    FILE = "file"
    DIRECTORY = "directory"
    LINK = "link"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry at one moment.

    Attributes:
        mode: the permission bits; 0 of a link.
        size: in bytes; 0 of a directory and of a link.
        copy: a copy of a file; None if there is none.
        no_copy: the reason why a file has none.
        goal: the path that a link holds.
        cause: `path:line` of the code that was about to change the entry; empty if unknown.
    """

    kind: Kind
    mode: int = 0
    size: int = 0
    atime_ns: int = 0
    mtime_ns: int = 0
    copy: Path | None = None
    no_copy: str = ""
    goal: str = ""
    cause: str = ""

    def is_unchanged(self, now: Entry | None) -> bool:
        """Whether an entry looks like this one: kind, mode, goal, and of files also size and time."""
        if now is None or (self.kind, self.mode, self.goal) != (now.kind, now.mode, now.goal):
            return False
        return self.kind is not Kind.FILE or (self.size, self.mtime_ns) == (now.size, now.mtime_ns)


def entry_at(path: Path) -> Entry | None:
    """The entry at a path at this moment; None if there is none. One that cannot be read is `Kind.OTHER`."""
    try:
        state = path.lstat()
        goal = os.readlink(path) if stat.S_ISLNK(state.st_mode) else ""  # noqa: PTH115 - the text as it is
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return Entry(kind=Kind.OTHER)
    kind = (
        Kind.LINK if stat.S_ISLNK(state.st_mode)
        else Kind.DIRECTORY if stat.S_ISDIR(state.st_mode)
        else Kind.FILE if stat.S_ISREG(state.st_mode)
        else Kind.OTHER
    )  # fmt: skip
    return Entry(
        kind=kind,
        mode=0 if kind is Kind.LINK else stat.S_IMODE(state.st_mode),
        size=state.st_size if kind is Kind.FILE else 0,
        atime_ns=state.st_atime_ns,
        mtime_ns=state.st_mtime_ns,
        goal=goal,
    )


def file_id(path: Path) -> tuple[int, int] | None:
    """Device and inode at a path; None if there is nothing."""
    try:
        state = path.lstat()
    except OSError:
        return None
    return state.st_dev, state.st_ino


def is_changed_after(path: Path, moment_ns: int) -> bool:
    """Whether what is at a path was changed after a moment, or got its name then."""
    try:
        state = path.lstat()
    except OSError:
        return False
    return state.st_ctime_ns > moment_ns


def is_changed_within(path: Path, span_ns: tuple[int, int]) -> bool:
    """Whether what is at a path was last changed in this span of the time of day."""
    try:
        changed_ns = path.lstat().st_ctime_ns
    except OSError:
        return False
    begin_ns, end_ns = span_ns
    return begin_ns - _TICK_NS <= changed_ns <= end_ns


def copied(path: Path, to: Path) -> Entry | None:
    """The entry at a path; a file is copied to `to`, unless it is too large."""
    entry = entry_at(path)
    if entry is None or entry.kind is not Kind.FILE:
        return entry
    if entry.size > LARGEST_COPY:
        return replace(entry, no_copy=TOO_LARGE)
    try:
        shutil.copyfile(path, to)
    except OSError as error:
        return replace(entry, no_copy=f"it could not be copied ({error.strerror or error})")
    return replace(entry, copy=to)


def remove_made(path: Path) -> None:
    """Remove an entry that a process made. A directory is removed only if it holds nothing but bytecode."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
        return
    entries = list(path.iterdir())
    if [entry.name for entry in entries] == ["__pycache__"]:
        if all(compiled.suffix == ".pyc" for compiled in entries[0].iterdir()):
            shutil.rmtree(entries[0])
            path.rmdir()
    elif not entries:
        path.rmdir()


def put_back(path: Path, original: Entry) -> None:
    """Give a path the state `original`, but a directory neither its mode nor its times. Unchanged files stay as is."""
    match original.kind:
        case Kind.LINK:
            _put_back_link(path, original.goal)
        case Kind.DIRECTORY:
            if path.is_symlink() or not path.is_dir():
                _clear(path)
                path.mkdir(parents=True)
        case Kind.FILE if original.copy is not None:
            _put_back_file(path, original, original.copy)


def put_back_attributes(path: Path, original: Entry) -> None:
    """Give a file or directory its mode and its times."""
    now = path.stat()
    if stat.S_IMODE(now.st_mode) != original.mode:
        path.chmod(original.mode)
    if now.st_mtime_ns != original.mtime_ns:
        os.utime(path, ns=(original.atime_ns, original.mtime_ns))


def _put_back_link(path: Path, goal: str) -> None:
    if not (path.is_symlink() and os.readlink(path) == goal):  # noqa: PTH115 - the text as it is
        _clear(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(goal)


def _put_back_file(path: Path, original: Entry, copy: Path) -> None:
    now = entry_at(path)
    if now is None or now.kind is not Kind.FILE or (now.size, now.mtime_ns) != (original.size, original.mtime_ns):
        if now is not None and now.kind is Kind.FILE:
            path.chmod(original.mode | 0o200)
        else:
            _clear(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy, path)
    put_back_attributes(path, original)


def _clear(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
