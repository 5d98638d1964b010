"""The directories that measured processes change: where pytest starts, its rootdir and cache, the collected paths."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

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
