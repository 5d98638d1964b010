"""Asks git which paths it ignores, whether they exist or not."""

from __future__ import annotations

import os
from collections.abc import Collection

from collectbench.checkouts.git import Git
from collectbench.model.errors import CheckoutError


def ignored_by_git(git: Git, paths: Collection[str]) -> frozenset[str]:
    """Return those of the paths that git ignores; none outside of a repository.

    Args:
        git: started in the directory that the paths are relative to.
        paths: with `/`. Those outside of the directory, behind links and in other repositories are not ignored.

    Raises:
        Interrupted: a signal arrived.
    """
    inside: dict[str, bool] = {"": True}
    asked = [path for path in paths if path[:1] not in ("", "/") and path != ".." and _lies_inside(git, path, inside)]
    if not asked:
        return frozenset()
    given = b"".join(os.fsencode(path) + b"\0" for path in asked)
    try:
        return frozenset(git.run("check-ignore", "-z", "--stdin", given=given).entries)
    except CheckoutError:  # no git
        return frozenset()


def _lies_inside(git: Git, path: str, known: dict[str, bool]) -> bool:
    return _is_inside(str(git.cwd), path.rpartition("/")[0], known)


def _is_inside(root: str, directory: str, known: dict[str, bool]) -> bool:
    """Whether git would look at files in a directory; for others it gives up, and answers nothing about the rest."""
    if directory not in known:
        above, _, name = directory.rpartition("/")
        absolute = f"{root}/{directory}"
        known[directory] = (
            name not in ("", "..")
            and _is_inside(root, above, known)
            and not os.path.islink(absolute)  # noqa: PTH114 - one of many
            and not os.path.lexists(f"{absolute}/.git")
        )
    return known[directory]
