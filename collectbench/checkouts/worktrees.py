"""Makes base and head as git worktrees in a directory of ours, and removes both afterwards."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from collectbench.checkouts.changes import changes_since
from collectbench.checkouts.checkout import Checkout, Checkouts, checkout_env
from collectbench.checkouts.current_files import CurrentFiles, check_out_current, current_files
from collectbench.checkouts.differences import changed_files
from collectbench.checkouts.git import Git, git_in
from collectbench.checkouts.left_out import LeftOut
from collectbench.checkouts.repository import Repository, open_repository, resolve_ref
from collectbench.checkouts.submodules import fill_current, fill_recorded
from collectbench.measure.process.interruption import deferred, raise_if_interrupted
from collectbench.measure.process.launch import Launcher
from collectbench.measure.process.ledger import LEDGER
from collectbench.measure.process.temporary import delete_directory
from collectbench.model.errors import CheckoutError

LABELS = ("base", "head")
"""Also the names of the directories: of equal length, so that paths cost the same in both checkouts."""

FORCE = ("--force", "--force")
"""Twice: also a worktree that is locked, as git does while it makes one."""


@contextmanager
def both_checkouts(  # noqa: PLR0917 - what to check out, and the means, as all callers give them
    ref: str,
    root: Path,
    env: Mapping[str, str],
    work: Path,
    launch: Launcher,
    edits: Mapping[str, bytes] | None = None,
    *,
    own: Iterable[Path] = (),
) -> Iterator[Checkouts]:
    """Check out `ref` and the user's current files side by side until the block ends.

    With `edits`, both are the user's current files, and the edits are made in the head.

    Args:
        ref: the base, as git names commits; with `...` at its end, the commit where HEAD left it.
        root: the project's root in the user's tree.
        env: the user's environment.
        work: a directory of ours, outside of the user's tree.
        launch: starts processes; signals must be noted (see `interruption`) as long as the block lasts.
        edits: new content of files of the head, by path relative to the top of the working tree. `ref` has to be HEAD.
        own: directories of ours in the user's tree: the head does not get our files in them that git does not track.

    Raises:
        CheckoutError: there is no such commit, or the checkouts cannot be made or removed; says why, and what to do.
        Interrupted: a signal arrived. The checkouts are removed as always.
    """
    repository = open_repository(root, env, work, launch)
    git = repository.git
    base_commit = resolve_ref(repository, ref)
    directory = Path(tempfile.mkdtemp(prefix="trees-", dir=work.resolve()))
    base, head = (
        _checkout(repository, directory / label, commit, env)
        for label, commit in zip(LABELS, (base_commit, repository.head), strict=True)
    )
    try:
        left_out = LeftOut.of(git.cwd, own)
        current = current_files(git, directory / "index", left_out)
        for checkout in (base, head):
            _add(git, checkout)
        if edits is None:
            failure = f"{base_commit} cannot be checked out"
            git.in_directory(base.toplevel).require(failure, "reset", "--hard", "--quiet")
        else:
            check_out_current(git, current_files(git, directory / "index-of-base", left_out), base.toplevel)
        _refuse_missing_root(base, repository.prefix)
        check_out_current(git, current, head.toplevel)
        checkouts = _complete(git, base, head, current) if edits is None else _edited(git, base, head, current, edits)
        raise_if_interrupted()
        yield checkouts
    finally:
        with deferred():
            failures = _remove(git, [base.toplevel, head.toplevel], directory)
            _delete_bytecode(env.get("PYTHONPYCACHEPREFIX"), directory)
    if failures:
        raise CheckoutError(*failures)
    raise_if_interrupted()


@contextmanager
def past_checkout(commit: str, root: Path, env: Mapping[str, str], work: Path, launch: Launcher) -> Iterator[Checkouts]:
    """Check out one commit until the block ends: it stands for base and head.

    Args:
        commit: its full name. It has to be in the history of HEAD.
        root: the project's root in the user's tree.
        env: the user's environment.
        work: a directory of ours, outside of the user's tree.
        launch: starts processes; signals must be noted (see `interruption`) as long as the block lasts.

    Raises:
        CheckoutError: it cannot be checked out or removed, or it has no directory `root`; says why.
        Interrupted: a signal arrived. The checkout is removed as always.
    """
    repository = open_repository(root, env, work, launch)
    git = repository.git
    directory = Path(tempfile.mkdtemp(prefix="trees-", dir=work.resolve()))
    checkout = _checkout(repository, directory / LABELS[0], commit, env)
    try:
        _add(git, checkout)
        git.in_directory(checkout.toplevel).require(f"{commit} cannot be checked out", "reset", "--hard", "--quiet")
        _refuse_missing_root(checkout, repository.prefix)
        submodules = tuple(fill_recorded(git, commit, checkout.toplevel))
        differing = changes_since(git, commit)
        raise_if_interrupted()
        yield Checkouts(
            origin=git.cwd,
            base=checkout,
            head=checkout,
            dirty=False,
            changed=tuple(sorted(differing.changed | differing.deleted)),
            notes=tuple(_note_on(each.path) for each in submodules if each.files is None),
            later=differing.changed,
        )
    finally:
        with deferred():
            failures = _remove(git, [checkout.toplevel], directory)
            _delete_bytecode(env.get("PYTHONPYCACHEPREFIX"), directory)
    if failures:
        raise CheckoutError(*failures)
    raise_if_interrupted()


def remove_left(
    worktrees: Iterable[tuple[Path, Path]], env: Mapping[str, str], work: Path, launch: Launcher
) -> tuple[int, list[str]]:
    """Remove the worktrees that a killed command has left; returns their number, and a message for each that remains.

    Args:
        worktrees: each with the top of the user's tree.
        env: the user's environment.
        work: a directory of ours.
        launch: starts processes; signals must be noted meanwhile (see `interruption`).

    Raises:
        CheckoutError: git cannot be started.
        Interrupted: a signal arrived.
    """
    number, failures = 0, list[str]()
    for toplevel, origin in worktrees:
        git = git_in(origin, env, work, launch)
        number += toplevel.exists() or (origin.is_dir() and _line_of(toplevel) in _listed(git))
        if origin.is_dir():
            failures += _remove(git, [toplevel], toplevel)
        delete_directory(toplevel.parent)
        _delete_bytecode(env.get("PYTHONPYCACHEPREFIX"), toplevel.parent)
    return number, failures


def _checkout(repository: Repository, toplevel: Path, commit: str, env: Mapping[str, str]) -> Checkout:
    root = toplevel / repository.prefix
    return Checkout(
        label=toplevel.name,
        commit=commit,
        toplevel=toplevel,
        root=root,
        env=checkout_env(env, repository.toplevel, toplevel, root),
    )


def _add(git: Git, checkout: Checkout) -> None:
    """Make a worktree without files. Of all steps, only this one would leave something half done if git were killed."""
    failure = f"{checkout.commit} cannot be checked out"
    raise_if_interrupted()
    LEDGER.note_worktree(checkout.toplevel, git.cwd)
    with deferred():
        git.require(failure, "worktree", "add", "--detach", "--no-checkout", str(checkout.toplevel), checkout.commit)


def _refuse_missing_root(base: Checkout, prefix: str) -> None:
    if not base.root.is_dir():
        raise CheckoutError(
            f"there was no directory {prefix} in that commit, so there is nothing to compare with; give a later commit"
        )


def _complete(git: Git, base: Checkout, head: Checkout, current: CurrentFiles) -> Checkouts:
    """Fill the submodules of both checkouts, and find out what differs."""
    in_base = tuple(fill_recorded(git, base.commit, base.toplevel))
    in_head = tuple(fill_current(git, current.repositories, head.toplevel))
    empty = sorted({submodule.path for submodule in (*in_base, *in_head) if submodule.files is None})
    return Checkouts(
        origin=git.cwd,
        base=base,
        head=head,
        dirty=current.dirty,
        changed=changed_files(git, (base, head), current.differing, (in_base, in_head)),
        notes=tuple(_note_on(path) for path in empty),
    )


def _edited(git: Git, base: Checkout, head: Checkout, current: CurrentFiles, edits: Mapping[str, bytes]) -> Checkouts:
    """Fill the submodules of both checkouts of the same files, and make the edits in the head."""
    in_base, in_head = (tuple(fill_current(git, current.repositories, each.toplevel)) for each in (base, head))
    for path, content in edits.items():
        file = head.toplevel / path
        if not file.resolve().is_relative_to(head.toplevel):
            raise CheckoutError(f"{path}: a symbolic link leads out of the working tree, so it is not edited")
        file.write_bytes(content)
    empty = sorted({submodule.path for submodule in (*in_base, *in_head) if submodule.files is None})
    return Checkouts(
        origin=git.cwd,
        base=base,
        head=head,
        dirty=True,
        changed=tuple(sorted(edits)),
        notes=tuple(_note_on(path) for path in empty),
    )


def _note_on(submodule: str) -> str:
    return f"{submodule}: this submodule is not checked out, so base and head lack its files"


def _remove(git: Git, toplevels: Sequence[Path], directory: Path) -> list[str]:
    """Remove worktrees and the directory around them, also damaged ones; returns a message for each that remains."""
    failures = []
    try:
        listed = _listed(git)
        for path in (path for path in toplevels if _line_of(path) in listed):
            answer = git.run("worktree", "remove", *FORCE, str(path))
            if not answer.ok:  # git also removes its record of a worktree whose directory is gone
                delete_directory(path)
                answer = git.run("worktree", "remove", *FORCE, str(path))
            if not answer.ok:
                failures.append(
                    f"{path}: git still lists this worktree, which could not be removed: {answer.complaint}"
                )
    finally:
        delete_directory(directory)
    return [*failures, *([f"{directory}: this temporary directory could not be deleted"] if directory.exists() else [])]


def _listed(git: Git) -> list[bytes]:
    """The lines in which git lists worktrees."""
    return git.run("worktree", "list", "--porcelain").output.splitlines()


def _line_of(toplevel: Path) -> bytes:
    return b"worktree " + os.fsencode(toplevel)


def _delete_bytecode(prefix: str | None, directory: Path) -> None:
    """Delete the checkouts' bytecode below PYTHONPYCACHEPREFIX: no later process will use it."""
    if prefix:
        inside = Path(prefix) / directory.relative_to(directory.anchor)
        delete_directory(inside)
        with suppress(OSError):  # stops at the first parent that is missing or holds something else
            for parent in inside.parents[: len(directory.parts) - 2]:
                parent.rmdir()
