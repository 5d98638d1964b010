"""The history: a file for each run, in a directory for each environment. Nothing is merged, and nothing is locked.

A name is never used twice, so processes that record at the same time, and branches that git merges, do not meet.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collectbench.model.errors import BaselineError, UsageError
from collectbench.model.history import Record
from collectbench.store.documents import RECORD, to_document
from collectbench.store.files import read_document, sync_directory
from collectbench.store.history_names import SUFFIX, record_path
from collectbench.store.layout import layout
from collectbench.store.upgrades import NewerSchemaError

_TEMPORARY = re.compile(r"\.collectbench-[0-9a-f]{16}\.tmp")
_LEFT_BEHIND_S = 3600.0
"""No writer takes an hour, so an older temporary file is that of a killed one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHistory:
    """The readable records of a directory.

    Attributes:
        records: each with the name of its environment, by environment and then by time.
        notes: what could not be read, and what to do about it.
    """

    records: tuple[tuple[str, Record], ...]
    notes: tuple[str, ...] = ()


def write_record(record: Record, directory: Path) -> Path:
    """Write a record into the history as a file of its own, complete or not at all; returns the file.

    Temporary files that killed writers left there an hour ago or earlier are deleted.

    Raises:
        OSError: the directory cannot be made or written, or the disk is full. No file is changed.
    """
    content = layout(to_document(record)).encode("utf-8", "backslashreplace")
    place = record_path(record, directory).parent
    place.mkdir(parents=True, exist_ok=True)
    temporary = place / f".collectbench-{secrets.token_hex(8)}.tmp"
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        path = _put_in_place(temporary, record, directory)
    finally:
        temporary.unlink(missing_ok=True)
    sync_directory(place)
    _delete_left_behind(place)
    return path


def read_history(directory: Path) -> StoredHistory:
    """Return all records in a history, in the order of their commits, and notes on the files that are none.

    A file that a writer has not finished is not looked at.

    Raises:
        UsageError: the directory is not a history: it is missing, cannot be listed, or is that of one environment.
        BaselineError: it has no record that can be read, or some that only a newer version of collectbench reads.
    """
    records: list[tuple[str, Record]] = []
    notes: list[str] = []
    newer: list[str] = []
    for environment, file in _files(directory, notes):
        try:
            records.append((environment, _read(file)))
        except BaselineError as error:
            found = newer if isinstance(error.__cause__, NewerSchemaError) else notes
            found.append(_problem(file, error))
    if newer:
        more = f", and {len(newer) - 1} more like it" if len(newer) > 1 else ""
        raise BaselineError(f"{newer[0]}{more}")
    if not records:
        raise BaselineError(*notes, f"{directory}: no run is recorded there")
    records.sort(key=lambda pair: (pair[0], pair[1].place))
    return StoredHistory(records=tuple(records), notes=tuple(notes))


def recorded_commits(directory: Path, environment: str) -> frozenset[str]:
    """Return the commits that have a record in an environment without changes in the working tree.

    A history that does not exist yet has none.

    Raises:
        UsageError, BaselineError: as `read_history`, except that an empty history is not an error.
    """
    notes: list[str] = []
    commits = set[str]()
    for name, file in _files(directory, notes) if directory.exists() else ():
        if name == environment:
            with contextlib.suppress(BaselineError):
                record = _read(file)
                commits |= {record.commit} if record.commit and not record.dirty else set()
    return frozenset(commits)


def _put_in_place(temporary: Path, record: Record, directory: Path) -> Path:
    """Give a complete file its name, and never that of another one."""
    while True:
        path = record_path(record, directory)
        try:
            os.link(temporary, path)
        except FileExistsError:
            continue
        except OSError:
            if path.exists():
                continue
            temporary.rename(path)  # this file system has no hard links
        return path


def _delete_left_behind(place: Path) -> None:
    """Delete what killed writers left. Another process may do the same."""
    with contextlib.suppress(OSError):
        for path in place.iterdir():
            if _TEMPORARY.fullmatch(path.name) and time.time() - path.lstat().st_mtime > _LEFT_BEHIND_S:
                path.unlink(missing_ok=True)


def _files(directory: Path, notes: list[str]) -> Iterator[tuple[str, Path]]:
    """Yield each file that may be a record, with the name of its environment; others go to the notes."""
    for path in _listed(directory):
        if path.is_dir():
            try:
                inside = _listed(path)
            except UsageError as error:
                notes.append(str(error))
                continue
            yield from ((path.name, file) for file in inside if file.suffix == SUFFIX)
        elif path.suffix == SUFFIX:
            if (name := _name_of_environment(directory)) and _is_record(path):
                raise UsageError(f"{directory} holds the records of one environment ({name}); give {directory.parent}")
            notes.append(f"{path}: not in the directory of an environment, so it is not used; move it there")


def _listed(directory: Path) -> list[Path]:
    try:
        return sorted(path for path in directory.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        raise UsageError(f"{directory} does not exist, so there is no history") from None
    except NotADirectoryError:
        raise UsageError(f"{directory} is not a directory, so it is not a history") from None
    except OSError as error:
        raise UsageError(f"{directory} cannot be listed: {error.strerror}; check its permissions") from None


def _name_of_environment(directory: Path) -> str:
    name = directory.resolve().name
    return name if "_pytest" in name else ""


def _is_record(path: Path) -> bool:
    try:
        _read(path)
    except BaselineError:
        return False
    return True


def _read(path: Path) -> Record:
    if not path.is_file():
        raise BaselineError(f"{path} is not a regular file")  # a pipe would block for ever
    return read_document(path, RECORD)


def _problem(path: Path, error: BaselineError) -> str:
    fact = "; ".join(reason.fact for reason in error.reasons)
    if isinstance(error.__cause__, NewerSchemaError):
        return fact
    return f"{fact}: it is not used; restore it from version control, or delete it"
