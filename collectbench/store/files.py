"""Writes files completely or not at all, and reads documents with errors that name the file and its fault."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import stat
from pathlib import Path
from typing import TypeVar

from collectbench.model.errors import BaselineError
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.store.documents import Kind, from_document
from collectbench.store.shapes import DecodeError
from collectbench.store.upgrades import DocumentError

T = TypeVar("T")

_WAYS_OUT = ("restore the file from version control", Remedy(action=Action.REMAKE_BASELINE))
"""What the user can do about a damaged file."""


def write_atomically(path: Path, text: str, errors: str = "backslashreplace") -> None:
    """Write a file so that a reader finds the old content or the new one, also after a power cut.

    The target of a symlink is written, and an existing file keeps its mode. A file that is not regular (a pipe,
    /dev/stdout) has no old content to protect and is written directly. The encoding is UTF-8; `errors` says
    what becomes of surrogates, which UTF-8 lacks.

    Raises:
        OSError: the directory is missing or read-only, the disk is full …; the old file is untouched.
    """
    content = text.encode("utf-8", errors)
    target = Path(os.path.realpath(path))
    mode = _mode(path)
    if mode is not None and not stat.S_ISREG(mode):
        path.write_bytes(content)
        return
    # A short name, because the target's may be as long as the file system allows.
    temporary = target.with_name(f".collectbench-{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            if mode is not None:
                os.fchmod(file.fileno(), stat.S_IMODE(mode))
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:  # an interrupt as well as a full disk
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(target.parent)


def read_document(path: Path, kind: Kind[T]) -> T:
    """Read the value in a file that holds a document of a kind.

    Raises:
        BaselineError: the file is missing, unreadable, damaged, of another kind or of a newer schema.
    """
    return _decoded(path, _read(path), kind)


def document_in(content: bytes, path: Path, kind: Kind[T]) -> T:
    """Read the value in the bytes of a file; `path` is only its name in messages.

    Raises:
        BaselineError: it is damaged, of another kind or of a newer schema.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _damaged(f"{path} is not UTF-8 text (byte {error.start})") from error
    return _decoded(path, text, kind)


def _decoded(path: Path, text: str, kind: Kind[T]) -> T:
    try:
        return from_document(_parse(path, text), kind)
    except DocumentError as error:
        raise BaselineError(f"{path}: {error}") from error
    except DecodeError as error:
        raise _damaged(f"{path} is damaged: {error}") from error


def kind_of_file(path: Path) -> str:
    """Return the kind of the document in a file: `collectbench.run`.

    Raises:
        BaselineError: the file is missing, unreadable, or no document of ours.
    """
    data = _parse(path, _read(path))
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str):
        raise BaselineError(f"{path} is not a document of collectbench: it has no kind")
    return kind


def sync_directory(directory: Path) -> None:
    """Have the names of files survive a power cut.

    Some file systems cannot do this for a directory: then the complete old file may be back.
    """
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _read(path: Path) -> str:
    try:
        # Accepts a byte order mark, which some editors write.
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        save = Remedy(action=Action.SAVE_BASELINE, value=str(path) if path.suffix == ".json" else "")
        raise BaselineError(Reason(f"{path} does not exist", (save,))) from error
    except IsADirectoryError as error:
        raise BaselineError(f"{path} is a directory; name a file in it") from error
    except UnicodeDecodeError as error:
        raise _damaged(f"{path} is not UTF-8 text (byte {error.start})") from error
    except OSError as error:
        raise BaselineError(f"{path} cannot be read: {error.strerror}; check path and permissions") from error
    if not text.strip():
        raise _damaged(f"{path} is empty")
    return text


def _parse(path: Path, text: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _damaged(f"{path} is not JSON or was cut off: {error.msg} ({place})") from error
    except (ValueError, RecursionError) as error:  # thousands of digits, or of brackets
        raise _damaged(f"{path} is not a document of collectbench: {error}") from error


def _damaged(fact: str) -> BaselineError:
    return BaselineError(Reason(fact=fact, remedies=_WAYS_OUT))
