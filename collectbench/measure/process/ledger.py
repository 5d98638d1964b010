"""What this command has made and must remove, in a file for the next command if this one is killed.

The file lies in the state directory of the project. It is locked (flock) as long as this process lives: the system
releases the lock, whatever ends the process. Numbers of processes repeat, above all in containers.
A second lock is held by the sentinel as well, until it has ended all children.
"""

from __future__ import annotations

import atexit
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from collectbench.measure.process.user_state import state_of_project

SCHEMA = 1
SUFFIX, CHILDREN = ".jsonl", ".children"
ATTEMPTS = 3
PATIENCE_S, PAUSE_S = 5.0, 0.05
"""How long the sentinel of a killed command may take, and how often that is looked at."""


class Ledger:
    """The ledger of this process. All notes do nothing until it is opened.

    Attributes:
        held: a descriptor that the sentinel keeps open; empty if the ledger is not open.
    """

    def __init__(self) -> None:
        self._descriptor = -1
        self._path = Path()
        self._pid = 0
        self.held: tuple[int, ...] = ()

    def open(self, rootdir: Path) -> None:
        """Begin the ledger among those of a project.

        Raises:
            OSError: it cannot be written or locked.
            NoStateDirectoryError: the user has no directory for it.
        """
        if self._path.name:
            return
        for attempt in range(ATTEMPTS):
            try:
                self._open(_directory_of(rootdir) / f"{secrets.token_hex(8)}{SUFFIX}")
                break
            except FileNotFoundError:  # another command has just removed the directory, since it was empty
                if attempt == ATTEMPTS - 1:
                    raise

    def _open(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        hidden = path.with_name(f".{path.name}")
        descriptor = os.open(hidden, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.write(descriptor, f"{SCHEMA}\n".encode())
            hidden.rename(path)  # only now others look at it: it is locked
            children = os.open(path.with_suffix(CHILDREN), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(children, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.utime(children, (0, 0))
        except OSError:
            os.close(descriptor)
            _remove(hidden)
            _remove(path)
            raise
        self._descriptor, self._path, self._pid, self.held = descriptor, path, os.getpid(), (children,)

    def move(self, rootdir: Path) -> None:
        """Put the ledger among those of another project, once it is known which one it is."""
        if not self._path.name or _directory_of(rootdir) == self._path.parent:
            return
        path = _directory_of(rootdir) / self._path.name
        with suppress(OSError):  # it stays where it is
            path.parent.mkdir(parents=True, exist_ok=True)
            self._path.with_suffix(CHILDREN).rename(path.with_suffix(CHILDREN))
            self._path.rename(path)
            _remove_empty(self._path.parent)
            self._path = path

    def note_directory(self, path: Path) -> None:
        """A directory of ours, which is about to be made; everything in it is ours."""
        self._note("directory", os.fspath(path))

    def note_worktree(self, path: Path, toplevel: Path) -> None:
        """A worktree of ours, which is about to be registered in the repository of the user's tree at `toplevel`."""
        self._note("worktree", os.fspath(path), os.fspath(toplevel))

    def _note(self, *values: str) -> None:
        with suppress(OSError):  # such as a full disk
            if self._path.name:
                os.write(self._descriptor, f"{json.dumps(values)}\n".encode())

    def close(self) -> None:
        """Remove the ledger: everything in it is gone. A fork of this process does nothing."""
        if self._path.name and self._pid == os.getpid():
            path, self._path = self._path, Path()
            _remove(path)
            for descriptor in (self._descriptor, *self.held):
                os.close(descriptor)
            self.held = ()


LEDGER = Ledger()
"""The one of this process."""
atexit.register(LEDGER.close)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """What a killed command may have left.

    Attributes:
        directories: temporary directories of ours.
        worktrees: each with the top of the user's tree.
        ended_ns: when the sentinel had ended all children, in the time of files; None if it was killed, too.
    """

    directories: tuple[Path, ...]
    worktrees: tuple[tuple[Path, Path], ...]
    ended_ns: int | None = None


def leftovers(rootdir: Path) -> Iterator[Leftovers]:
    """Yield what each killed command of a project noted; its ledger is removed afterwards, unless an error is raised.

    Raises:
        OSError: a ledger cannot be read.
        NoStateDirectoryError: the user has no directory for ledgers.
    """
    for path in sorted(_directory_of(rootdir).glob(f"[!.]*{SUFFIX}")):
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:  # that command has just ended
            continue
        try:
            if _is_free(descriptor) and path.exists():
                lines = path.read_text(encoding="utf-8").split("\n")[:-1]
                if lines[:1] in ([], [str(SCHEMA)]):  # else a newer version wrote it
                    yield _parse(lines[1:], _await_children(path.with_suffix(CHILDREN)))
                    _remove(path)
        finally:
            os.close(descriptor)


def _parse(lines: list[str], ended_ns: int | None) -> Leftovers:
    notes = [json.loads(line) for line in lines]
    return Leftovers(
        directories=tuple(Path(values[0]) for kind, *values in notes if kind == "directory"),
        worktrees=tuple((Path(values[0]), Path(values[1])) for kind, *values in notes if kind == "worktree"),
        ended_ns=ended_ns,
    )


def _is_free(descriptor: int) -> bool:
    """Take the lock if nobody holds it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _await_children(path: Path) -> int | None:
    """Wait until the sentinel of a killed command has ended the children; returns when that was, None if unknown."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        deadline = time.monotonic() + PATIENCE_S
        while not (is_free := _is_free(descriptor)) and time.monotonic() < deadline:
            time.sleep(PAUSE_S)
        return (os.fstat(descriptor).st_mtime_ns or None) if is_free else None
    finally:
        os.close(descriptor)


def _directory_of(rootdir: Path) -> Path:
    return state_of_project(rootdir) / "runs"


def _remove(path: Path) -> None:
    """Remove a ledger, and its directories if they are empty."""
    with suppress(OSError):
        path.with_suffix(CHILDREN).unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        _remove_empty(path.parent)


def _remove_empty(directory: Path) -> None:
    with suppress(OSError):  # something else is in there
        directory.rmdir()
        directory.parent.rmdir()
