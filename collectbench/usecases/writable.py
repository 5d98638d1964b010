"""Refuses a directory that takes no file before measuring begins: nobody waits minutes for that."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from collectbench.model.errors import UsageError


def require_writable(directory: Path, what: str, option: str) -> None:
    """Make a directory for `what`, such as baselines, and try whether a file can be made in it.

    `option` gives another directory; the key of the configuration has the same name.

    Raises:
        UsageError: it is not a directory, or takes no file.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        descriptor, probe = tempfile.mkstemp(dir=directory, prefix=".collectbench-")
        os.close(descriptor)
        Path(probe).unlink()
    except OSError as error:
        why = "it is not a directory" if isinstance(error, FileExistsError) else error.strerror
        raise UsageError(
            f"{directory}: {what} cannot be written there: {why}; "
            f"give another directory with {option} or the key {option.removeprefix('--')}"
        ) from error
