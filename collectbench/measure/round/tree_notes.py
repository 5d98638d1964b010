"""The guard's notes as values: what a measured process made, moved and changed in the user's tree."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from collectbench.measure.round.tree_entries import Entry, Kind

NOT_REGULAR = "it is not a regular file"
"""The guard's reason for not copying a fifo, socket or device."""

_CHANGING = re.compile(
    r"(?<![0-9a-f])[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}(?![0-9a-f])"  # uuid4, with or without hyphens
    r"|tmp[a-z0-9_]{8}"  # tempfile
    r"|[0-9]{4,}"  # numbers of processes, times
)
"""The part of a name that is another one in each round. Short numbers are not: people number their files."""

FileId = tuple[int, int]
"""Device and inode of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A file or directory of the user's that got another name. `cause` is `path:line`."""

    source: Path
    target: Path
    cause: str


@dataclass(slots=True, kw_only=True)
class Acts:
    """The acts of the measured processes so far.

    Attributes:
        made: the entries that they made, with `path:line`.
        ids: by path, the files that they were seen to make there; empty if none was seen.
        changed: entries that existed before, as they were before the first act on them.
        moves: the renamed ones, by their old name.
    """

    made: dict[Path, str] = field(default_factory=dict)
    ids: dict[Path, set[FileId]] = field(default_factory=dict)
    changed: dict[Path, Entry] = field(default_factory=dict)
    moves: dict[Path, Move] = field(default_factory=dict)

    def add(self, notes: Iterable[tuple[str, object]], directory: Path, copies: Path) -> None:
        """Take over the notes of a guarded round, and the copies that it made in `directory` to `copies`.

        Its files stay: if this process is killed meanwhile, the next command takes the same notes over again.
        """
        earlier, arrived = frozenset(self.made), set[Path]()
        for key, value in notes:
            match (key, value):
                case _ if r"\x00" in repr(value):  # no path: a test must have written it into the file of the notes
                    continue
                case ("made", (str(path), str(cause))):
                    self.made.setdefault(Path(path), cause)
                    self.ids.setdefault(Path(path), set())
                case ("born", (str(path), int(device), int(inode))):
                    self.ids.setdefault(Path(path), set()).add((device, inode))
                case ("unmade", str(path)) if not self.ids.get(Path(path)):
                    self.ids.pop(Path(path), None)
                    if Path(path) not in earlier:
                        self.made.pop(Path(path), None)
                case ("moved", (str(source), str(target), str(cause))):
                    self.moves[Path(source)] = Move(source=Path(source), target=Path(target), cause=cause)
                    arrived.add(Path(target))
                    self.made.pop(Path(target), None)
                    self.ids.pop(Path(target), None)
                case _:
                    for existing, entry in _existing(key, value, directory):
                        if not arrived.intersection((existing, *existing.parents)):  # else noted by its old name
                            self._add_existing(existing, entry, copies)

    def former_name(self, path: Path) -> Path | None:
        """The old name of something that was renamed to `path`, or to a directory above; None if nothing was."""
        moves = (move for move in self.moves.values() if path.is_relative_to(move.target))
        return next((move.source / path.relative_to(move.target) for move in moves), None)

    def place_of(self, path: Path) -> Path | None:
        """The new name of something that existed, also if a directory around it was renamed; None if it has none."""
        for around in (path, *path.parents):
            if around in self.moves:
                return self.moves[around].target / path.relative_to(around)
        return None

    def made_alike(self, path: Path) -> Path | None:
        """A path beside `path` that a process made, with the same name apart from numbers and random letters."""
        shape = _shape(path.name)
        if shape == path.name:
            return None
        return next((made for made in self.made if made.parent == path.parent and _shape(made.name) == shape), None)

    def _add_existing(self, path: Path, entry: Entry, copies: Path) -> None:
        if path in self.ids:  # a fork notes what the process itself has made in this round
            return
        self.made.pop(path, None)  # somebody made it anew: it is not the tests' own any more
        if path in self.changed:
            return
        if entry.copy is not None:
            copy = copies / f"{entry.copy.parent.name}-{entry.copy.name}"
            _link(entry.copy, copy)
            entry = replace(entry, copy=copy)
        self.changed[path] = entry


def _shape(name: str) -> str:
    """A name without the parts that differ between rounds."""
    return _CHANGING.sub("*", name)


def _link(copy: Path, to: Path) -> None:
    """Give a copy of a file another name as well, which it may have already."""
    if os.path.lexists(to):
        return
    try:
        os.link(copy, to)
    except PermissionError:  # a file system without hard links: link(2)
        shutil.copyfile(copy, new := to.with_name(f"{to.name}.new"))
        new.replace(to)


def _existing(key: str, value: object, directory: Path) -> Iterator[tuple[Path, Entry]]:
    """The path and the entry of a note on something that exists; nothing if the note has another form."""
    match (key, value):
        case ("link", (str(path), str(goal), str(cause))):
            yield Path(path), Entry(kind=Kind.LINK, goal=goal, cause=cause)
        case ("folder", (str(path), int(mode), int(atime), int(mtime), str(cause))):
            yield Path(path), Entry(kind=Kind.DIRECTORY, mode=mode, atime_ns=atime, mtime_ns=mtime, cause=cause)
        case ("file", (str(path), int(mode), int(atime), int(mtime), int(size), str(name), str(cause))):
            file = Entry(kind=Kind.FILE, mode=mode, size=size, atime_ns=atime, mtime_ns=mtime, cause=cause)
            yield Path(path), replace(file, copy=directory / name)
        case ("unkept", (str(path), int(mode), int(atime), int(mtime), int(size), str(why), str(cause))):
            kind = Kind.OTHER if why == NOT_REGULAR else Kind.FILE
            file = Entry(kind=kind, mode=mode, size=size, atime_ns=atime, mtime_ns=mtime, cause=cause)
            yield Path(path), replace(file, no_copy=why)
