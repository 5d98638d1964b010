"""Which paths differ between a commit and the user's files, and in which directories a name came or went."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from collectbench.checkouts.current_files import CHANGES, index_entries
from collectbench.checkouts.differences import BETWEEN
from collectbench.checkouts.git import Git


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingNames:
    """What git says about a commit and the user's files; all paths are absolute.

    A submodule in which something differs is one path. Files that git does not compare (assume-unchanged,
    skip-worktree) count as differing, ignored files do not.

    Attributes:
        paths: files that differ, or exist on one side only.
        one_sided: those of them that exist on one side only.
        directories: that have a name on one side only.
        dirty: whether the user's files differ from HEAD.
    """

    paths: frozenset[str]
    one_sided: frozenset[str]
    directories: frozenset[str]
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
    listed = [entry[3:] for entry in git.require(failure, *CHANGES).entries]
    unwatched = [entry.path for entry in index_entries(git) if entry.is_unwatched]
    committed = git.require(failure, *BETWEEN, base, head).entries if base != head else ()
    top = str(git.cwd)
    paths = {path.rstrip("/") for path in (*listed, *unwatched, *committed) if counts(f"{top}/{path}".rstrip("/"))}
    in_base = frozenset(git.require(failure, "ls-tree", "-r", "-t", "--name-only", "-z", base).entries) if paths else ()
    one_sided = {path for path in paths if (path in in_base) != os.path.lexists(f"{top}/{path}")}
    directories = {directory for path in one_sided for directory in _with_other_names(path, in_base, top)}
    return DifferingNames(
        paths=_absolute(top, paths),
        one_sided=_absolute(top, one_sided),
        directories=_absolute(top, directories),
        dirty=bool(listed),
    )


def _with_other_names(path: str, in_base: frozenset[str] | tuple[()], top: str) -> Iterator[str]:
    """The directories that have a name on one side only, since `path` exists on one side only."""
    while path:
        path = path.rpartition("/")[0]
        yield path
        if not path or (path in in_base) == os.path.isdir(f"{top}/{path}"):  # noqa: PTH112 - text in, text out
            return


def _absolute(top: str, paths: set[str]) -> frozenset[str]:
    return frozenset(f"{top}/{path}" if path else top for path in paths)
