"""The user's repository: where it lies, which commit a ref means, and a commit of the current working tree."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collectbench.checkouts.git import Git, git_in
from collectbench.measure.process.launch import Launcher
from collectbench.model.errors import CheckoutError
from collectbench.model.reason import Action, Reason, Remedy

IDENTITY = {
    f"GIT_{role}_{part}": value
    for role in ("AUTHOR", "COMMITTER")
    for part, value in (("NAME", "collectbench"), ("EMAIL", "collectbench@localhost"))
}
"""Author and committer of the temporary commit, so that users without user.name can measure too."""

SINCE_THE_FORK = "..."
"""`main...` is the commit where HEAD left main, as in `git diff main...`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A working tree of the user's.

    Attributes:
        git: started at its top.
        toplevel: its top, absolute.
        prefix: the project's root relative to the top; empty if it is the top.
    """

    git: Git
    toplevel: Path
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The current working tree as a commit. `dirty` says whether it differs from HEAD, which is `head_commit`."""

    commit: str
    head_commit: str
    dirty: bool


def open_repository(root: Path, env: Mapping[str, str], work: Path, launch: Launcher) -> Repository:
    """Return the working tree that holds `root`.

    Raises:
        CheckoutError: git is missing or refuses; `root` is not in a working tree; there is no commit yet; `work` lies
            in the tree.
        Interrupted: a signal arrived.
    """
    git = git_in(root, env, work, launch)
    elsewhere = ("run it in a git working tree", Remedy(action=Action.COMPARE_WITH_BASELINE))
    failure = f"{root} cannot be compared with another commit"
    answer = git.require(failure, "rev-parse", "--is-inside-work-tree", remedies=elsewhere)
    if answer.line != "true":
        raise CheckoutError(
            Reason(
                fact=f"{root} lies in a bare repository or in a git directory, which holds no files to measure",
                remedies=elsewhere,
            )
        )
    toplevel = Path(git.require(failure, "rev-parse", "--show-toplevel").line)
    prefix = git.require(failure, "rev-parse", "--show-prefix").line.rstrip("/")
    if work.resolve().is_relative_to(toplevel):
        raise CheckoutError(
            f"the directory for temporary files ({work}) lies in the tree that is to be measured; "
            "set TMPDIR to a directory outside of it"
        )
    repository = Repository(git=git.in_directory(toplevel), toplevel=toplevel, prefix=prefix)
    if not repository.git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").ok:
        raise CheckoutError(f"{toplevel} has no commit yet, so there is nothing to compare with; commit first")
    return repository


def resolve_ref(repository: Repository, ref: str) -> str:
    """Return the full name of the commit that `ref` means; with `...` at its end, the commit where HEAD left it.

    Raises:
        CheckoutError: there is no such commit, or it is not in this clone.
        Interrupted: a signal arrived.
    """
    name = ref.removesuffix(SINCE_THE_FORK)
    if not name or name.startswith("-"):
        raise CheckoutError(f"{ref!r} is not a ref; give a branch, a tag or a commit, such as main or HEAD~1")
    named = repository.git.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if not named.ok:
        raise CheckoutError(_unknown(repository, name))
    if name == ref:
        return named.line
    fork = repository.git.run("merge-base", named.line, "HEAD")
    if not fork.ok:
        raise CheckoutError(
            Reason(
                fact=f"HEAD and {name} have no commit in common here{_if_shallow(repository)}",
                remedies=(*_deepen(repository), Remedy(action=Action.COMPARE_WITH_COMMIT, value=name)),
            )
        )
    return fork.line


def _unknown(repository: Repository, name: str) -> Reason:
    if repository.git.run("rev-parse", "--verify", "--quiet", name).ok:
        return Reason(
            fact=f"{name} is not a commit, or it is not in this clone", remedies=("give a branch, a tag or a commit",)
        )
    return Reason(
        fact=f"there is no such commit in {repository.toplevel}{_if_shallow(repository)}",
        remedies=(
            *_deepen(repository),
            "look at the existing ones (`git branch --all`, `git log`)",
            "get more of them (`git fetch`)",
        ),
    )


def _is_shallow(repository: Repository) -> bool:
    return repository.git.run("rev-parse", "--is-shallow-repository").line == "true"


def _if_shallow(repository: Repository) -> str:
    return ", since this clone is shallow: it holds only the newest commits" if _is_shallow(repository) else ""


def _deepen(repository: Repository) -> tuple[str, ...]:
    """The ways out of a shallow clone."""
    if not _is_shallow(repository):
        return ()
    return ("get more commits (`git fetch --deepen=100`)", "get all of them in CI (`fetch-depth: 0`)")


def take_snapshot(repository: Repository) -> Snapshot:
    """Make a commit of the current working tree, with uncommitted and untracked but without ignored files.

    Returns HEAD if nothing changed. No ref names the commit, so git removes it in time. Its date is HEAD's: the same
    tree makes the same commit.

    Raises:
        CheckoutError: git cannot read a file, or finds a repository without commits in the tree.
        Interrupted: a signal arrived.
    """
    git = repository.git
    failure = f"{repository.toplevel}: HEAD cannot be read"
    head = git.require(failure, "rev-parse", "--verify", "HEAD^{commit}").line
    tree = write_current_tree(git)
    if tree == git.require(failure, "rev-parse", "--verify", "HEAD^{tree}").line:
        return Snapshot(commit=head, head_commit=head, dirty=False)
    seconds = git.require(failure, "show", "--no-patch", "--format=%ct", head).line
    dates = {f"GIT_{role}_DATE": f"{seconds} +0000" for role in ("AUTHOR", "COMMITTER")}
    commit = git.with_variables(**IDENTITY, **dates).require(
        f"{repository.toplevel}: a temporary commit cannot be made",
        *("commit-tree", "--no-gpg-sign", "-p", head, "-m", "What is to be measured", tree),
    )
    return Snapshot(commit=commit.line, head_commit=head, dirty=True)


def write_current_tree(git: Git) -> str:
    """Write the tree of the current working tree, at whose top `git` starts, and return its name.

    It uses a copy of the index: the user's staged changes stay as they are, and files that a sparse checkout omits
    are still known. The copy keeps its time, by which git recognises files that changed since.

    Raises:
        CheckoutError: git cannot read a file, or finds a repository without commits in the tree.
        Interrupted: a signal arrived.
    """
    failure = f"{git.cwd}: the tree cannot be read"
    index = git.cwd / git.require(failure, "rev-parse", "--git-path", "index").line
    with tempfile.TemporaryDirectory(prefix="index-", dir=git.work) as directory:
        private = Path(directory) / "index"
        if index.exists():
            shutil.copy2(index, private)
        with_copy = git.with_variables(GIT_INDEX_FILE=str(private))
        remedies = ("make it readable, commit in it, remove it, or have git ignore it (.gitignore, .git/info/exclude)",)
        # Without --sparse, git refuses untracked files outside of a sparse checkout (git has it since 2.34).
        sparse = ["--sparse"] if git.run("config", "--type=bool", "core.sparseCheckout").line == "true" else []
        with_copy.require(failure, "add", "--all", *sparse, remedies=remedies)
        return with_copy.require(failure, "write-tree").line
