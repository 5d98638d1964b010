"""The commits of a branch, and what git says about each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone

from collectbench.checkouts.git import Git
from collectbench.model.errors import CheckoutError

FORMAT = "%H%x1f%ct%x1f%s"
"""Full name, time of the commit in seconds, first line of the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A commit.

    Attributes:
        name: in full.
        committed: UTC, ISO 8601.
        subject: the first line of its message.
        depth: how many commits the branch had with it, first parents only.
    """

    name: str
    committed: str
    subject: str
    depth: int = 0


def commits_in(git: Git, revisions: str) -> tuple[Commit, ...]:
    """Return the commits that git names so (`v1.0..HEAD`, or `main` for all of a branch), the newest first.

    Of a merge, only the branch that was merged into is followed: these are the states that the branch had.

    Raises:
        CheckoutError: git does not know them, or there are none.
        Interrupted: a signal arrived.
    """
    if not revisions.strip() or revisions.startswith("-"):
        raise CheckoutError(f"{revisions!r} is not a range of commits; give one such as v1.0..HEAD, or a branch")
    failure = f"the commits {revisions} cannot be listed"
    ways_out = ("give a range such as v1.0..HEAD, or a branch", "get more commits (`git fetch --unshallow`)")
    answer = git.require(
        failure, "log", "-z", "--first-parent", f"--format={FORMAT}", revisions, "--", remedies=ways_out
    )
    if not answer.entries:
        raise CheckoutError(f"there are no commits in {revisions}; give a range such as v1.0..HEAD, or a branch")
    depth = _depth(git, answer.entries[0].partition("\x1f")[0])
    return tuple(_commit(entry, depth - index) for index, entry in enumerate(answer.entries))


def commit_of(git: Git, name: str) -> Commit | None:
    """Return the commit of that name; None if git does not know it.

    Raises:
        CheckoutError: git cannot be started.
        Interrupted: a signal arrived.
    """
    answer = git.run("log", "-z", "--max-count=1", f"--format={FORMAT}", f"{name}^{{commit}}", "--")
    return _commit(answer.entries[0], _depth(git, name)) if answer.ok and answer.entries else None


def _depth(git: Git, name: str) -> int:
    answer = git.run("rev-list", "--first-parent", "--count", name, "--")
    return int(answer.line) if answer.ok else 0


def _commit(entry: str, depth: int) -> Commit:
    name, seconds, subject = entry.split("\x1f", 2)
    committed = datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Commit(name=name, committed=committed, subject=subject, depth=depth)
