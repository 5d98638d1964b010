"""Puts the user's tree back as it was: `.pytest_cache`, folders that plugins make, files that tests write or delete.

What the measured process touches is known from the first round of each target, in which the probe carries its guard
(probe/guard.py): it notes a path, and copies a file, before the act. Only those paths are put back, so what the user
or another program changes meanwhile is safe.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

ROOT_MARKS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg", "setup.py")
"""The files by which pytest finds its rootdir, and so where it keeps its cache: _pytest/config/findpaths.py."""


def roots_elsewhere(cwd: Path, known: Iterable[Path], paths: Iterable[str]) -> tuple[Path, ...]:
    """What the guard is to watch besides `cwd`, where it watches anyway.

    Args:
        cwd: the folder in which the process is started.
        known: pytest's rootdir and its cache, as far as they are known.
        paths: what is collected, relative to `cwd` or absolute; outside of it, pytest takes the project around.
    """
    real = cwd.resolve()
    collected = [Path(os.path.normpath(real / path)) for path in paths]
    outside = [path for path in collected if not path.is_relative_to(real) and not path.is_relative_to(cwd)]
    roots = dict.fromkeys((*known, *map(_project_around, outside)))
    return tuple(root for root in roots if not root.is_relative_to(real) and root != Path(root.anchor))


def _project_around(path: Path) -> Path:
    folders = (path, *path.parents)
    return next((folder for folder in folders if any((folder / mark).is_file() for mark in ROOT_MARKS)), path)


class _File(NamedTuple):
    mode: int
    atime_ns: int
    mtime_ns: int
    copy: Path


class _Folder(NamedTuple):
    mode: int
    atime_ns: int
    mtime_ns: int


class UserTree:
    """All paths that measured processes were seen to touch, with what they were before the first touch.

    Attributes:
        unkept: paths that cannot be put back, with the reason.
    """

    def __init__(self, keep: Path) -> None:
        self._keep = keep
        self._before: dict[Path, _File | _Folder | str | None] = {}
        self.unkept: dict[Path, str] = {}

    def learn(self, notes: Iterable[tuple[str, object]], folder: Path) -> None:
        """Take over what a guarded round noted; the copies that it made in `folder` are moved to a place of our own."""
        for kind, value in notes:
            match (kind, value):
                case ("made", str(path)):
                    self._before.setdefault(Path(path), None)
                case ("link", (str(path), str(goal))):
                    self._before.setdefault(Path(path), goal)
                case ("folder", (str(path), int(mode), int(atime), int(mtime))):
                    self._before.setdefault(Path(path), _Folder(mode, atime, mtime))
                case ("file", (str(path), int(mode), int(atime), int(mtime), str(name))):
                    if Path(path) not in self._before:
                        copy = self._keep / f"{len(self._before)}"
                        shutil.move(folder / name, copy)
                        self._before[Path(path)] = _File(mode, atime, mtime, copy)
                case ("unkept", (str(path), str(reason))):
                    self.unkept[Path(path)] = reason

    def restore(self) -> None:
        """Make every known path what it was. Paths that are as they were are not touched."""
        known = sorted(self._before.items(), key=lambda entry: entry[0])
        for path, was in reversed(known):
            if was is None:
                self._attempt(_remove, path)
        for path, was in known:
            match was:
                case str():
                    self._attempt(_restore_link, path, was)
                case _Folder():
                    self._attempt(_restore_folder, path)
                case _File():
                    self._attempt(_restore_file, path, was)
        for path, was in reversed(known):  # last: what is put back into a folder needs its mode and changes its time
            if isinstance(was, _Folder):
                self._attempt(_restore_attributes, path, was)

    def _attempt(self, act: Callable[..., None], path: Path, *was: object) -> None:
        try:
            act(path, *was)
        except OSError as error:
            self.unkept[path] = f"could not be put back ({error.strerror or error})"


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _restore_link(path: Path, goal: str) -> None:
    if not (path.is_symlink() and str(path.readlink()) == goal):
        _remove(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(goal)


def _restore_folder(path: Path) -> None:
    if path.is_symlink() or not path.is_dir():
        _remove(path)
        path.mkdir(parents=True)


def _restore_file(path: Path, was: _File) -> None:
    if not _is_same(path, was):
        if path.is_symlink() or not path.is_file():
            _remove(path)
        else:
            path.chmod(was.mode | 0o200)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(was.copy, path)
    _restore_attributes(path, was)


def _is_same(path: Path, was: _File) -> bool:
    try:
        state = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return state.st_mtime_ns == was.mtime_ns and state.st_size == was.copy.stat().st_size and not path.is_symlink()


def _restore_attributes(path: Path, was: _File | _Folder) -> None:
    state = path.stat()
    if state.st_mode & 0o7777 != was.mode:
        path.chmod(was.mode)
    if state.st_mtime_ns != was.mtime_ns:
        os.utime(path, ns=(was.atime_ns, was.mtime_ns))
