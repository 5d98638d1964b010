"""Small caches as they were before a round. Rounds without guard leave no notes on what they write there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from collectbench.measure.round.cache_paths import CachePaths
from collectbench.measure.round.databases import belongs_to_open_database
from collectbench.measure.round.tree_entries import Entry, copied, entry_at, is_changed_within

MOST_IN_A_CACHE, MOST_BYTES_IN_A_CACHE = 500, 16 * 2**20
"""The size up to which a cache is copied before a round. In larger ones, only noted files are put back."""


@dataclass(slots=True, kw_only=True)
class Caches:
    """Caches, between `look` before a round and its end.

    The user may run pytest himself meanwhile. So nothing is a round's own but what was written while it finished its
    session: pytest and its plugins write their caches then.

    Attributes:
        paths: where caches are.
        copies: a directory of our own.
        before: the small ones by path, each with everything in it.
        entries: the files and directories in them.
        number: of the copies so far.
    """

    paths: CachePaths
    copies: Path
    before: dict[Path, frozenset[Path]] = field(default_factory=dict)
    entries: dict[Path, Entry] = field(default_factory=dict)
    number: int = 0

    def look(self) -> None:
        """See how the caches are, and copy the files that have changed since the last look."""
        trees = {top: _small_tree(top) for top in self.paths.tops()}
        self.before = {top: paths for top, paths in trees.items() if paths is not None}
        present = {path for paths in self.before.values() for path in paths if not belongs_to_open_database(path)}
        self.entries = {path: entry for path, entry in self.entries.items() if path in present}
        for path in present:
            known = self.entries.get(path)
            if known is None or not known.is_unchanged(entry_at(path)):
                self.number += 1
                entry = copied(path, self.copies / f"cache-{self.number}")
                if entry is not None:
                    self.entries[path] = entry

    def changed(self, finish_ns: tuple[int, int]) -> Iterator[tuple[Path, Entry]]:
        """The files and directories that were changed within a span of time, as they were before, and removed ones."""
        for path, entry in self.entries.items():
            now = entry_at(path)
            around = path.parent if now is None else path
            if not entry.is_unchanged(now) and is_changed_within(around, finish_ns):
                yield path, entry

    def new(self, finish_ns: tuple[int, int]) -> Iterator[Path]:
        """What was made within a span of time."""
        for top, before in self.before.items():
            for path in _tree(top):
                if path not in before and is_changed_within(path, finish_ns) and not belongs_to_open_database(path):
                    yield path


def _tree(top: Path) -> Iterator[Path]:
    """A path, and everything below it; nothing if it does not exist."""
    if entry_at(top) is not None:
        yield top
    if top.is_dir() and not top.is_symlink():
        yield from top.rglob("*")


def _small_tree(top: Path) -> frozenset[Path] | None:
    """A path and everything below it; None if that is a lot."""
    paths: set[Path] = set()
    size = 0
    for path in _tree(top):
        paths.add(path)
        entry = entry_at(path)
        size += 0 if entry is None else entry.size
        if len(paths) > MOST_IN_A_CACHE or size > MOST_BYTES_IN_A_CACHE:
            return None
    return frozenset(paths)
