"""Keeps files for the user beyond the end of the command, outside of his tree."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path

from collectbench.measure.process.user_state import NoStateDirectoryError, state_of_project


def keep(copies: Mapping[Path, Path], root: Path) -> tuple[Path | None, str]:
    """Move copies to a new directory that outlives the command, where they lie as in the tree below `root`.

    Args:
        copies: by the path in the tree, the path of the copy.
        root: the rootdir of the project.

    Returns:
        The directory, None if there is none, and the reason why not all of them are there; empty if they are.
    """
    place = None
    try:
        place = _new_directory(root)
        for path, copy in copies.items():
            to = place_in(place, path, root)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(copy, to)
    except OSError as error:
        return place, f"{error.filename2 or error.filename or place or root}: {error.strerror or error}"
    return place, ""


def place_in(place: Path, path: Path, root: Path) -> Path:
    """The place of the copy of `path` in the directory that `keep` returned."""
    return place / (path.relative_to(root) if path.is_relative_to(root) else str(path).lstrip("/"))


def _new_directory(root: Path) -> Path:
    """A new directory: in the user's state of this project, else among temporary files."""
    stamp = datetime.now(timezone.utc).strftime("%Y%m%d-%H%M%S")
    try:
        kept = state_of_project(root) / "kept"
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{stamp}-", dir=kept))
    except (OSError, NoStateDirectoryError):
        return Path(tempfile.mkdtemp(prefix="collectbench-kept-"))
