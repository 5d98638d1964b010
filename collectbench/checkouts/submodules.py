"""Fills the directories of submodules, which git leaves empty in a worktree, from the user's clones."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from collectbench.checkouts.current_files import GITLINK, files_within
from collectbench.checkouts.file_copies import is_directory_in, mirror
from collectbench.checkouts.git import Git
from collectbench.model.errors import CheckoutError


@dataclass(frozen=True, slots=True, kw_only=True)
class Submodule:
    """One submodule of one checkout, and its files relative to its top, without those of nested submodules.

    `files` is None if it stays empty because the user has not checked it out. A repository in the tree that is not a
    submodule counts as one.
    """

    path: str
    files: tuple[str, ...] | None


def fill_recorded(git: Git, tree: str, toplevel: Path) -> Iterator[Submodule]:
    """Write the files of all submodules as a commit records them, also of nested ones, and yield each.

    The written directories have no `.git`, so that nothing remains in the user's clones.

    Args:
        git: started at the top of the user's tree.
        tree: the tree of the checkout.
        toplevel: the top of the checkout.

    Raises:
        CheckoutError: a commit is not there, or cannot be checked out.
        Interrupted: a signal arrived.
    """
    _, links = _listed(git, tree)
    for path, commit in links.items():
        inner = git.in_directory(git.cwd / path)
        if not _is_checked_out(git, path):
            yield Submodule(path=path, files=None)
            continue
        inner_tree = _recorded_tree(inner, commit)
        _export(inner, inner_tree, toplevel / path)
        files, _ = _listed(inner, inner_tree)
        yield Submodule(path=path, files=files)
        for nested in fill_recorded(inner, inner_tree, toplevel / path):
            yield replace(nested, path=f"{path}/{nested.path}")


def fill_current(git: Git, paths: Iterable[str], toplevel: Path) -> Iterator[Submodule]:
    """Copy the user's current files of all submodules, also of nested ones, and yield each. No `.git` is among them.

    Args:
        git: started at the top of the user's tree.
        paths: the submodules.
        toplevel: the top of the checkout.

    Raises:
        CheckoutError: git cannot list the files, or one cannot be copied.
        Interrupted: a signal arrived.
    """
    for path in paths:
        inner = git.in_directory(git.cwd / path)
        if not _is_checked_out(git, path):
            yield Submodule(path=path, files=None)
            continue
        files, repositories = files_within(inner)
        (toplevel / path).mkdir(parents=True, exist_ok=True)
        mirror(files, inner.cwd, toplevel / path)
        yield Submodule(path=path, files=files)
        for nested in fill_current(inner, repositories, toplevel / path):
            yield replace(nested, path=f"{path}/{nested.path}")


def _is_checked_out(git: Git, path: str) -> bool:
    return is_directory_in(git.cwd, path) and (git.cwd / path / ".git").exists()


def _recorded_tree(inner: Git, commit: str) -> str:
    """The tree of the recorded commit."""
    tree = inner.run("rev-parse", "--verify", "--quiet", f"{commit}^{{tree}}")
    if not tree.ok:
        raise CheckoutError(
            f"{inner.cwd}: commit {commit} of this submodule is not in its clone; get it with "
            f"`git -C {inner.cwd} fetch origin {commit}`, or all commits of HEAD with `git submodule update --init`"
        )
    return tree.line


def _listed(git: Git, tree: str) -> tuple[tuple[str, ...], dict[str, str]]:
    """The files of a tree, and its submodules with their commits."""
    files, links = [], {}
    for entry in git.require(f"{git.cwd}: {tree} cannot be read", "ls-tree", "-r", "-z", tree).entries:
        description, _, path = entry.partition("\t")
        mode, _, name = description.split(" ")
        if mode == GITLINK:
            links[path] = name
        else:
            files.append(path)
    return tuple(files), links


def _export(inner: Git, tree: str, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="index-", dir=inner.work) as directory:
        exporting = inner.with_variables(GIT_INDEX_FILE=str(Path(directory) / "index"), GIT_WORK_TREE=str(into))
        exporting.require(f"{inner.cwd}: {tree} cannot be checked out", "read-tree", "--reset", "-u", tree)
