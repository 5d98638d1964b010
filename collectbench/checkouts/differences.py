"""What differs between base and head, within submodules too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from collectbench.checkouts.git import Git
from collectbench.checkouts.submodules import Submodule

BETWEEN = ("diff-tree", "-r", "--name-only", "--no-renames", "-z")
ALL = ("ls-tree", "-r", "--name-only", "-z")


def changed_files(
    git: Git, commits: tuple[str, str], before: Iterable[Submodule], after: Iterable[Submodule]
) -> tuple[str, ...]:
    """The files that differ, and the submodules of which something does, relative to the top.

    Args:
        git: started at the top of the user's tree.
        commits: base and head.
        before: the submodules of the base.
        after: those of the head.

    Raises:
        UsageError: git cannot compare them.
        Interrupted: a signal arrived.
    """
    changed = set(git.ask_or_refuse("the commits cannot be compared", *BETWEEN, *commits).entries)
    trees = [{one.path: one.tree for one in side} for side in (before, after)]
    for path in {*trees[0], *trees[1]}:
        was, now = trees[0].get(path), trees[1].get(path)
        if was != now:
            changed |= {path, *(f"{path}/{name}" for name in _within(git.within(git.cwd / path), was, now))}
    return tuple(sorted(changed))


def _within(inner: Git, was: str | None, now: str | None) -> Iterator[str]:
    """The files that differ between two trees of a submodule: all of the one that is there, where only one is."""
    trees = [tree for tree in (was, now) if tree]
    question = BETWEEN if len(trees) == 2 else ALL
    yield from inner.ask_or_refuse(f"{inner.cwd}: the commits cannot be compared", *question, *trees).entries


def has_uncommitted(git: Git, submodules: Iterable[Submodule]) -> bool:
    """Whether the user changed a submodule without committing that there: its new commits alone are in the snapshot."""
    for one in submodules:
        commit = ("rev-parse", "--verify", "--quiet", f"{one.commit}^{{tree}}")
        if one.tree is not None and one.tree != git.within(git.cwd / one.path).ask(*commit).line:
            return True
    return False
