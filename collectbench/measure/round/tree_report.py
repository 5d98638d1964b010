"""Names the files of the user's that rounds changed and that stay so, and keeps copies of the originals for him."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from collectbench.measure.round.kept_files import keep, place_in
from collectbench.measure.round.tree_entries import Entry, Kind, entry_at
from collectbench.measure.round.user_tree import UserTree

MOST_NAMED = 3
"""Paths that one sentence names, if one line of code did the same to several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happened to a path of the user's.

    Attributes:
        act: what was done to it, after the line that did it.
        original: the state before.
        is_lost: whether the bytes of the original are no longer in the tree.
    """

    path: Path
    act: str
    cause: str
    original: Entry
    is_lost: bool


def report(tree: UserTree) -> tuple[str, ...]:
    """The notes on what the rounds left in a tree. Copies of originals go to a directory that the notes name."""
    root = next(iter(tree.scope.roots), Path("/"))
    changes = list(_changes(tree, root))
    kept = {change.path: change.original.copy for change in changes if change.is_lost and change.original.copy}
    kept |= {path: aside.copy for path, aside in tree.traces.aside.items()}
    place, problem = keep(kept, root) if kept else (None, "")
    if problem:
        _return_aside(tree)
    return (
        *((f"files could not be kept: {problem}",) if problem else ()),
        *(f"{_shown(path, root)}: {why}" for path, why in tree.traces.unkept.items()),
        *(_sentence(same, root, place) for same in _grouped(_outermost(changes))),
        *_on_new_entries(tree, root, place),
    )


def _return_aside(tree: UserTree) -> None:
    """Move entries back into the tree that could not be kept elsewhere: they may be the user's."""
    for path, aside in list(tree.traces.aside.items()):
        if os.path.lexists(aside.copy) and not os.path.lexists(path):
            shutil.move(aside.copy, path)
            del tree.traces.aside[path]
            tree.traces.left[path] = None


def _changes(tree: UserTree, root: Path) -> Iterator[Change]:
    for path in tree.traces.changed:
        original = tree.acts.changed[path]
        now, cause, renamed = entry_at(path), original.cause, ""
        place = tree.acts.place_of(path) if now is None else None
        if place is not None and (moved := entry_at(place)) is not None:
            now, renamed = moved, f"renamed it to {_shown(place, root)}"
            cause = tree.acts.moves[path].cause if path in tree.acts.moves else cause
        act = _act(place if renamed and place else path, original, now)
        if acts := " and ".join(filter(None, (renamed, act))):
            is_lost = original.kind in (Kind.FILE, Kind.OTHER) and bool(act) and not act.startswith("changed its mode")
            yield Change(path=path, act=acts, cause=cause, original=original, is_lost=is_lost)


def _act(path: Path, original: Entry, now: Entry | None) -> str:
    """What was done to a path; empty if it is as it was, apart from its times."""
    if now is None:
        return "deleted it"
    if (now.kind, now.goal) != (original.kind, original.goal):
        return "replaced it"
    if original.kind is Kind.FILE and not _has_bytes_of(path, original, now):
        return "changed it"
    if now.mode != original.mode:
        return f"changed its mode from {original.mode:o} to {now.mode:o}"
    return ""


def _has_bytes_of(path: Path, original: Entry, now: Entry) -> bool:
    if original.copy is None or now.size != original.size:
        return original.is_unchanged(now)
    try:
        return filecmp.cmp(path, original.copy, shallow=False)
    except OSError:
        return False


def _outermost(changes: list[Change]) -> Iterator[Change]:
    """The changes without those in a directory that was itself deleted, renamed or replaced."""
    directories = [change.path for change in changes if change.original.kind is Kind.DIRECTORY]
    gone = {path for path in directories if entry_at(path) is None}
    return (change for change in changes if not gone.intersection(change.path.parents))


def _grouped(changes: Iterable[Change]) -> Iterable[list[Change]]:
    """The changes that one sentence can tell: of one line, one act and one reason why there is no copy."""
    groups: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.cause, change.act, change.original.no_copy), []).append(change)
    return groups.values()


def _sentence(same: list[Change], root: Path, place: Path | None) -> str:
    first = same[0]
    who = _shown_line(first.cause, root) or "the tests"
    many = len(same) > 1
    act = first.act.replace(" it", " them").replace(" its mode", " their modes") if many else first.act
    text = f"{_listed([change.path for change in same], root)}: {who} {act}"
    kept = [change for change in same if change.is_lost]
    if first.original.no_copy and kept:
        return f"{text}; there is no copy of the original: {first.original.no_copy}"
    copies = [] if place is None else [place_in(place, change.path, root) for change in same]
    if not any(copy.exists() for copy in copies):
        return text
    return f"{text}; the originals are kept in {place}" if many else f"{text}; the original is kept in {copies[0]}"


def _on_new_entries(tree: UserTree, root: Path, place: Path | None) -> Iterator[str]:
    if aside := sorted(tree.traces.aside):
        alike = tree.traces.aside[aside[0]].alike
        line = _shown_line(tree.acts.made[alike], root) if alike in tree.acts.made else "the tests"
        yield f"{_listed(aside, root)}: named like a file that {line or 'the tests'} made, and moved to {place}"
    left = [path for path in sorted(tree.traces.left) if os.path.lexists(path)]
    outermost = [path for path in left if not set(path.parents).intersection(left)]
    if outermost:
        yield (
            f"{_listed(outermost, root)}: new, and left there: yours, or written by a subprocess or by C code of the"
            " tests"
        )
    if not tree.traces.is_complete:
        yield (
            "the tree has too many files to look for new ones after each round: those that subprocesses or C code of"
            " the tests write stay there"
        )


def _listed(paths: list[Path], root: Path) -> str:
    named = ", ".join(_shown(path, root) for path in paths[:MOST_NAMED])
    rest = len(paths) - MOST_NAMED
    return f"{named} and {rest} more" if rest > 0 else named


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _shown_line(cause: str, root: Path) -> str:
    return cause.removeprefix(f"{root}/")
