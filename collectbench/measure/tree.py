"""Puts the user's tree back as it was: `.pytest_cache`, folders that plugins make, files that tests write or delete.

What the measured process touches is known from the first round of each target, in which the probe carries its guard
(probe/guard.py): it notes a path, and copies a file, before the act. Only those paths are put back, so what the user
or another program changes meanwhile is safe.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class _File(NamedTuple):
    mode: int
    atime_ns: int
    mtime_ns: int
    copy: Path


class _Folder(NamedTuple):
    mode: int
    atime_ns: int
    mtime_ns: int


class Tree:
    """All paths that measured processes were seen to touch, with what they were before the first touch."""

    def __init__(self, keep: Path) -> None:
        self._keep = keep
        self._before: dict[Path, _File | _Folder | str | None] = {}
        self.unkept: list[str] = []

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
                    if Path(path) not in self._before and (folder / name).exists():
                        copy = self._keep / f"{len(self._before)}"
                        shutil.move(folder / name, copy)
                        self._before[Path(path)] = _File(mode, atime, mtime, copy)
                case ("unkept", str(path)):
                    self.unkept.append(path)

    def restore(self) -> None:
        """Make every known path what it was. Paths that are as they were are not touched."""
        for path in sorted((path for path, was in self._before.items() if was is None), reverse=True):
            _remove(path)
        for path, was in sorted(self._before.items(), key=lambda entry: entry[0]):
            if isinstance(was, _Folder) and not path.is_dir():
                path.mkdir(mode=was.mode)
            elif isinstance(was, _File):
                _restore_file(path, was)
            elif isinstance(was, str) and not (path.is_symlink() and str(path.readlink()) == was):
                _remove(path)
                path.symlink_to(was)
        for path, was in sorted(self._before.items(), key=lambda entry: entry[0], reverse=True):
            if isinstance(was, _Folder):
                os.utime(path, ns=(was.atime_ns, was.mtime_ns))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _restore_file(path: Path, was: _File) -> None:
    try:
        state = path.lstat()
        same = state.st_mtime_ns == was.mtime_ns and state.st_size == was.copy.stat().st_size
    except FileNotFoundError:
        same = False
    if not same:
        if not path.is_file() or path.is_symlink():
            _remove(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(was.copy, path)
        path.chmod(was.mode)
        os.utime(path, ns=(was.atime_ns, was.mtime_ns))
