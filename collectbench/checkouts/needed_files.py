"""The files that another machine needs to have the user's tree as it is: all but what environments and caches hold.

Bytecode is among them: a tree that was collected before looks the same there, and nothing is compiled again. An omitted
directory stays as an empty one, since pytest counts what it passes by.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from collectbench.attribution.origins import INSTALLED
from collectbench.checkouts.checkout import ENVIRONMENT_MARKERS
from collectbench.checkouts.current_files import files_within
from collectbench.checkouts.git import Git
from collectbench.checkouts.sharing import CACHES

IGNORED = ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")

OMITTED = (CACHES - {"__pycache__"}) | {"node_modules", *INSTALLED}
"""Directories whose contents are made again if missing, belong to an environment, or are never collected."""


def needed_of_repository(git: Git) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the needed files and empty directories (ending in `/`) of a working tree, and the repositories in it.

    All are relative to its top, and sorted. The files are tracked, untracked, or ignored, such as built modules. A
    tracked file may be missing in the tree.

    Raises:
        CheckoutError: git cannot list the files.
        Interrupted: a signal arrived.
    """
    files, repositories = files_within(git)
    known: dict[str, bool] = {"": False}
    own = (path for path in files if not _is_in_environment(git.cwd, path.rpartition("/")[0], known))
    listed = git.require(f"{git.cwd}: the ignored files cannot be listed", *IGNORED).entries
    ignored = (path for entry in listed for path in needed_below(git.cwd, entry))
    return tuple(sorted({*own, *ignored})), repositories


def needed_below(top: Path, entry: str = "") -> Iterator[str]:
    """Yield what is needed of an entry, relative to `top`, in the same form; a directory ends in `/`, or is empty.

    Links are not followed.
    """
    if entry and not entry.endswith("/"):
        if not any(part in OMITTED for part in PurePosixPath(entry).parts):
            yield entry
        return
    if _is_omitted(top / entry, PurePosixPath(entry).name):
        yield from _emptied(top, entry)
        return
    for place, directories, names in os.walk(top / entry):
        inside = Path(place).relative_to(top)
        links = [name for name in directories if (Path(place) / name).is_symlink()]
        omitted = [name for name in directories if name not in links and _is_omitted(Path(place) / name, name)]
        directories[:] = sorted(set(directories).difference(links, omitted))
        yield from sorted((inside / name).as_posix() for name in (*names, *links))
        for name in sorted(omitted):
            yield from _emptied(top, f"{(inside / name).as_posix()}/")


def _emptied(top: Path, directory: str) -> Iterator[str]:
    """What stays of an omitted directory: itself, and the file by which pytest knows an environment. `.git` is ours."""
    if PurePosixPath(directory).name != ".git":
        yield directory
        yield from (f"{directory}{marker}" for marker in ENVIRONMENT_MARKERS if (top / directory / marker).is_file())


def _is_omitted(directory: Path, name: str) -> bool:
    return name in OMITTED or any((directory / marker).exists() for marker in ENVIRONMENT_MARKERS)


def _is_in_environment(top: Path, directory: str, known: dict[str, bool]) -> bool:
    """Whether a directory belongs to an environment that git does not ignore."""
    if directory not in known:
        is_one = any((top / directory / marker).exists() for marker in ENVIRONMENT_MARKERS)
        known[directory] = is_one or _is_in_environment(top, directory.rpartition("/")[0], known)
    return known[directory]
