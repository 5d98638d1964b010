"""SQLite databases that a program has open: putting one back, or a file beside it, would destroy it."""

from __future__ import annotations

import os
from pathlib import Path

_SQLITE = b"SQLite format 3\0"
"""The first bytes of each database: https://www.sqlite.org/fileformat.html."""

_BESIDE_A_DATABASE = ("-wal", "-shm", "-journal")
"""The endings of the files that SQLite keeps while a database is open: https://www.sqlite.org/tempfiles.html."""


def belongs_to_open_database(path: Path) -> bool:
    """Whether a path is a SQLite database that a program uses, as the files beside it say, or one of these files."""
    name = next((path.name[: -len(ending)] for ending in _BESIDE_A_DATABASE if path.name.endswith(ending)), path.name)
    base = path.with_name(name) if name else path
    if not any(os.path.lexists(f"{base}{ending}") for ending in _BESIDE_A_DATABASE):
        return False
    try:
        with base.open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False
