"""The files below one directory, read and replaced without ever leaving it: no symbolic link is followed.

Each directory on the way is opened from the one above (openat), so nobody can put a link into the way between the check
and the write.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from collectbench.store.edits.attributes import NotKeptError, take_over

_TEMPORARY = re.compile(r"\.collectbench-[0-9a-f]{16}\.tmp")
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_CACHE = "__pycache__"
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class RefusedError(Exception):
    """A file that is not read or written. The message is a clause without a full stop and without the path."""


class OutsideError(RefusedError):
    """A path that does not lie in the directory at all."""


def temporary_name() -> str:
    """Return a name for the file that is written before it takes the place of another one."""
    return f".collectbench-{secrets.token_hex(8)}.tmp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files below `root`, an absolute directory, by paths relative to it with `/`."""

    root: Path

    def read(self, path: str) -> bytes | None:
        """Return the bytes of a file that may be rewritten; None if nothing of that name exists.

        Raises:
            OutsideError: it lies outside of the root.
            RefusedError: it lies behind a symbolic link, is not a regular file, is read-only for this user, or has
                several hard links.
        """
        try:
            with self._directory_of(path) as (directory, name):
                return _content(directory, name)
        except FileNotFoundError:
            return None

    def missing_directories(self, path: str) -> tuple[str, ...]:
        """Return the directories that must be made before a file can be written, the outermost first.

        Raises:
            RefusedError: as `read`.
        """
        parts = _parts(path)[:-1]
        directories = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        return tuple(each for each in directories if not (self.root / each).exists())

    def make_directory(self, path: str) -> None:
        """Make one directory.

        Raises:
            RefusedError: as `read`.
            OSError: it cannot be made.
        """
        with self._directory_of(path) as (directory, name):
            os.mkdir(name, dir_fd=directory)

    def remove_directory(self, path: str) -> None:
        """Remove a directory if it is empty, or holds nothing but the bytecode of files that are gone."""
        self._remove_lone_cache(path)
        with suppress(OSError, RefusedError), self._directory_of(path) as (directory, name):
            os.rmdir(name, dir_fd=directory)

    def _remove_lone_cache(self, path: str) -> None:
        with (
            suppress(OSError, RefusedError),
            self._directory_of(f"{path}/{_CACHE}/x") as (cache, _),
            self._directory_of(f"{path}/x") as (directory, _),
        ):
            if os.listdir(directory) == [_CACHE]:  # noqa: PTH208 - of an open directory
                for name in os.listdir(cache):  # noqa: PTH208
                    os.unlink(name, dir_fd=cache)
                os.rmdir(_CACHE, dir_fd=directory)

    def replace(self, path: str, before: bytes | None, after: bytes | None, temporary: str) -> None:
        """Give a file new bytes in one step, if it still has the old ones. None is a file that does not exist.

        Owner, group, mode and extended attributes stay. `temporary` is the name of the file in the same directory
        that is written first; it is gone afterwards, unless the process is killed.

        Raises:
            RefusedError: as `read`, or the file has changed meanwhile, or it could not keep its owner or attributes.
            OSError: it cannot be written; the file is untouched.
        """
        with self._directory_of(path) as (directory, name):
            if after is None:
                self._require(directory, name, before)
                os.unlink(name, dir_fd=directory)
            else:
                self._write(directory, name, before, after, temporary)
            with suppress(OSError):  # some file systems cannot sync a directory
                os.fsync(directory)

    def _write(self, directory: int, name: str, before: bytes | None, after: bytes, temporary: str) -> None:
        self._require(directory, name, before)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(temporary, flags, 0o666 if before is None else 0o600, dir_fd=directory)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(after)
                file.flush()
                if before is not None:
                    _take_over(directory, name, descriptor)
                os.fsync(descriptor)
            self._require(directory, name, before)
            if before is None:  # a link fails if somebody has made the file meanwhile, a rename would overwrite it
                os.link(temporary, name, src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=False)
                os.unlink(temporary, dir_fd=directory)
            else:
                os.rename(temporary, name, src_dir_fd=directory, dst_dir_fd=directory)
        except BaseException:
            with suppress(OSError):
                os.unlink(temporary, dir_fd=directory)
            raise

    def remove_temporary(self, path: str, temporary: str) -> None:
        """Remove what a killed `replace` of this file has left, if it has such a name."""
        if not _TEMPORARY.fullmatch(temporary):
            return
        with suppress(OSError, RefusedError), self._directory_of(path) as (directory, _):
            os.unlink(temporary, dir_fd=directory)

    @staticmethod
    def _require(directory: int, name: str, before: bytes | None) -> None:
        try:
            now = _content(directory, name)
        except FileNotFoundError:
            now = None
        if now != before:
            raise RefusedError("it has changed meanwhile" if now is not None else "it is gone")

    @contextmanager
    def _directory_of(self, path: str) -> Iterator[tuple[int, str]]:
        """Open the directory of a path, and yield it with the last part of the path."""
        *above, name = _parts(path)
        opened = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for part in above:
                inner = _opened(part, opened)
                os.close(opened)
                opened = inner
            yield opened, name
        finally:
            os.close(opened)


def _parts(path: str) -> tuple[str, ...]:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        raise OutsideError("it lies outside of the project")
    return parts


def _opened(part: str, above: int) -> int:
    try:
        return os.open(part, _DIRECTORY, dir_fd=above)
    except NotADirectoryError:
        raise RefusedError(f"{part} on its way is a symbolic link or not a directory") from None
    except OSError as error:
        if stat.S_ISLNK(os.stat(part, dir_fd=above, follow_symlinks=False).st_mode):  # ELOOP, by its name
            raise RefusedError(f"{part} on its way is a symbolic link") from error
        raise


def _content(directory: int, name: str) -> bytes:
    status = os.stat(name, dir_fd=directory, follow_symlinks=False)
    if stat.S_ISLNK(status.st_mode):
        raise RefusedError("it is a symbolic link")
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError("it is not a regular file")
    if status.st_nlink > 1:
        raise RefusedError(f"it has {status.st_nlink} hard links, and the others would keep the old content")
    if not status.st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH):  # root could write it all the same
        raise RefusedError("it is read-only")
    if not os.access(name, os.W_OK, dir_fd=directory, effective_ids=True):  # who owns the directory could replace it
        raise RefusedError("you have no permission to write it")
    with os.fdopen(os.open(name, _FILE, dir_fd=directory), "rb") as file:
        return file.read()


def _take_over(directory: int, name: str, new: int) -> None:
    old = os.open(name, _FILE, dir_fd=directory)
    try:
        take_over(old, new)
    except NotKeptError as error:
        raise RefusedError(str(error)) from None
    finally:
        os.close(old)
