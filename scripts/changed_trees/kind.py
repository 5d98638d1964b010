"""A kind of change, and the ways in which it gets into the history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from changed_trees.tree import Tree

RARE = ("colorsys", "mailbox", "netrc", "plistlib", "sched", "tabnanny", "timeit", "wave", "zipapp")
"""Modules of the standard library that collection hardly ever loads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of change: its name, what makes it, and the only way for it (empty: any)."""

    name: str
    make: Callable[[Tree], None]
    way: str = ""


def _uncommitted(tree: Tree) -> None:
    """The change stays in the working tree."""


def _staged(tree: Tree) -> None:
    tree.git("add", "--all")


def _committed(tree: Tree) -> None:
    tree.commit("changed")
    tree.ref = "HEAD~1"


def _on_both_sides(tree: Tree) -> None:
    tree.commit("changed on both sides")


def _taken_back(tree: Tree) -> None:
    """REF has the change, the working tree has not."""
    tree.commit("changed in REF")
    tree.git("read-tree", "--reset", "-u", "HEAD~1")


def _on_a_branch(tree: Tree) -> None:
    """REF is another branch: the working tree never had the change."""
    tree.git("checkout", "--quiet", "-b", "side")
    tree.commit("changed on REF's side")
    tree.git("checkout", "--quiet", "main")
    tree.ref = "side"


def _since_the_fork(tree: Tree) -> None:
    """As on a branch, but REF means the commit where HEAD left it."""
    _on_a_branch(tree)
    tree.ref = "side..."


def _at_the_baseline(tree: Tree) -> None:
    """REF is the very commit of the baseline, and the change is not committed."""
    tree.ref = "HEAD~1"


WAYS: Mapping[str, tuple[int, Callable[[Tree], None]]] = {
    "uncommitted": (8, _uncommitted),
    "committed": (4, _committed),
    "on both sides": (2, _on_both_sides),
    "taken back": (2, _taken_back),
    "on REF's side": (2, _on_a_branch),
    "staged": (1, _staged),
    "REF is the baseline's commit": (1, _at_the_baseline),
    "since the fork": (1, _since_the_fork),
}
"""How often each way is taken, and what it does when the files are changed. HEAD is the commit of the baseline's file;
its parent is the one that was measured."""


def choose_way(tree: Tree) -> str:
    """A way at random."""
    return tree.rng.choices(list(WAYS), [weight for weight, _ in WAYS.values()])[0]
