"""Keeps the user's tree as plain pytest would leave it, less what the tests made, with the caches as they were.

In the first round of each target the probe carries its guard (probe/guard.py), which notes each path before a measured
process makes or changes it. Around each round, the caches are compared, and the names in the tree, since subprocesses
and C code leave no notes. docs/decisions/0001-the-users-tree.md says which entries are removed or put back, and why.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from collectbench import __version__
from collectbench.measure.round.cache_paths import CachePaths, is_data_of_ended_process
from collectbench.measure.round.caches import Caches
from collectbench.measure.round.databases import belongs_to_open_database
from collectbench.measure.round.saved_values import save
from collectbench.measure.round.tree_entries import (
    Entry,
    Kind,
    copied,
    entry_at,
    file_id,
    is_changed_after,
    is_changed_within,
    put_back,
    put_back_attributes,
    remove_made,
)
from collectbench.measure.round.tree_listing import TreeListing
from collectbench.measure.round.tree_notes import Acts
from collectbench.measure.round.tree_traces import Aside, Owner, Traces, TreeScope

NO_ROOTS = TreeScope()
"""A tree in which only noted paths are looked at."""

STATE = "state"
"""The file, beside the copies, in which a tree outlives a command that is killed."""


class UserTree:
    """One tree, between `begin` and `restore` of each round or of several rounds at the same time.

    Attributes:
        scope: what the tree consists of.
        acts: the acts of the measured processes.
        traces: what their rounds left in the tree.
        notes: the sentences on that, once all rounds are over.
    """

    def __init__(self, copies: Path, scope: TreeScope = NO_ROOTS) -> None:
        """Keep copies of files in the directory `copies`."""
        self.scope, self.acts, self.traces = scope, Acts(), Traces()
        self.notes: tuple[str, ...] = ()
        self._copies = copies
        self._number_of_copies = 0
        self._caches = Caches(paths=CachePaths(roots=scope.roots, cache_dir=scope.cache_dir), copies=copies)
        self._listing = TreeListing(scope.roots, skipped=(copies.parent,))
        self._before: dict[Path, Entry | None] = {}
        self._finish_ns = (0, 0)
        self._is_open = False
        self._until_ns: int | None = None

    def begin(self) -> None:
        """Look at the tree right before a round. What others have changed since the last one is theirs."""
        self._is_open = True
        self._before = {path: entry_at(path) for path in (*self.acts.made, *self.acts.changed)}
        for path in [path for path in self.acts.changed if self._is_put_back(path)]:
            if not belongs_to_open_database(path):
                self._remember(path)
        self._caches.look()
        self._finish_ns = (0, 0)
        self._listing.look()
        self._save()

    def learn(self, notes: Iterable[tuple[str, object]], directory: Path) -> None:
        """Take over the notes of a guarded round, and the copies that it made in `directory`."""
        self._is_open = True
        notes = list(notes)
        self.acts.add(notes, directory, self._copies)
        if notes:
            self._save()

    def finished(self, finish_ns: tuple[int, int]) -> None:
        """Take note of the span of the time of day in which the round finished its session and ended."""
        self._finish_ns = finish_ns

    def restore(self, until_ns: int | None = None) -> None:
        """Remove what the round made, and put the caches back. Does nothing unless a round was begun since.

        `until_ns` is when it ended, if that was earlier: files that were changed later are somebody else's by now.
        """
        self._until_ns = until_ns
        if not self._is_open:
            return
        self._is_open = False
        self.traces.changed.update(dict.fromkeys(self._changed_now()))
        changed = dict(self._caches.changed(self._finish_ns))  # first: removing an entry changes its directory's time
        for path in sorted(self.acts.made, reverse=True):
            self._remove_if_made_now(path)
        for path in sorted(self._caches.new(self._finish_ns), reverse=True):
            self._attempt(remove_made, path)
        self._put_all_back(changed)
        new = self._listing.look()
        self.traces.is_complete = self._listing.is_complete
        for path in sorted(new, reverse=True):
            self._judge_new(path)
        self.acts.ids.clear()
        self._save()

    @property
    def is_open(self) -> bool:
        """Whether a round has begun since `restore`."""
        return self._is_open

    def _save(self) -> None:
        """Write everything to a file, for the next command if this one is killed."""
        listing = self._listing if self._is_open else TreeListing(())
        save({**vars(self), "_listing": listing, "version": __version__}, self._copies / STATE)

    def _is_put_back(self, path: Path) -> bool:
        return self.scope.owner is Owner.OURS or self._caches.paths.holds(path)

    def _remember(self, path: Path) -> None:
        """Take the present state of a path as the one to put back, if it differs from the one that is known."""
        now, known = entry_at(path), self.acts.changed.get(path)
        if now is None and known is not None:  # somebody removed it: if the round makes it anew, it is the round's own
            self.acts.made[path] = self.acts.changed.pop(path).cause
        elif known is None or not known.is_unchanged(now):
            self._number_of_copies += 1
            entry = copied(path, self._copies / f"seen-{self._number_of_copies}")
            if entry is not None:
                self.acts.changed[path] = entry

    def _changed_now(self) -> Iterator[Path]:
        """The paths that keep what was written, as far as this round has changed them."""
        for path, original in self.acts.changed.items():
            if not self._is_put_back(path):
                before = self._before.get(path, original)
                now = entry_at(path)
                if before is not now and (before is None or not before.is_unchanged(now)):
                    yield path

    def _remove_if_made_now(self, path: Path) -> None:
        """Remove an entry that the round made; not one that was there before, or that somebody else put there."""
        if self._before.get(path) is not None or path in self._listing:
            return
        ids = self.acts.ids.get(path)
        if ids and file_id(path) not in ids:
            if entry_at(path) is not None:
                self.traces.left[path] = None
            return
        self._attempt(remove_made, path)

    def _put_all_back(self, changed: dict[Path, Entry]) -> None:
        noted = {path: entry for path, entry in self.acts.changed.items() if self._is_put_back(path)}
        originals = sorted({**changed, **noted}.items())
        for path, original in originals:
            if belongs_to_open_database(path):
                continue
            if original.no_copy and not original.is_unchanged(entry_at(path)):
                self.traces.unkept[path] = f"was not put back: {original.no_copy}"
            else:
                self._attempt(put_back, path, original)
        # Last, since restoring a file may need the present mode of its directory, and changes the directory's time.
        for path, original in reversed(originals):
            if original.kind is Kind.DIRECTORY:
                self._attempt(put_back_attributes, path, original)

    def _judge_new(self, path: Path) -> None:
        """Remove a new entry if it must be the tests' own; else it may be the user's, and stays."""
        if belongs_to_open_database(path) or self._is_later(path):
            return
        former = self.acts.former_name(path)
        is_doubled = former is not None and self._is_put_back(former) and entry_at(former) is not None
        is_written_at_finish = self._is_put_back(path) and is_changed_within(path, self._finish_ns)
        if is_doubled or is_written_at_finish or is_data_of_ended_process(path) or self.scope.owner is Owner.OURS:
            self._attempt(remove_made, path)
        elif self._is_put_back(path) or path in self.acts.made or former is not None:  # of another pytest
            return
        elif alike := self.acts.made_alike(path):
            self._attempt(self._set_aside, path, alike)
        else:
            self.traces.left[path] = None

    def _set_aside(self, path: Path, alike: Path) -> None:
        """Move an entry that is probably the tests' own: should it be the user's, he finds it there."""
        copy = self._copies / f"aside-{len(self.traces.aside)}"
        shutil.move(path, copy)
        self.traces.aside[path] = Aside(copy=copy, alike=alike)

    def _is_later(self, path: Path) -> bool:
        """Whether a path was changed when the round was over already."""
        return self._until_ns is not None and is_changed_after(path, self._until_ns)

    def _attempt(self, action: Callable[..., None], path: Path, *arguments: object) -> None:
        if self._is_later(path) and not path.is_dir():  # nothing but empty directories is removed anyway
            return
        try:
            action(path, *arguments)
        except OSError as error:
            self.traces.unkept[path] = f"could not be restored ({error.strerror or error})"
