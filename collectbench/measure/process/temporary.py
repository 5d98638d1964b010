"""Temporary directories of ours, each in the ledger before it is made."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from collectbench.measure.process.ledger import LEDGER

PREFIX = "collectbench-"
ATTEMPTS = 100


def make_temporary_directory() -> Path:
    """Make an empty directory that only the user may enter; returns its absolute path.

    Raises:
        OSError: it cannot be made.
    """
    place = Path(os.path.abspath(tempfile.gettempdir()))  # noqa: PTH100 - Path.absolute keeps `..`
    for _ in range(ATTEMPTS):
        path = place / f"{PREFIX}{secrets.token_hex(4)}"
        LEDGER.note_directory(path)
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
            return path
    raise FileExistsError(f"{place}: no free name")


@contextmanager
def temporary_directory() -> Iterator[Path]:
    """Make a directory, and delete it when the block ends.

    Raises:
        OSError: it cannot be made.
    """
    path = make_temporary_directory()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def is_temporary_directory(path: Path) -> bool:
    """Whether such a directory exists, and is the user's own."""
    try:
        state = path.lstat()
    except OSError:
        return False
    return path.name.startswith(PREFIX) and stat.S_ISDIR(state.st_mode) and state.st_uid == os.getuid()


def delete_directory(directory: Path) -> None:
    """Delete a directory as far as possible, also if tests have changed the modes of files in it."""
    for name, inner, _ in os.walk(directory):  # from the top: a directory is made readable before it is listed
        for path in (Path(name) / entry for entry in inner):
            if not path.is_symlink():
                with suppress(OSError):  # files of other users stay
                    path.chmod(stat.S_IRWXU)
    shutil.rmtree(directory, ignore_errors=True)
