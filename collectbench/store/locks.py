"""Lets one process at a time change the files of a directory."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_S = 60.0
"""How long to wait for others, which hold the lock for the time of one reading and writing."""

INTERVAL_S = 0.01

HELD = frozenset((errno.EAGAIN, errno.EACCES))


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the lock of a directory in the block; processes that hold it come one after another.

    The lock is on the directory itself: one on a file in it ends with the next rename, and a lock file would stay
    behind. Some network file systems cannot lock a directory: there the block runs unlocked.

    Raises:
        OSError: the directory cannot be opened, or others hold the lock for a minute.
    """
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)  # unlocks


def _lock(descriptor: int) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in HELD:
                return
            if time.monotonic() > deadline_s:
                raise TimeoutError(errno.ETIMEDOUT, "another process has locked the directory for a minute") from error
            time.sleep(INTERVAL_S)
        else:
            return
