"""Base and head as git worktrees in a folder of our own, and nothing of them left afterwards."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from collectbench.checkouts.checkout import Checkout, Checkouts, checkout_env
from collectbench.checkouts.differences import changed_files, has_uncommitted
from collectbench.checkouts.git import Git
from collectbench.checkouts.repository import Repository, Snapshot, open_repository, resolve, snapshot
from collectbench.checkouts.submodules import fill_submodules, present, recorded
from collectbench.measure.process.interruption import deferred, raise_if_interrupted
from collectbench.measure.process.launch import Launcher
from collectbench.model.errors import UsageError

LABELS = ("base", "head")
"""Also the names of the folders: of one length, so that paths cost the same on both sides."""


@contextmanager
def both_checkouts(ref: str, root: Path, env: Mapping[str, str], work: Path, launch: Launcher) -> Iterator[Checkouts]:
    """Check out `ref` and what the user has now, beside each other, until the block ends.

    Args:
        ref: the base, as git names commits; with `...` at its end, the commit where HEAD left it.
        root: the project's root in the user's tree.
        env: the user's environment.
        work: a folder of our own, outside of the user's tree.
        launch: starts processes; signals must be noted (see `interruption`) as long as the block lasts.

    Raises:
        UsageError: there is no such commit, or the sides cannot be made; says why, and what to do.
        Interrupted: a signal arrived. What was made is removed, then as always.
    """
    repository = open_repository(root, env, work, launch)
    git = repository.git
    base_commit, now = resolve(repository, ref), snapshot(repository)
    folder = Path(tempfile.mkdtemp(prefix="sides-", dir=work.resolve()))
    base, head = (
        _side(repository, folder / label, commit, env)
        for label, commit in zip(LABELS, (base_commit, now.commit), strict=True)
    )
    try:
        for side in (base, head):
            _add(git, side)
        _refuse_missing_root(base, ref, repository.prefix)
        sides = _sides(git, base, head, now)
        raise_if_interrupted()
        yield sides
    finally:
        with deferred():
            left = _remove(git, (base, head), folder)
            _forget_bytecode(env.get("PYTHONPYCACHEPREFIX"), folder)
    if left:
        raise UsageError(*left)
    raise_if_interrupted()


def _side(repository: Repository, toplevel: Path, commit: str, env: Mapping[str, str]) -> Checkout:
    root = toplevel / repository.prefix
    return Checkout(
        label=toplevel.name,
        commit=commit,
        toplevel=toplevel,
        root=root,
        env=checkout_env(env, repository.toplevel, toplevel, root),
    )


def _add(git: Git, side: Checkout) -> None:
    """Make a worktree, then fill it: only the first of the two would leave something half done if it were killed."""
    what = f"{side.commit} cannot be checked out"
    raise_if_interrupted()
    with deferred():
        git.ask_or_refuse(what, "worktree", "add", "--detach", "--no-checkout", str(side.toplevel), side.commit)
    git.within(side.toplevel).ask_or_refuse(what, "reset", "--hard", "--quiet")


def _refuse_missing_root(base: Checkout, ref: str, prefix: str) -> None:
    if not base.root.is_dir():
        raise UsageError(
            f"--against {ref}: there was no folder {prefix} in that commit, so there is nothing to compare with. "
            "Give a later commit."
        )


def _sides(git: Git, base: Checkout, head: Checkout, now: Snapshot) -> Checkouts:
    """What is compared, once submodules have their files."""
    before = tuple(fill_submodules(git, base.commit, base.toplevel, recorded))
    after = tuple(fill_submodules(git, head.commit, head.toplevel, present))
    empty = sorted({submodule.path for submodule in (*before, *after) if submodule.tree is None})
    return Checkouts(
        origin=git.cwd,
        base=base,
        head=head,
        head_commit=now.head_commit,
        dirty=now.dirty or has_uncommitted(git, after),
        changed=changed_files(git, (base.commit, head.commit), before, after),
        notes=tuple(f"{path}: this submodule is not checked out, so the sides are without it" for path in empty),
    )


def _remove(git: Git, sides: Sequence[Checkout], folder: Path) -> list[str]:
    """Remove worktrees, also those that tests have damaged; returns what to do where that fails."""
    left = []
    try:
        known = git.ask("worktree", "list", "--porcelain").output.splitlines()
        for path in (side.toplevel for side in sides if b"worktree " + os.fsencode(side.toplevel) in known):
            answer = git.ask("worktree", "remove", "--force", str(path))
            if not answer.ok:  # git also removes what it knows of a worktree whose folder is gone
                _delete(path)
                answer = git.ask("worktree", "remove", "--force", str(path))
            if not answer.ok:
                left.append(f"{path}: git still lists this worktree, which could not be removed: {answer.words}")
    finally:
        _delete(folder)
    return [*left, *([f"{folder}: this folder of ours could not be deleted."] if folder.exists() else [])]


def _forget_bytecode(prefix: str | None, folder: Path) -> None:
    """Delete what Python compiled for the sides where it keeps bytecode apart: nobody will come for it again."""
    if prefix:
        inside = Path(prefix) / folder.relative_to(folder.anchor)
        _delete(inside)
        with suppress(OSError):  # until a folder that holds something else, or is not there
            for parent in inside.parents[: len(folder.parts) - 2]:
                parent.rmdir()


def _delete(folder: Path) -> None:
    """Delete a folder, whatever the tests have made of the modes within."""
    for name, inner, _ in os.walk(folder):  # from the top: a folder is made readable before it is looked into
        for path in (Path(name) / entry for entry in inner):
            if not path.is_symlink():
                with suppress(OSError):  # what is not ours is left, and then named
                    path.chmod(stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)
