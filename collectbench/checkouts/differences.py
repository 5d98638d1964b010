"""Which files differ between base and head, also within submodules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from collectbench.checkouts.git import Git
from collectbench.checkouts.submodules import Submodule

BETWEEN = ("diff-tree", "-r", "--name-only", "--no-renames", "-z")
ALL = ("ls-tree", "-r", "--name-only", "-z")


def changed_files(
    git: Git, commits: tuple[str, str], base: Iterable[Submodule], head: Iterable[Submodule]
) -> tuple[str, ...]:
    """Return the files that differ, and the submodules in which something differs, relative to the top; sorted.

    Args:
        git: started at the top of the user's tree.
        commits: base and head.
        base: the submodules of the base.
        head: the submodules of the head.

    Raises:
        CheckoutError: git cannot compare them.
        Interrupted: a signal arrived.
    """
    changed = set(git.require("the commits cannot be compared", *BETWEEN, *commits).entries)
    base_trees, head_trees = ({submodule.path: submodule.tree for submodule in side} for side in (base, head))
    for path in {*base_trees, *head_trees}:
        base_tree, head_tree = base_trees.get(path), head_trees.get(path)
        if base_tree != head_tree:
            names = _changed_within(git.in_directory(git.cwd / path), base_tree, head_tree)
            changed |= {path, *(f"{path}/{name}" for name in names)}
    return tuple(sorted(changed))


def _changed_within(git: Git, base_tree: str | None, head_tree: str | None) -> Iterator[str]:
    """The files that differ between two trees of a submodule; all files of the one tree if the other is missing."""
    trees = [tree for tree in (base_tree, head_tree) if tree]
    question = BETWEEN if len(trees) == 2 else ALL
    yield from git.require(f"{git.cwd}: the commits cannot be compared", *question, *trees).entries


def has_uncommitted(git: Git, submodules: Iterable[Submodule]) -> bool:
    """Whether a submodule has changes that the user has not committed there: the snapshot shows only new commits."""
    for submodule in submodules:
        committed_tree = ("rev-parse", "--verify", "--quiet", f"{submodule.commit}^{{tree}}")
        inner = git.in_directory(git.cwd / submodule.path)
        if submodule.tree is not None and submodule.tree != inner.run(*committed_tree).line:
            return True
    return False
