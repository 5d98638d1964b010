"""Which files the user has changed since a branch was left, whether committed or not."""

from __future__ import annotations

from dataclasses import dataclass

from collectbench.checkouts.current_files import UNTRACKED
from collectbench.checkouts.git import Git
from collectbench.checkouts.repository import SINCE_THE_FORK, open_repository, resolve_ref
from collectbench.model.errors import CheckoutError
from collectbench.model.reason import Reason

_SINCE = ("diff", "--name-status", "--no-renames", "--no-ext-diff", "--ignore-submodules=dirty", "--relative", "-z")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFiles:
    """Files that differ from a commit, relative to the directory in which git was started.

    A renamed file is both: its old path is deleted, its new one changed. A submodule at another commit counts as one
    changed path.

    Attributes:
        changed: that exist now, new ones included.
        deleted: that no longer exist.
    """

    changed: frozenset[str]
    deleted: frozenset[str]


def changes_since(git: Git, ref: str) -> ChangedFiles:
    """Return what differs between the commit where HEAD left `ref` and the user's files as they are now.

    Args:
        git: started in the directory whose files matter.
        ref: a branch, a tag or a commit.

    Raises:
        CheckoutError: there is no git, no repository, no such commit, or no commit at all.
        Interrupted: a signal arrived.
    """
    failure = f"{git.cwd}: the changes since {ref} cannot be listed"
    base = _fork(git, ref.removesuffix(SINCE_THE_FORK))
    entries = iter(git.require(failure, *_SINCE, base, "--").entries)
    changed, deleted = set[str](), set[str]()
    for status, path in zip(entries, entries, strict=True):
        (deleted if status == "D" else changed).add(path)
    untracked = git.require(failure, *UNTRACKED).entries
    changed.update(path for path in untracked if not path.endswith("/"))  # another repository is listed as a directory
    return ChangedFiles(changed=frozenset(changed), deleted=frozenset(deleted - changed))


def _fork(git: Git, ref: str) -> str:
    if ref and not ref.startswith("-"):
        answer = git.run("merge-base", ref, "HEAD")
        if answer.ok:
            return answer.line
    # It failed. The following commands say why.
    git.require(
        f"{git.cwd}: the changes cannot be listed",
        *("rev-parse", "--is-inside-work-tree"),
        remedies=("run it in a git working tree", "check all files"),
    )
    resolve_ref(open_repository(git.cwd, git.env, git.work, git.launch), ref)
    raise CheckoutError(
        Reason(
            fact=f"HEAD and {ref} have no commit in common here",
            remedies=("get more commits (`git fetch --deepen=100`)", "give a commit of this branch"),
        )
    )
