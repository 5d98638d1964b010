"""Which files differ between base and head, also within submodules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from collectbench.checkouts.checkout import Checkout
from collectbench.checkouts.file_copies import same_file
from collectbench.checkouts.git import Git
from collectbench.checkouts.submodules import Submodule

BETWEEN = ("diff-tree", "-r", "--name-only", "--no-renames", "--ignore-submodules=none", "-z")
"""The options of `git diff-tree`. A repository may tell git to show no change of a submodule (`ignore = all`)."""


def changed_files(
    git: Git,
    sides: tuple[Checkout, Checkout],
    current: Iterable[str],
    submodules: tuple[Iterable[Submodule], Iterable[Submodule]],
) -> tuple[str, ...]:
    """Return the files that differ, and the submodules in which something differs, relative to the top; sorted.

    Args:
        git: started at the top of the user's tree.
        sides: base and head, complete.
        current: files of the head that may differ from its commit.
        submodules: of the base, and of the head.

    Raises:
        CheckoutError: git cannot compare the commits.
        Interrupted: a signal arrived.
    """
    base, head = (side.toplevel for side in sides)
    commits = (side.commit for side in sides)
    committed = git.require("the commits cannot be compared", *BETWEEN, *commits).entries
    changed = set(_differing({*committed, *current}, base, head))
    files_of_base, files_of_head = ({each.path: each.files or () for each in side} for side in submodules)
    for path in {*files_of_base, *files_of_head}:
        names = {*files_of_base.get(path, ()), *files_of_head.get(path, ())}
        within = _differing({f"{path}/{name}" for name in names}, base, head)
        changed.update((path, *within) if within else ())
    return tuple(sorted(changed))


def _differing(paths: Iterable[str], base: Path, head: Path) -> list[str]:
    return [path for path in paths if not same_file(base / path, head / path)]
