"""Asks git which files were renamed since a commit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from collectbench.checkouts.git import git_in
from collectbench.measure.process.launch import Launcher
from collectbench.model.errors import CheckoutError
from collectbench.model.file_moves import FileMoves

OPTIONS = ("-r", "--name-status", "--find-renames", "--diff-filter=DR", "--relative", "-z")


def moves_since(
    commit: str, until: str | None, root: Path, env: Mapping[str, str], launch: Launcher
) -> FileMoves | None:
    """Return which files below `root` were renamed or deleted since a commit; None if git does not know.

    Args:
        commit: the older one.
        until: the newer commit; None for the user's tree as it is now.
        root: the project's root, which the paths are relative to.
        env: the user's environment.
        launch: starts git.

    Raises:
        Interrupted: a signal arrived.
    """
    question = ("diff-index", *OPTIONS, commit) if until is None else ("diff-tree", *OPTIONS, commit, until)
    try:
        with tempfile.TemporaryDirectory(prefix="collectbench-") as work:
            answer = git_in(root, env, Path(work), launch).run(*question, "--")
    except (CheckoutError, OSError):  # no git, or a full disk: then it stays unknown
        return None
    return _read(iter(answer.entries)) if answer.ok else None


def _read(entries: Iterator[str]) -> FileMoves:
    renamed, deleted = {}, set()
    for status in entries:
        path = next(entries)
        if status.startswith("R"):
            renamed[path] = next(entries)
        else:
            deleted.add(path)
    return FileMoves(renamed=renamed, deleted=tuple(sorted(deleted)))
