"""Submodules: git leaves their folders empty in a worktree, so their files are put there, from what the user has."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.git import Git
from collectbench.checkouts.repository import tree_now
from collectbench.model.errors import UsageError

GITLINK = "160000"
"""The mode of an entry that names a commit of another repository: gitdatamodel(7)."""

TreeOf = Callable[[Git, str], str]
"""From git at the top of a submodule, and the commit that is recorded of it, to the tree that is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submodule:
    """What became of one submodule on one side. `tree` is None where it stays empty: the user has not checked it out.

    A repository within the tree that is no submodule counts as one.
    """

    path: str
    commit: str
    tree: str | None


def recorded(inner: Git, commit: str) -> str:
    """The tree of the commit that is recorded.

    Raises:
        UsageError: the commit is not in the user's clone of the submodule.
        Interrupted: a signal arrived.
    """
    tree = inner.ask("rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}")
    if not tree.ok:
        raise UsageError(
            f"--against: {inner.cwd}: commit {commit} of this submodule is not in the clone of it. "
            f"`git -C {inner.cwd} fetch origin {commit}` gets it; `git submodule update --init` what HEAD needs."
        )
    return tree.line


def present(inner: Git, commit: str) -> str:
    """The tree of what the user has now, whatever is recorded.

    Raises:
        UsageError: git cannot read a file.
        Interrupted: a signal arrived.
    """
    return tree_now(inner)


def fill_submodules(git: Git, tree: str, side: Path, tree_of: TreeOf) -> Iterator[Submodule]:
    """Put the files of all submodules where a side has empty folders, also of those within each other.

    What is put there has no `.git`: nothing of it needs to be cleaned up in the user's clones.

    Args:
        git: started at the top of the user's tree.
        tree: what is checked out on that side.
        side: the top of the side.
        tree_of: which tree of each submodule is wanted there.

    Raises:
        UsageError: a commit is not there, or cannot be checked out.
        Interrupted: a signal arrived.
    """
    for path, commit in _gitlinks(git, tree):
        inner = git.within(git.cwd / path)
        if not (inner.cwd / ".git").exists():
            yield Submodule(path=path, commit=commit, tree=None)
            continue
        inner_tree = tree_of(inner, commit)
        _export(inner, inner_tree, side / path)
        yield Submodule(path=path, commit=commit, tree=inner_tree)
        for nested in fill_submodules(inner, inner_tree, side / path, tree_of):
            yield replace(nested, path=f"{path}/{nested.path}")


def _gitlinks(git: Git, tree: str) -> Iterator[tuple[str, str]]:
    for entry in git.ask_or_refuse(f"{git.cwd}: {tree} cannot be read", "ls-tree", "-r", "-z", tree).entries:
        words, _, path = entry.partition("\t")
        mode, _, commit = words.split(" ")
        if mode == GITLINK:
            yield path, commit


def _export(inner: Git, tree: str, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="index-", dir=inner.work) as folder:
        alone = inner.having(GIT_INDEX_FILE=str(Path(folder) / "index"), GIT_WORK_TREE=str(into))
        alone.ask_or_refuse(f"{inner.cwd}: {tree} cannot be checked out", "read-tree", "--reset", "-u", tree)
