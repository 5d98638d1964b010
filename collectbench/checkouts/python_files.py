"""The Python files of a directory: those that git tracks or could track, or all of them where there is no git."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator

from collectbench.checkouts.current_files import GITLINK
from collectbench.checkouts.git import Git
from collectbench.model.errors import CheckoutError

LISTED = ("ls-files", "-z", "--stage", "--cached", "--others", "--exclude-standard")

_TRACKED = re.compile(r"([0-7]{6}) [0-9a-f]{40,64} [0-3]\t", re.ASCII)
"""What `--stage` writes before the path of a tracked file. Before others it writes nothing."""

_NEVER = frozenset(("__pycache__", "node_modules"))


def python_files(git: Git) -> tuple[str, ...]:
    """Return the Python files below the directory in which git is started, relative to it, sorted.

    They are regular files that git tracks or does not ignore, those of submodules included; another repository in the
    tree that is not a submodule is not a part of it. Without git, or if git ignores the directory itself, they are all
    Python files outside of hidden directories. Links, virtual environments and installed packages of other languages
    are omitted.

    Raises:
        Interrupted: a signal arrived.
    """
    root = str(git.cwd)
    listed = _listed(git)
    return tuple(sorted(_walked(root, "") if listed is None else _regular(root, listed)))


def _listed(git: Git) -> set[str] | None:
    """The Python files that git knows, deleted ones too; None if it knows nothing about the directory."""
    try:
        answer = git.run(*LISTED)
        if not answer.ok or (not answer.output and git.run("check-ignore", "-q", ".").ok):
            return None
    except CheckoutError:  # no git
        return None
    files = set[str]()
    for entry in answer.entries:
        if entry.endswith(".py"):
            files.add(entry[match.end() :] if (match := _TRACKED.match(entry)) else entry)
        elif entry.startswith(GITLINK) and (match := _TRACKED.match(entry)):
            path = entry[match.end() :]
            if (git.cwd / path / ".git").exists():
                files.update(f"{path}/{each}" for each in _listed(git.in_directory(git.cwd / path)) or ())
    return files


def _regular(root: str, paths: Iterable[str]) -> Iterator[str]:
    places: dict[str, bool] = {"": True}
    for path in paths:
        if _is_place(root, path.rpartition("/")[0], places) and _is_regular(f"{root}/{path}"):
            yield path


def _is_place(root: str, directory: str, places: dict[str, bool]) -> bool:
    """Whether files in a directory count. `places` holds the answers so far."""
    known = places.get(directory)
    if known is None:
        above, _, name = directory.rpartition("/")
        absolute = f"{root}/{directory}"
        known = places[directory] = (
            _is_place(root, above, places)
            and name not in _NEVER
            and not os.path.islink(absolute)  # noqa: PTH114 - one of many
            and not _is_environment(absolute)
        )
    return known


def _is_regular(path: str) -> bool:
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:  # deleted, or not readable
        return False


def _is_environment(directory: str) -> bool:
    return any(os.path.exists(f"{directory}/{mark}") for mark in ("pyvenv.cfg", "conda-meta"))  # noqa: PTH110


def _walked(root: str, start: str) -> Iterator[str]:
    unread = [start]
    while unread:
        directory = unread.pop()
        prefix = f"{directory}/" if directory else ""
        try:
            with os.scandir(f"{root}/{directory}") as scanned:
                entries = list(scanned)
        except OSError:
            continue
        if directory and not {"pyvenv.cfg", "conda-meta"}.isdisjoint(entry.name for entry in entries):
            continue
        for entry in entries:
            if entry.name.endswith(".py") and entry.is_file(follow_symlinks=False):
                yield prefix + entry.name
            elif entry.is_dir(follow_symlinks=False) and not entry.name.startswith(".") and entry.name not in _NEVER:
                unread.append(prefix + entry.name)
