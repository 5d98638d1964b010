"""The directory of our own in which files outlive a command: per user and per project, never in the user's tree."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from collectbench.model.errors import CollectbenchError


class NoStateDirectoryError(CollectbenchError):
    """The user has no home directory, so nothing can outlive a command there."""


def state_of_project(rootdir: Path, environ: Mapping[str, str] = os.environ) -> Path:
    """`$XDG_STATE_HOME/collectbench/NAME-DIGEST` of a project, by default below ~/.local/state. It may not exist yet.

    The digest is of the real path of `rootdir`, so that two projects of one name are kept apart, and all ways to
    one project lead to one directory.

    Raises:
        NoStateDirectoryError: neither XDG_STATE_HOME nor the home directory is an absolute path.
    """
    # An empty or relative XDG_STATE_HOME counts as unset: XDG Base Directory Specification, section 2.
    given = Path(environ.get("XDG_STATE_HOME", ""))
    home = given if given.is_absolute() else Path(environ.get("HOME", "")) / ".local" / "state"
    if not home.is_absolute():
        raise NoStateDirectoryError("HOME is not set: set it, or set XDG_STATE_HOME to a directory of your own")
    real = os.fsencode(os.path.realpath(rootdir))
    digest = hashlib.sha256(real).hexdigest()[:12]
    return home / "collectbench" / f"{Path(os.fsdecode(real)).name or 'root'}-{digest}"
