"""Copies a repository of the user's without its history: what git needs to say the same of the same files elsewhere.

A copy has the objects of a few commits and of the index, HEAD, the index, and what decides which files git ignores and
how it writes them. It has no remotes: their addresses may hold passwords.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from collectbench.checkouts.current_files import GITLINK
from collectbench.checkouts.git import Git
from collectbench.model.errors import CheckoutError

_OF_FILES = r"^core\.(autocrlf|eol|filemode|ignorecase|precomposeunicode|symlinks|trustctime)$"
"""The settings that decide how git writes files and compares them with the index."""

_WORD = re.compile(r"\w*", re.ASCII)

SHA1 = "sha1"


def copy_repository(git: Git, commits: Sequence[str], place: Path) -> Path:
    """Copy a repository into a new directory, which then holds `.git` and nothing else; returns that.

    Args:
        git: started at the top of the working tree.
        commits: the commits to take along, by full name; HEAD has to be one of them, if it exists.
        place: the new directory.

    Raises:
        CheckoutError: git cannot read the repository.
        Interrupted: a signal arrived.
    """
    failure = f"{git.cwd}: the repository cannot be copied"
    place.mkdir(parents=True)
    inside = git.in_directory(place)
    kind = git.require(failure, "rev-parse", "--show-object-format").line
    inside.require(failure, "init", "--quiet", "--template=", *([] if kind == SHA1 else [f"--object-format={kind}"]))
    copy = place / ".git"
    (copy / "info").mkdir(exist_ok=True)
    head = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    wanted = b"".join(_objects_of_index(git, copy / "index", failure, has_head=head.ok))
    if commits:
        wanted += git.require(failure, "rev-list", "--objects", "--no-walk", *commits).output
        (copy / "shallow").write_text("".join(f"{commit}\n" for commit in sorted(commits)), encoding="ascii")
    packed = git.run("pack-objects", "--quiet", str(copy / "objects" / "pack" / "pack"), given=wanted)
    if not packed.ok:
        raise CheckoutError(f"{failure}: {packed.complaint or f'git exits with {packed.exit_code}'}")
    if head.ok:
        (copy / "HEAD").write_text(f"{head.line}\n", encoding="ascii")
    with (copy / "config").open("a", encoding="utf-8") as config:
        config.writelines(_settings(git))
    _copy_patterns(git, copy, "exclude", "core.excludesFile", "ignore")
    _copy_patterns(git, copy, "attributes", "core.attributesFile", "attributes")
    return copy


def recorded_commits(git: Git, commits: Sequence[str], path: str, inner: Git) -> tuple[str, ...]:
    """Return the commits that a copy of a repository in the tree needs, as far as its clone has them.

    Args:
        git: started at the top of the tree.
        commits: those that are taken along of the tree's own repository.
        path: of the repository in the tree, relative to the top.
        inner: git in that repository.

    Raises:
        CheckoutError: git cannot be started.
        Interrupted: a signal arrived.
    """
    names = [f"{commit}:{path}" for commit in (*commits, "")]  # of the index at last
    recorded = [answer.line for name in names if (answer := git.run("rev-parse", "--verify", "--quiet", name)).ok]
    present = (inner.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}") for name in ("HEAD", *recorded))
    return tuple(dict.fromkeys(answer.line for answer in present if answer.ok))


def filtered_file(git: Git) -> str:
    """Return a tracked file that git passes through a program, such as that of LFS; empty if there is none.

    Raises:
        CheckoutError: git cannot list the files.
        Interrupted: a signal arrived.
    """
    listed = git.require(f"{git.cwd}: the files cannot be listed", "ls-files", "-z").output
    answer = git.run("check-attr", "-z", "--stdin", "filter", given=listed).entries
    values = zip(answer[::3], answer[2::3], strict=False)
    return next((path for path, value in values if value not in ("unspecified", "unset")), "")


def _objects_of_index(git: Git, index: Path, failure: str, *, has_head: bool) -> Iterator[bytes]:
    """Copy the user's index, in one file; yields the names of the objects in it, a line each."""
    original = git.cwd / git.require(failure, "rev-parse", "--git-path", "index").line
    with_copy = git.with_variables(GIT_INDEX_FILE=str(index))
    if original.exists():
        shutil.copy2(original, index)
    else:
        with_copy.require(failure, "read-tree", "HEAD" if has_head else "--empty")
    with_copy.require(
        failure, "update-index", "--no-split-index", "--no-untracked-cache", "--no-fsmonitor", "--force-write-index"
    )
    for entry in with_copy.require(failure, "ls-files", "--stage", "-z").entries:
        mode, name, _ = entry.split(" ", 2)
        if mode != GITLINK:
            yield f"{name}\n".encode()


def _settings(git: Git) -> Iterator[str]:
    """The lines of the configuration that a copy needs beside git's own."""
    yield "[core]\n"
    for entry in git.run("config", "--null", "--get-regexp", _OF_FILES).entries:
        key, _, value = entry.partition("\n")
        if value and _WORD.fullmatch(value):
            yield f"\t{key.removeprefix('core.')} = {value}\n"
    yield f"\texcludesFile = {os.devnull}\n\tattributesFile = {os.devnull}\n"  # not those of another user


def _copy_patterns(git: Git, copy: Path, name: str, key: str, default: str) -> None:
    """Write the user's own patterns and those of the repository into one file, in which the later ones win."""
    configured = git.run("config", "--type=path", "--get", key)
    settings = git.env.get("XDG_CONFIG_HOME") or f"{git.env.get('HOME', '')}/.config"
    of_user = Path(configured.line) if configured.ok else Path(settings) / "git" / default
    failure = f"{git.cwd}: the repository cannot be copied"
    of_repository = git.cwd / git.require(failure, "rev-parse", "--git-path", f"info/{name}").line
    (copy / "info" / name).write_bytes(b"\n".join(_bytes(file) for file in (of_user, of_repository)))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
