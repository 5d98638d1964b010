"""The user's tree after a command was killed: restored by the same code as after each round, from the files it left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from collectbench import __version__
from collectbench.measure.round.cache_paths import CachePaths
from collectbench.measure.round.caches import Caches
from collectbench.measure.round.probe_report import read_report
from collectbench.measure.round.saved_values import load
from collectbench.measure.round.tree_entries import Entry, Kind
from collectbench.measure.round.tree_listing import Directory, TreeListing
from collectbench.measure.round.tree_notes import Acts, Move
from collectbench.measure.round.tree_report import report
from collectbench.measure.round.tree_traces import Aside, Owner, Traces, TreeScope
from collectbench.measure.round.user_tree import STATE, UserTree

COPIES = "kept-"
"""How the names of directories with copies begin."""

_SAVED = (Acts, Aside, CachePaths, Caches, Directory, Entry, Kind, Move, Owner, Traces, TreeListing, TreeScope)
"""The classes of which a tree consists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftTree:
    """A tree in which a round was unfinished, or changes were not told yet.

    Attributes:
        copies: the directory of its copies.
        was_open: whether a round was unfinished.
        notes: the sentences on what stays changed.
        problem: why the tree could not be restored; empty if it was. Then the copies must not be deleted.
    """

    copies: Path
    was_open: bool = False
    notes: tuple[str, ...] = ()
    problem: str = ""


def restore_left_trees(directories: Iterable[Path], ended_ns: int | None = None) -> tuple[LeftTree, ...]:
    """Restore the trees of the user's that a killed command had, whose processes must have ended.

    Args:
        directories: the temporary directories of that command.
        ended_ns: when all its children had ended; what was changed later stays. None if unknown.
    """
    copies = (copies for directory in directories for copies in _copies_in(directory))
    return tuple(left for left in (_restore(found, ended_ns) for found in copies) if left is not None)


def _copies_in(directory: Path) -> Iterator[Path]:
    for pattern in (f"{COPIES}*/{STATE}", f"*/{COPIES}*/{STATE}"):
        yield from (state.parent for state in sorted(directory.glob(pattern)))


def _tree_in(copies: Path) -> UserTree:
    """The tree that a command had, with its directory of copies.

    Raises:
        OSError: its file cannot be read.
        ValueError: another version wrote it.
    """
    saved = load(copies / STATE, {kind.__name__: kind for kind in _SAVED})
    if saved.pop("version", "") != __version__:
        raise ValueError("another version of collectbench wrote their list")
    tree = UserTree.__new__(UserTree)
    vars(tree).update(saved)
    return tree


def _restore(copies: Path, ended_ns: int | None) -> LeftTree | None:
    try:
        tree = _tree_in(copies)
    except (OSError, ValueError) as error:
        return LeftTree(copies=copies, problem=str(error))
    if tree.scope.owner is Owner.OURS:
        return None
    was_open = tree.is_open
    if was_open:
        for directory in sorted(copies.parent.glob("round-*")):
            tree.learn(read_report(directory).tree, directory)
        tree.restore(ended_ns)
    return LeftTree(copies=copies, was_open=was_open, notes=report(tree))
