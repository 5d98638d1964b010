"""Fills the directories of submodules, which git leaves empty in a worktree, from the user's clones."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.git import Git
from collectbench.checkouts.repository import write_current_tree
from collectbench.model.errors import CheckoutError

GITLINK = "160000"
"""The mode of an entry that names a commit of another repository: gitdatamodel(7)."""

TreeOf = Callable[[Git, str], str]
"""Takes git at the top of a submodule and its recorded commit; returns the tree to check out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submodule:
    """One submodule of one checkout. `tree` is None if it stays empty because the user has not checked it out.

    A repository in the tree that is not a submodule counts as one.
    """

    path: str
    commit: str
    tree: str | None


def recorded_tree(inner: Git, commit: str) -> str:
    """Return the tree of the recorded commit.

    Raises:
        CheckoutError: the commit is not in the user's clone of the submodule.
        Interrupted: a signal arrived.
    """
    tree = inner.run("rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}")
    if not tree.ok:
        raise CheckoutError(
            f"{inner.cwd}: commit {commit} of this submodule is not in its clone; get it with "
            f"`git -C {inner.cwd} fetch origin {commit}`, or all commits of HEAD with `git submodule update --init`"
        )
    return tree.line


def current_tree(inner: Git, commit: str) -> str:
    """Return the tree of the user's current files, not of the recorded commit.

    Raises:
        CheckoutError: git cannot read a file.
        Interrupted: a signal arrived.
    """
    return write_current_tree(inner)


def fill_submodules(git: Git, tree: str, toplevel: Path, tree_of: TreeOf) -> Iterator[Submodule]:
    """Write the files of all submodules into a checkout, also of nested ones, and yield each.

    The written directories have no `.git`, so that nothing remains in the user's clones.

    Args:
        git: started at the top of the user's tree.
        tree: the tree of the checkout.
        toplevel: the top of the checkout.
        tree_of: returns the tree of each submodule to write there.

    Raises:
        CheckoutError: a commit is not there, or cannot be checked out.
        Interrupted: a signal arrived.
    """
    for path, commit in _gitlinks(git, tree):
        inner = git.in_directory(git.cwd / path)
        if not (inner.cwd / ".git").exists():
            yield Submodule(path=path, commit=commit, tree=None)
            continue
        inner_tree = tree_of(inner, commit)
        _export(inner, inner_tree, toplevel / path)
        yield Submodule(path=path, commit=commit, tree=inner_tree)
        for nested in fill_submodules(inner, inner_tree, toplevel / path, tree_of):
            yield replace(nested, path=f"{path}/{nested.path}")


def _gitlinks(git: Git, tree: str) -> Iterator[tuple[str, str]]:
    for entry in git.require(f"{git.cwd}: {tree} cannot be read", "ls-tree", "-r", "-z", tree).entries:
        description, _, path = entry.partition("\t")
        mode, _, commit = description.split(" ")
        if mode == GITLINK:
            yield path, commit


def _export(inner: Git, tree: str, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="index-", dir=inner.work) as directory:
        exporting = inner.with_variables(GIT_INDEX_FILE=str(Path(directory) / "index"), GIT_WORK_TREE=str(into))
        exporting.require(f"{inner.cwd}: {tree} cannot be checked out", "read-tree", "--reset", "-u", tree)
