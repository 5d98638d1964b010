"""The user's repository: where it lies, which commit a ref means, and what the user has in the tree just now."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collectbench.checkouts.git import Git, git_in
from collectbench.measure.process.launch import Launcher
from collectbench.model.errors import UsageError

IDENTITY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "collectbench"), ("EMAIL", "collectbench@localhost"))
}
"""Of the temporary commit: users without user.name can measure too."""

SINCE_THE_FORK = "..."
"""`main...` is the commit where the head left main, as in `git diff main...`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A work tree of the user's.

    Attributes:
        git: started at the top of it.
        toplevel: the top of it, absolute.
        prefix: the project's root below that; empty where they are the same.
    """

    git: Git
    toplevel: Path
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What the user has now, as a commit. `dirty` tells whether that differs from HEAD's own, `head_commit`."""

    commit: str
    head_commit: str
    dirty: bool


def open_repository(root: Path, env: Mapping[str, str], work: Path, launch: Launcher) -> Repository:
    """The work tree that holds `root`.

    Raises:
        UsageError: git is missing or refuses; no work tree; no commit yet; `work` lies in the tree.
        Interrupted: a signal arrived.
    """
    git = git_in(root, env, work, launch)
    elsewhere = "Run it in a git work tree, or compare with a stored baseline (--baseline)."
    what = f"{root} cannot be compared with another commit"
    answer = git.ask_or_refuse(what, "rev-parse", "--is-inside-work-tree", way_out=elsewhere)
    if answer.line != "true":
        raise UsageError(
            f"--against: {root} lies in a bare repository or a git folder, which hold no files to measure. {elsewhere}"
        )
    toplevel = Path(git.ask_or_refuse(what, "rev-parse", "--show-toplevel").line)
    prefix = git.ask_or_refuse(what, "rev-parse", "--show-prefix").line.rstrip("/")
    if work.resolve().is_relative_to(toplevel):
        raise UsageError(
            f"--against: the folder for temporary files ({work}) lies in the tree that is to be measured. "
            "Set TMPDIR to a folder outside of it."
        )
    repository = Repository(git=git.within(toplevel), toplevel=toplevel, prefix=prefix)
    if not repository.git.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}").ok:
        raise UsageError(f"--against: {toplevel} has no commit yet, so there is nothing to compare with. Commit first.")
    return repository


def resolve(repository: Repository, ref: str) -> str:
    """The full name of the commit that `ref` means; with `...` at its end, the one where HEAD left it.

    Raises:
        UsageError: there is no such commit, or it is not in this clone.
        Interrupted: a signal arrived.
    """
    name = ref.removesuffix(SINCE_THE_FORK)
    if not name or name.startswith("-"):
        raise UsageError(
            f"--against {ref!r}: this is no ref. Give a branch, a tag or a commit, such as main or HEAD~1."
        )
    found = repository.git.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if not found.ok:
        raise UsageError(f"--against {ref}: {_unknown(repository, name)}")
    if name == ref:
        return found.line
    fork = repository.git.ask("merge-base", found.line, "HEAD")
    if not fork.ok:
        raise UsageError(
            f"--against {ref}: HEAD and {name} have no commit in common here. {_deepen(repository)}"
            f"Give a commit (--against {name}) to compare with that one."
        )
    return fork.line


def _unknown(repository: Repository, name: str) -> str:
    if repository.git.ask("rev-parse", "--verify", "--quiet", name).ok:
        return "this is no commit, or it is not in this clone. Give a branch, a tag or a commit."
    return (
        f"there is no such commit in {repository.toplevel}. {_deepen(repository)}"
        "`git branch --all` and `git log` show what there is; `git fetch` gets more."
    )


def _deepen(repository: Repository) -> str:
    shallow = repository.git.ask("rev-parse", "--is-shallow-repository").line == "true"
    return (
        "This clone is shallow, it holds only the newest commits: `git fetch --deepen=100` gets more, "
        "in CI `fetch-depth: 0` all of them. "
        if shallow
        else ""
    )


def snapshot(repository: Repository) -> Snapshot:
    """A commit of all that the user has now, uncommitted and untracked but not ignored; HEAD where nothing changed.

    No ref names it, so that git removes it in time, and its date is HEAD's: the same tree makes the same commit.

    Raises:
        UsageError: git cannot read a file, or finds a repository without commits within.
        Interrupted: a signal arrived.
    """
    git = repository.git
    what = f"{repository.toplevel}: HEAD cannot be read"
    head = git.ask_or_refuse(what, "rev-parse", "--verify", "HEAD^{commit}").line
    tree = tree_now(git)
    if tree == git.ask_or_refuse(what, "rev-parse", "--verify", "HEAD^{tree}").line:
        return Snapshot(commit=head, head_commit=head, dirty=False)
    seconds = git.ask_or_refuse(what, "show", "--no-patch", "--format=%ct", head).line
    dates = {f"GIT_{role}_DATE": f"{seconds} +0000" for role in ("AUTHOR", "COMMITTER")}
    made = git.having(**IDENTITY, **dates).ask_or_refuse(
        f"{repository.toplevel}: no temporary commit can be made",
        *("commit-tree", "--no-gpg-sign", "-p", head, "-m", "What is to be measured", tree),
    )
    return Snapshot(commit=made.line, head_commit=head, dirty=True)


def tree_now(git: Git) -> str:
    """Write the tree of what lies in the work tree at whose top `git` is started, and return its name.

    That goes through a copy of the index: what is staged stays as it is, and files that a sparse checkout leaves out
    are still known. The copy keeps its time, by which git tells files that changed since.

    Raises:
        UsageError: git cannot read a file, or finds a repository without commits within.
        Interrupted: a signal arrived.
    """
    what = f"{git.cwd}: the tree cannot be read"
    index = git.cwd / git.ask_or_refuse(what, "rev-parse", "--git-path", "index").line
    with tempfile.TemporaryDirectory(prefix="index-", dir=git.work) as folder:
        private = Path(folder) / "index"
        if index.exists():
            shutil.copy2(index, private)
        alone = git.having(GIT_INDEX_FILE=str(private))
        mend = "Make it readable, commit in it, remove it, or have git ignore it (.gitignore, .git/info/exclude)."
        # Else git refuses untracked files outside of what a sparse checkout has (the option is there from 2.34 on).
        sparse = ["--sparse"] if git.ask("config", "--type=bool", "core.sparseCheckout").line == "true" else []
        alone.ask_or_refuse(what, "add", "--all", *sparse, way_out=mend)
        return alone.ask_or_refuse(what, "write-tree").line
