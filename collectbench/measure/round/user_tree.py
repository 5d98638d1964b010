"""Restores the user's tree: `.pytest_cache`, directories that plugins make, files that tests write or delete.

In the first round of each target the probe carries its guard (probe/guard.py): before the measured process changes a
path, the guard notes the path, and copies it if it is a file. Only those paths are restored, so changes that the user
or another program makes meanwhile are safe.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

ROOT_MARKS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "setup.py")
"""The files by which pytest finds its rootdir, and so the place of its cache: _pytest/config/findpaths.py."""


def roots_elsewhere(cwd: Path, known: Iterable[Path], paths: Iterable[str]) -> tuple[Path, ...]:
    """The directories that the guard watches besides `cwd`, which it always watches.

    Args:
        cwd: the directory in which the process is started.
        known: pytest's rootdir and its cache, if known.
        paths: the paths to collect, relative to `cwd` or absolute; outside of `cwd`, pytest takes the project around.
    """
    real_cwd = cwd.resolve()
    collected = [Path(os.path.normpath(real_cwd / path)) for path in paths]
    outside = [path for path in collected if not path.is_relative_to(real_cwd) and not path.is_relative_to(cwd)]
    roots = dict.fromkeys((*known, *map(_project_around, outside)))
    return tuple(root for root in roots if not root.is_relative_to(real_cwd) and root != Path(root.anchor))


def _project_around(path: Path) -> Path:
    """The nearest directory from `path` upwards that holds a file of ROOT_MARKS; `path` itself if there is none."""
    directories = (path, *path.parents)
    return next((place for place in directories if any((place / mark).is_file() for mark in ROOT_MARKS)), path)


class _File(NamedTuple):
    mode: int
    atime_ns: int
    mtime_ns: int
    copy: Path


class _Directory(NamedTuple):
    mode: int
    atime_ns: int
    mtime_ns: int


_Original = _File | _Directory | str | None
"""The state of a path before its first change: a file, a directory, the destination of a link, or nothing."""


class UserTree:
    """All paths that measured processes changed, with their state before the first change.

    Attributes:
        unkept: paths that cannot be restored, with the reason.
    """

    def __init__(self, copies: Path) -> None:
        """Keep copies of files in the directory `copies`."""
        self._copies = copies
        self._originals: dict[Path, _Original] = {}
        self.unkept: dict[Path, str] = {}

    def learn(self, notes: Iterable[tuple[str, object]], directory: Path) -> None:
        """Take over the notes of a guarded round, and move the copies that it made in `directory`."""
        for kind, value in notes:
            match (kind, value):
                case ("made", str(path)):
                    self._originals.setdefault(Path(path), None)
                case ("link", (str(path), str(destination))):
                    self._originals.setdefault(Path(path), destination)
                case ("folder", (str(path), int(mode), int(atime), int(mtime))):
                    self._originals.setdefault(Path(path), _Directory(mode, atime, mtime))
                case ("file", (str(path), int(mode), int(atime), int(mtime), str(name))):
                    if Path(path) not in self._originals:
                        copy = self._copies / f"{len(self._originals)}"
                        shutil.move(directory / name, copy)
                        self._originals[Path(path)] = _File(mode, atime, mtime, copy)
                case ("unkept", (str(path), str(reason))):
                    self.unkept[Path(path)] = reason

    def restore(self) -> None:
        """Give each known path its original state. Paths that have that state are not touched."""
        originals = sorted(self._originals.items(), key=lambda entry: entry[0])
        for path, original in reversed(originals):
            if original is None:
                self._attempt(_remove, path)
        for path, original in originals:
            match original:
                case str():
                    self._attempt(_restore_link, path, original)
                case _Directory():
                    self._attempt(_restore_directory, path)
                case _File():
                    self._attempt(_restore_file, path, original)
        # Last, since restoring a file may need the present mode of its directory, and changes the directory's time.
        for path, original in reversed(originals):
            if isinstance(original, _Directory):
                self._attempt(_restore_attributes, path, original)

    def _attempt(self, action: Callable[..., None], path: Path, *arguments: object) -> None:
        try:
            action(path, *arguments)
        except OSError as error:
            self.unkept[path] = f"could not be restored ({error.strerror or error})"


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _restore_link(path: Path, destination: str) -> None:
    if not (path.is_symlink() and str(path.readlink()) == destination):
        _remove(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(destination)


def _restore_directory(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        _remove(path)
        path.mkdir(parents=True)


def _restore_file(path: Path, original: _File) -> None:
    if not _is_same(path, original):
        if path.is_symlink() or not path.is_file():
            _remove(path)
        else:
            path.chmod(original.mode | 0o200)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original.copy, path)
    _restore_attributes(path, original)


def _is_same(path: Path, original: _File) -> bool:
    try:
        state = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return (
        state.st_mtime_ns == original.mtime_ns
        and state.st_size == original.copy.stat().st_size
        and not path.is_symlink()
    )


def _restore_attributes(path: Path, original: _File | _Directory) -> None:
    state = path.stat()
    if state.st_mode & 0o7777 != original.mode:
        path.chmod(original.mode)
    if state.st_mtime_ns != original.mtime_ns:
        os.utime(path, ns=(original.atime_ns, original.mtime_ns))
