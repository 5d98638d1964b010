"""A copy of the user's tree on a worker, with the process that looks after it (`attendant_program.py`)."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectbench.usecases.fleet.attendant_program import LOCK, remove

PROGRAM = Path(__file__).with_name("attendant_program.py")
PREFIX = "collectbench-worker-"

LOOK_S = 0.5
"""How often a worker looks whether its task was cancelled."""


class AttendantGoneError(Exception):
    """The attendant of a session has ended, so its copy of the tree is gone."""


@dataclass(slots=True)
class AttendedCopy:
    """A directory, the process that looks after it, and the address of the worker that measures in it."""

    directory: Path
    attendant: subprocess.Popen[bytes]
    worker: str = ""
    unread: bytes = b""
    is_warm: bool = False
    _writing: threading.Lock = field(default_factory=threading.Lock)

    def order(self, **order: object) -> None:
        """Tell the attendant to do something. Threads may do that at once: one measures, and another one renews.

        Raises:
            AttendantGoneError: it has ended, or takes no more orders.
        """
        rest = f"{json.dumps(order)}\n".encode()
        try:
            assert self.attendant.stdin is not None  # noqa: S101 - it is a pipe
            with self._writing:
                while rest:
                    rest = rest[os.write(self.attendant.stdin.fileno(), rest) :]
        except (OSError, ValueError) as error:  # the pipe is broken, or closed here
            raise AttendantGoneError from error

    def answer(self, is_wanted: Callable[[], bool]) -> dict[str, Any]:
        """Wait for the next answer. If it is not wanted any more, this session is over.

        Raises:
            AttendantGoneError: the attendant has ended.
        """
        assert self.attendant.stdout is not None  # noqa: S101 - it is a pipe
        descriptor = self.attendant.stdout.fileno()
        while b"\n" not in self.unread:
            ready, _, _ = select.select([descriptor], [], [], LOOK_S)
            if ready:
                block = os.read(descriptor, 2**16)
                if not block:
                    raise AttendantGoneError
                self.unread += block
            elif not is_wanted():
                self.dismiss()
        line, _, self.unread = self.unread.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def dismiss(self) -> None:
        """Let the attendant end what runs, delete the directory, and end."""
        assert self.attendant.stdin is not None  # noqa: S101 - it is a pipe
        with contextlib.suppress(OSError):
            self.attendant.stdin.close()


def new_copy(worker: str) -> AttendedCopy:
    """Make a directory for the copy of a worker, by its address, and start an attendant.

    Raises:
        OSError: the directory cannot be made, or the attendant cannot be started.
    """
    directory, lock = _locked_directory()
    try:
        attendant = subprocess.Popen(
            (sys.executable, "-I", "-S", str(PROGRAM), str(directory)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            pass_fds=(lock,),  # free again when it has ended
            start_new_session=True,
        )
    except OSError:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    finally:
        os.close(lock)
    return AttendedCopy(directory, attendant, worker)


def _locked_directory() -> tuple[Path, int]:
    """Make a directory, and lock it; returns the descriptor that holds the lock, too.

    Until it is locked, it looks to other workers of this machine as if its attendant had been killed. If one of them
    was as quick as that and removes it, another one is made.

    Raises:
        OSError: it cannot be made, or cannot be locked, as on some network file systems.
    """
    while True:
        directory = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = None
        try:
            lock = _lock_of(directory)
        finally:
            if lock is None:
                shutil.rmtree(directory, ignore_errors=True)
        if lock is not None:
            return directory, lock


def _lock_of(directory: Path) -> int | None:
    """The descriptor that holds the lock of a new directory; None if another worker has it, or had and removed it."""
    with contextlib.ExitStack() as unless_locked:
        descriptor = os.open(directory / LOCK, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        unless_locked.callback(os.close, descriptor)
        os.write(descriptor, _host())
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if (directory / LOCK).exists():
                unless_locked.pop_all()
                return descriptor
    return None


def remove_left() -> None:
    """Remove the directories of attendants that were killed: nobody holds their locks. That may take long.

    Those of other users and of other machines stay. Where several machines share a file system, each may see its own
    locks alone.
    """
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if stat.S_ISDIR(_own(directory.lstat()).st_mode):
                _remove_if_left(directory)


def _remove_if_left(directory: Path) -> None:
    descriptor = os.open(directory / LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        is_file = stat.S_ISREG(_own(os.fstat(descriptor)).st_mode)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if is_file and os.read(descriptor, len(_host()) + 1) == _host():
            remove(directory)
    finally:
        os.close(descriptor)


def _own(state: os.stat_result) -> os.stat_result:
    """The state of a file or directory of this user.

    Raises:
        PermissionError: it is somebody else's, who may have put anything there.
    """
    if state.st_uid != os.geteuid():
        raise PermissionError
    return state


def _host() -> bytes:
    return socket.gethostname().encode()
