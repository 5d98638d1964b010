"""The files that another machine needs to measure the user's tree: all but caches, environments and metadata."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from collectbench.attribution.origins import INSTALLED
from collectbench.checkouts.checkout import ENVIRONMENT_MARKERS
from collectbench.checkouts.current_files import files_within
from collectbench.checkouts.git import Git
from collectbench.checkouts.sharing import CACHES, METADATA

IGNORED = ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")

OMITTED = CACHES | {"node_modules", *INSTALLED}
"""Directories whose files are made again if missing, belong to an environment, or are never collected."""


def needed_of_repository(git: Git) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the needed files of a working tree, and the repositories in it, relative to its top, sorted.

    The files are tracked, untracked, or ignored, such as built modules. A tracked file may be missing in the tree.

    Raises:
        CheckoutError: git cannot list the files.
        Interrupted: a signal arrived.
    """
    files, repositories = files_within(git)
    listed = git.require(f"{git.cwd}: the ignored files cannot be listed", *IGNORED).entries
    ignored = (path for entry in listed for path in needed_below(git.cwd, entry))
    return tuple(sorted({*files, *ignored})), repositories


def needed_below(top: Path, entry: str = "") -> Iterator[str]:
    """Yield the needed files and links at and below an entry, relative to `top`; a directory ends in `/`, or is empty.

    Links are not followed.
    """
    path = PurePosixPath(entry)
    if any(map(_is_omitted, path.parts)) or path.suffix == ".pyc":
        return
    if entry and not entry.endswith("/"):
        yield entry
        return
    if _is_environment(top / entry):
        return
    for place, directories, names in os.walk(top / entry):
        links = [name for name in directories if (Path(place) / name).is_symlink()]
        wanted = (name for name in sorted(directories) if name not in links and not _is_omitted(name))
        directories[:] = [name for name in wanted if not _is_environment(Path(place) / name)]
        files = (name for name in (*names, *links) if not name.endswith(".pyc"))
        yield from sorted((Path(place) / name).relative_to(top).as_posix() for name in files)


def _is_omitted(name: str) -> bool:
    return name in OMITTED or name.endswith(METADATA)


def _is_environment(directory: Path) -> bool:
    return any((directory / marker).exists() for marker in ENVIRONMENT_MARKERS)
