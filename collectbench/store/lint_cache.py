"""What lint knew of each file when it last ran, outside of the user's tree. A cache that is lost only costs time."""

from __future__ import annotations

import hashlib
import marshal
import os
import secrets
import stat
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

_VERSION = 1
_SUM = 4
"""Bytes in front of a file, by which damage is noticed."""
_REPORT_NAME = "lint-report.cache"

Signature = tuple[int, int, int, int]
"""Size, times of content and inode in nanoseconds, and number of the inode: those by which git sees a change."""


class Entry(NamedTuple):
    """What was known of a file.

    Attributes:
        signature: the file's, when it was read.
        digest: of its content.
        is_test: whether it was checked as a test file.
        packed: its facts and violations.
    """

    signature: Signature
    digest: bytes
    is_test: bool
    packed: bytes


@dataclass(kw_only=True)
class LintCache:
    """Entries by path, in a file of this name. They hold for one way of checking files, which `key` identifies."""

    key: bytes
    directory: Path | None
    name: str
    entries: dict[str, Entry] = field(default_factory=dict)
    _by_digest: dict[tuple[bytes, bool], Entry] | None = None

    @classmethod
    def load(cls, directory: Path | None, key: bytes, name: str) -> LintCache:
        """Return the cache in a directory; an empty one if it has none that holds for this key.

        Without a directory nothing is kept.
        """
        data = _load(directory, name)
        if isinstance(data, tuple) and data[:2] == (_VERSION, key):
            try:
                entries = {path: Entry(*row) for path, row in data[2].items()}
            except (TypeError, AttributeError, IndexError):
                entries = {}
            return cls(key=key, directory=directory, name=name, entries=entries)
        return cls(key=key, directory=directory, name=name)

    def find(self, path: str, signature: Signature, *, is_test: bool) -> Entry | None:
        """Return the entry of a file that has not changed since."""
        entry = self.entries.get(path)
        return entry if entry and entry.signature == signature and entry.is_test == is_test else None

    def find_content(self, digest: bytes, *, is_test: bool) -> Entry | None:
        """Return the entry of any file with this content: after a checkout, files only look changed."""
        if self._by_digest is None:
            self._by_digest = {(entry.digest, entry.is_test): entry for entry in self.entries.values()}
        return self._by_digest.get((digest, is_test))

    def save(self, entries: Mapping[str, Entry]) -> None:
        """Keep these entries, and no others."""
        rows = {path: tuple(entry) for path, entry in entries.items()}
        _save(self.directory, self.name, (_VERSION, self.key, rows))


def load_report(directory: Path | None, key: bytes) -> str | None:
    """Return the report that was kept under a key, as JSON; None if there is none, or if it may not hold any more."""
    data = _load(directory, _REPORT_NAME)
    if not isinstance(data, tuple) or data[:2] != (_VERSION, key):
        return None
    _, _, listed, report = data
    return report if all(changed_at(path) == time for path, time in listed) else None


def save_report(directory: Path | None, key: bytes, report: str, listed: Iterable[str]) -> None:
    """Keep a report, as JSON, under a key. It holds as long as no entry of the `listed` directories comes or goes."""
    times = tuple((path, changed_at(path)) for path in listed)
    _save(directory, _REPORT_NAME, (_VERSION, key, times, report))


def changed_at(path: str) -> int:
    """Return when an entry of a directory came or went, in nanoseconds; 0 if there is no such directory."""
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116 - one of many
    except (OSError, ValueError):
        return 0


def signature_of(path: str) -> Signature | None:
    """Return the signature of a file; None if it is no regular file."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def digest_of(parts: Iterable[bytes]) -> bytes:
    """Return a digest over parts, each of which is delimited."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.digest()


def _load(directory: Path | None, name: str) -> Any:
    if directory is None:
        return None
    try:
        content = (directory / name).read_bytes()
        if _sum(content[_SUM:]) != content[:_SUM]:
            return None  # damaged: marshal would read it as other values
        return marshal.loads(content[_SUM:])  # noqa: S302 - in a directory of the user's own
    except (OSError, ValueError, EOFError, TypeError):
        return None


def _sum(content: bytes) -> bytes:
    """A quick digest: those of cryptography take four times as long."""
    return zlib.crc32(content).to_bytes(_SUM, "little")


def _save(directory: Path | None, name: str, data: Any) -> None:
    """A cache that cannot be written is none: the next run takes as long as this one."""
    if directory is None:
        return
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = directory / f".{name}-{secrets.token_hex(8)}"
        try:
            content = marshal.dumps(data)
            temporary.write_bytes(_sum(content) + content)
            temporary.replace(directory / name)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError:
        return
