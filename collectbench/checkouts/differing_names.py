"""Which paths differ between a commit and the user's files, and in which directories a name came or went."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.checkouts.current_files import CHANGES, index_entries
from collectbench.checkouts.differences import BETWEEN
from collectbench.checkouts.git import Git
from collectbench.checkouts.left_out import LeftOut
from collectbench.checkouts.sharing import ignored_entries

LINK = "120000"
FILES = {"100644": False, "100755": True}
"""Git's modes of files: whether they may be executed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferingNames:
    """What git says about a commit and the user's files; all paths are absolute.

    A submodule in which something differs is one path. Files that git does not compare (assume-unchanged,
    skip-worktree) count as differing, ignored files do not.

    Attributes:
        paths: files that differ, or exist on one side only.
        one_sided: files and directories that exist on one side only; directories with a slash at their end.
        of_other_kind: paths that both sides have, of which one is a link, or a file of another mode: code can see
            that without opening them.
        ignored: files and directories that git ignores, the outermost ones.
        bytecode: a file of bytecode in the index, empty if there is none: Python may prefer it to a changed source.
        dirty: whether the user's files differ from HEAD.
    """

    paths: frozenset[str]
    one_sided: frozenset[str]
    of_other_kind: frozenset[str]
    ignored: frozenset[str]
    bytecode: str
    dirty: bool


def differing_names(git: Git, base: str, head: str, left_out: LeftOut) -> DifferingNames:
    """Compare the commit `base` with the user's files.

    Args:
        git: started at the top of the user's tree.
        base: full name of the commit.
        head: full name of the commit HEAD.
        left_out: what does not matter.

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
    committed = git.require(failure, *BETWEEN, base, head).entries if base != head else ()
    top = str(git.cwd)
    differing = {path.rstrip("/") for path in (*listed, *unwatched, *committed)}
    paths = {path for path in differing - untracked if not left_out.is_ours(path)}
    paths |= {path for path in untracked if not left_out.is_left_out(path)}
    in_head = (untracked & paths).union(entry.path for entry in entries)  # git ignores the others
    listing = git.require(failure, "ls-tree", "-r", "-t", "-z", base).entries if paths else ()
    in_base = {name: entry.partition(" ")[0] for entry, _, name in (each.partition("\t") for each in listing)}
    one_sided = {path for path in paths if (path in in_base) != (path in in_head and os.path.lexists(f"{top}/{path}"))}
    of_other_kind = {path for path in paths - one_sided if _is_of_other_kind(in_base.get(path), f"{top}/{path}")}
    of_head = _directories_of(path for path in in_head if os.path.lexists(f"{top}/{path}")) if one_sided else set()
    directories = {f"{each}/" for path in one_sided for each in _above(path) if (each in in_base) != (each in of_head)}
    return DifferingNames(
        paths=frozenset(f"{top}/{path}" for path in paths),
        one_sided=frozenset(f"{top}/{path}" for path in {_marked(path, top) for path in one_sided} | directories),
        of_other_kind=frozenset(f"{top}/{path}" for path in of_other_kind),
        ignored=frozenset(
            f"{top}/{path}" for each in ignored_entries(git) if not left_out.is_left_out(path := each.rstrip("/"))
        ),
        bytecode=next((entry.path for entry in entries if "__pycache__/" in entry.path), ""),
        dirty=bool(listed),
    )


def _is_of_other_kind(mode: str | None, path: str) -> bool:
    """Whether git's mode of a file in base is not that of the user's file, or one of the two is a link."""
    if mode is None:
        return False
    state = os.lstat(path)
    if mode == LINK or stat.S_ISLNK(state.st_mode):
        return True
    return mode in FILES and stat.S_ISREG(state.st_mode) and FILES[mode] != bool(state.st_mode & stat.S_IXUSR)


def _marked(path: str, top: str) -> str:
    """A path with a slash at its end if it may be a directory: a submodule, or a link to one, that is there or was."""
    was_directory = not os.path.lexists(f"{top}/{path}") and "." not in path.rpartition("/")[2]
    return f"{path}/" if was_directory or os.path.isdir(f"{top}/{path}") else path  # noqa: PTH112 - text in, text out


def _directories_of(paths: Iterable[str]) -> set[str]:
    """The directories that hold one of the files: git knows no others."""
    found = set[str]()
    for path in paths:
        for directory in _above(path):
            if directory in found:
                break
            found.add(directory)
    return found


def _above(path: str) -> Iterator[str]:
    while path := path.rpartition("/")[0]:
        yield path
