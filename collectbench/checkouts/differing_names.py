"""Which paths differ between a commit and the user's files, and in which directories a name came or went."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from collectbench.checkouts.current_files import CHANGES, index_entries
from collectbench.checkouts.differences import BETWEEN
from collectbench.checkouts.git import Git
from collectbench.checkouts.sharing import ignored_entries


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingNames:
    """What git says about a commit and the user's files; all paths are absolute.

    A submodule in which something differs is one path. Files that git does not compare (assume-unchanged,
    skip-worktree) count as differing, ignored files do not.

    Attributes:
        paths: files that differ, or exist on one side only.
        one_sided: files and directories that exist on one side only; directories with a slash at their end.
        ignored: files and directories that git ignores, the outermost ones.
        holds_bytecode: whether bytecode is in the index: Python may prefer it to a changed source.
        dirty: whether the user's files differ from HEAD.
    """

    paths: frozenset[str]
    one_sided: frozenset[str]
    ignored: frozenset[str]
    holds_bytecode: bool
    dirty: bool


def differing_names(git: Git, base: str, head: str, counts: Callable[[str], bool]) -> DifferingNames:
    """Compare the commit `base` with the user's files.

    Args:
        git: started at the top of the user's tree.
        base: full name of the commit.
        head: full name of the commit HEAD.
        counts: whether a path matters; absolute.

    Raises:
        CheckoutError: git cannot read the tree or a commit.
        Interrupted: a signal arrived.
    """
    failure = f"{git.cwd}: the tree cannot be read"
    status = [(entry[:2], entry[3:]) for entry in git.require(failure, *CHANGES).entries]
    untracked = {path.rstrip("/") for code, path in status if code == "??"}
    listed = [path for _, path in status]
    entries = tuple(index_entries(git))
    unwatched = [entry.path for entry in entries if entry.is_unwatched]
    in_head = untracked.union(entry.path for entry in entries)  # git ignores the others: no checkout has them
    committed = git.require(failure, *BETWEEN, base, head).entries if base != head else ()
    top = str(git.cwd)
    paths = {path.rstrip("/") for path in (*listed, *unwatched, *committed) if counts(f"{top}/{path}".rstrip("/"))}
    in_base = frozenset(git.require(failure, "ls-tree", "-r", "-t", "--name-only", "-z", base).entries) if paths else ()
    one_sided = {path for path in paths if (path in in_base) != (path in in_head and os.path.lexists(f"{top}/{path}"))}
    directories = {f"{each}/" for path in one_sided for each in _one_sided_above(path, in_base, top)}
    return DifferingNames(
        paths=frozenset(f"{top}/{path}" for path in paths),
        one_sided=frozenset(f"{top}/{path}" for path in {_marked(path, top) for path in one_sided} | directories),
        ignored=frozenset(path for each in ignored_entries(git) if counts(path := f"{top}/{each}".rstrip("/"))),
        holds_bytecode=any("__pycache__/" in entry.path for entry in entries),
        dirty=bool(listed),
    )


def _marked(path: str, top: str) -> str:
    """A path with a slash at its end if it may be a directory: a submodule, or a link to one, that is there or was."""
    was_directory = not os.path.lexists(f"{top}/{path}") and "." not in path.rpartition("/")[2]
    return f"{path}/" if was_directory or os.path.isdir(f"{top}/{path}") else path  # noqa: PTH112 - text in, text out


def _one_sided_above(path: str, in_base: Collection[str], top: str) -> Iterator[str]:
    """The directories around a path on one side that exist on that side only."""
    while path := path.rpartition("/")[0]:
        if (path in in_base) == os.path.isdir(f"{top}/{path}"):  # noqa: PTH112 - text in, text out
            return
        yield path
