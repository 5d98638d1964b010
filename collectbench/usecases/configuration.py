"""The configuration that the user names, or that is found."""

from __future__ import annotations

from pathlib import Path

from collectbench.config import Config, find_config, load_config
from collectbench.model.errors import UsageError


def read_config(file: Path | None, cwd: Path) -> Config:
    """The configuration in `file`; without one, the nearest from `cwd` upwards, or the defaults.

    Raises:
        UsageError: all mistakes in it.
    """
    path = file if file is not None else find_config(cwd)
    if path is not None and file is not None and not path.is_file():
        raise UsageError(f"--config {path}: no such file")
    return load_config(path.absolute()) if path is not None else Config()
