"""The user's tree in one file that a worker unpacks: its needed files as they are, and repositories without history.

The layout is that of a tar archive whose only directory is `tree`. The file is named by its digest, which is the same
for the same files, and is sent to each worker once.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.checkouts.file_copies import is_directory_in
from collectbench.checkouts.git import Git
from collectbench.checkouts.needed_files import needed_below, needed_of_repository
from collectbench.checkouts.repository_copies import copy_repository, recorded_commits
from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.model.errors import UsageError
from collectbench.usecases.fleet.attendant_program import TREE

CHUNK_BYTES = 2**20
REWRITTEN = "-pytest-"
"""In the names of the files in which pytest keeps bytecode."""
BLOCK_BYTES = 4096
"""Files take whole blocks of a disk; this is the usual size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A tree, packed.

    Attributes:
        file: the archive.
        digest: SHA-256 of it.
        origin: the top of the tree, absolute.
        files: how many files and links it holds, without those of git.
        needed_bytes: how much space the archive and the unpacked tree take together.
        has_repository: whether the tree is that of a git repository.
        was_collected: whether it holds bytecode that pytest wrote.
    """

    file: Path
    digest: str
    origin: Path
    files: int
    needed_bytes: int
    has_repository: bool
    was_collected: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file, link or directory, and its name in the archive."""

    name: str
    source: Path


def pack_repository(git: Git, commits: Sequence[str], work: Path) -> Archive:
    """Pack a working tree with its repository, and with those in it; `commits` are the ones that are taken along.

    Args:
        git: started at the top of the working tree.
        commits: full names; HEAD is one of them, if it exists.
        work: a directory of ours, outside of the tree.

    Raises:
        CheckoutError: git cannot read a repository.
        UsageError: a file cannot be read, or the archive cannot be written.
        Interrupted: a signal arrived.
    """
    stage = work / "repositories"
    entries = [entry for part in _repository(git, commits, stage, "") for entry in part]
    return _pack(entries, git.cwd, work, has_repository=True)


def pack_directory(top: Path, work: Path) -> Archive:
    """Pack a directory that is not in a repository. Raises as `pack_repository`."""
    entries = [_Entry(f"{TREE}/{path}", top / path) for path in needed_below(top)]
    return _pack(entries, top, work, has_repository=False)


def _repository(git: Git, commits: Sequence[str], stage: Path, path: str) -> Iterator[list[_Entry]]:
    """The entries of a repository at `path`, which is empty or ends in `/`, and of those in it."""
    copy = copy_repository(git, commits, stage / (path or "top"))
    yield [
        _Entry(f"{TREE}/{path}.git/{file.relative_to(copy).as_posix()}", file)
        for file in copy.rglob("*")  # directories as well: git needs those for refs, which are empty
    ]
    files, repositories = needed_of_repository(git)
    yield [_Entry(f"{TREE}/{path}{file}", git.cwd / file) for file in files]
    for name in repositories:
        if is_directory_in(git.cwd, name) and (git.cwd / name / ".git").exists():
            inner = git.in_directory(git.cwd / name)
            yield from _repository(inner, recorded_commits(git, commits, name, inner), stage, f"{path}{name}/")


def _pack(entries: Iterable[_Entry], top: Path, work: Path, *, has_repository: bool) -> Archive:
    file, number, needed_bytes, was_collected = work / "tree.tar", 0, 0, False
    try:
        with tarfile.open(file, "w", format=tarfile.PAX_FORMAT) as archive:
            for entry in sorted(entries, key=lambda entry: entry.name):
                raise_if_interrupted()
                size_bytes = _add(archive, entry)
                if size_bytes is not None:
                    needed_bytes += -(-size_bytes // BLOCK_BYTES) * BLOCK_BYTES
                    number += "/.git/" not in f"/{entry.name}"
                    was_collected |= REWRITTEN in entry.name
        needed_bytes += file.stat().st_size
        digest = _digest(file)
    except OSError as error:
        if error.filename is not None and Path(os.fsdecode(error.filename)) != file:
            raise UsageError(
                f"{os.fsdecode(error.filename)}: cannot be read for the workers ({error.strerror}); make it readable"
            ) from error
        raise UsageError(
            f"{file}: the archive for the workers cannot be written ({error.strerror or error}); set TMPDIR to a "
            "directory with more space"
        ) from error
    return Archive(
        file=file.rename(work / f"{digest[:16]}.tar"),
        digest=digest,
        origin=top,
        files=number,
        needed_bytes=needed_bytes,
        has_repository=has_repository,
        was_collected=was_collected,
    )


def _add(archive: tarfile.TarFile, entry: _Entry) -> int | None:
    """Add a file, link or directory; returns its bytes, None if it is none of them or has vanished.

    Owners are omitted, and files with several names are several files.
    """
    try:
        state = entry.source.lstat()
        member = tarfile.TarInfo(entry.name)
        member.mode, member.mtime = stat.S_IMODE(state.st_mode) & 0o777, int(state.st_mtime)
        if stat.S_ISLNK(state.st_mode):
            member.type, member.linkname = tarfile.SYMTYPE, os.readlink(entry.source)  # noqa: PTH115 - letter by letter
            archive.addfile(member)
            return 0
        if stat.S_ISDIR(state.st_mode):
            member.type, member.mode = tarfile.DIRTYPE, member.mode | stat.S_IRWXU
            archive.addfile(member)
            return 0
        if not stat.S_ISREG(state.st_mode):
            return None
        with entry.source.open("rb") as content:
            member.size = os.fstat(content.fileno()).st_size
            archive.addfile(member, content)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return member.size


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            raise_if_interrupted()
            digest.update(chunk)
    return digest.hexdigest()
