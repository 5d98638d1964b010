"""The files that the user has now: what git says about them, and how a checkout gets them. Git stores none of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from collectbench.checkouts.file_copies import is_directory_in, mirror
from collectbench.checkouts.git import Git
from collectbench.checkouts.left_out import LeftOut

GITLINK = "160000"
"""The mode of an entry that names a commit of another repository: gitdatamodel(7)."""

CHANGES = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--ignore-submodules=none")
UNTRACKED_CODE = "??"
"""What `git status` says about a file that it does not track."""
UNTRACKED = ("ls-files", "--others", "--exclude-standard", "-z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A path in an index. `tag` and `mode` are as in `git ls-files -v --stage`."""

    path: str
    tag: str
    mode: str

    @property
    def is_unwatched(self) -> bool:
        """Whether git does not compare it with the file: skip-worktree, or (lower case) assume-unchanged."""
        return self.tag == "S" or self.tag.islower()


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentFiles:
    """What the user's tree holds beside the files that git has stored; paths are relative to its top.

    Attributes:
        index: a copy of the user's index, a file of ours until the head gets it.
        differing: files that may differ from the index, that it lacks, or that are missing. Ignored files are omitted.
        repositories: submodules, and other repositories in the tree.
        dirty: whether there are uncommitted changes or untracked files, also in submodules.
    """

    index: Path
    differing: tuple[str, ...]
    repositories: tuple[str, ...]
    dirty: bool


def current_files(git: Git, index: Path, left_out: LeftOut) -> CurrentFiles:
    """Find out what the user's tree holds, by a copy of its index.

    Args:
        git: started at the top of the user's tree.
        index: where the copy goes: a path of ours without a file.
        left_out: what no checkout gets.

    Raises:
        CheckoutError: git cannot read the tree.
        Interrupted: a signal arrived.
    """
    failure = f"{git.cwd}: the tree cannot be read"
    original = git.cwd / git.require(failure, "rev-parse", "--git-path", "index").line
    with_copy = git.with_variables(GIT_INDEX_FILE=str(index))
    if original.exists():
        shutil.copy2(original, index)  # with its time, by which git recognises files that changed since
    else:
        with_copy.require(failure, "read-tree", "HEAD")
    status = with_copy.require(failure, *CHANGES).entries
    listed = [path for code, path in ((each[:2], each[3:]) for each in status) if not _stays_out(code, path, left_out)]
    entries = tuple(index_entries(with_copy))
    links = sorted({entry.path for entry in entries if entry.mode == GITLINK})
    differing = {*listed, *(entry.path for entry in entries if entry.is_unwatched)}
    differing.difference_update(path for path in links if is_directory_in(git.cwd, path))
    # A checkout has another directory for the parts of a split index, and its files are not those that caches know.
    with_copy.require(
        failure, "update-index", "--no-split-index", "--no-untracked-cache", "--no-fsmonitor", "--force-write-index"
    )
    return CurrentFiles(
        index=index,
        differing=tuple(sorted(path for path in differing if not path.endswith("/"))),
        repositories=(*links, *_repositories(listed)),
        dirty=bool(status),
    )


def _stays_out(code: str, path: str, left_out: LeftOut) -> bool:
    return code == UNTRACKED_CODE and left_out.is_left_out(path.rstrip("/"))


def check_out_current(git: Git, current: CurrentFiles, toplevel: Path) -> None:
    """Fill a worktree without files with the user's current ones, and with the user's index.

    Args:
        git: started at the top of the user's tree.
        current: what the user's tree holds.
        toplevel: the top of the worktree.

    Raises:
        CheckoutError: git cannot check out a file, or one cannot be copied.
        Interrupted: a signal arrived.
    """
    failure = f"{git.cwd}: the current files cannot be checked out"
    inside = git.in_directory(toplevel)
    shutil.move(current.index, toplevel / inside.require(failure, "rev-parse", "--git-path", "index").line)
    inside.require(failure, "checkout-index", "--all", "--force", "--index", "--quiet")
    mirror(current.differing, git.cwd, toplevel)


def files_within(inner: Git) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all files of a repository in the user's tree that git does not ignore, and the repositories in it.

    Raises:
        CheckoutError: git cannot read the repository.
        Interrupted: a signal arrived.
    """
    entries = tuple(index_entries(inner))
    untracked = inner.require(f"{inner.cwd}: the files cannot be listed", *UNTRACKED).entries
    tracked = {entry.path for entry in entries if entry.mode != GITLINK}
    links = sorted({entry.path for entry in entries} - tracked)
    files = tracked.union(path for path in untracked if not path.endswith("/"))
    return tuple(sorted(files)), (*links, *_repositories(untracked))


def index_entries(git: Git) -> Iterator[Entry]:
    """Yield the entries of the index.

    Raises:
        CheckoutError: git cannot read it.
        Interrupted: a signal arrived.
    """
    for line in git.require(f"{git.cwd}: the index cannot be read", "ls-files", "--stage", "-v", "-z").entries:
        description, _, path = line.partition("\t")
        tag, mode, *_ = description.split(" ")
        yield Entry(path=path, tag=tag, mode=mode)


def _repositories(listed: Iterable[str]) -> tuple[str, ...]:
    """Git lists a repository in the tree that is not a submodule as a directory."""
    return tuple(sorted(path.rstrip("/") for path in listed if path.endswith("/")))
