"""Copies ignored files that collection needs from the user's tree into both checkouts: built, generated, data."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from collectbench.checkouts.checkout import Checkout, Checkouts, in_environment
from collectbench.checkouts.git import Git
from collectbench.config.syntax import parse
from collectbench.judge.stale_files import Stale, stale_files
from collectbench.model.errors import CheckoutError
from collectbench.model.reason import Action, Reason, Remedy

CACHES = frozenset(
    (".benchmarks", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".nox", ".tox", "__pycache__")
)
"""Directories whose files are made again if missing, or do not belong to the project."""

METADATA = (".egg-info", ".dist-info", ".egg-link")
"""Metadata of installed distributions: found where they are installed; a partial copy would mislead."""

BUILDERS = ("cython", "distutils", "hatch", "maturin", "meson-python", "pdm", "poetry", "scikit-build", "setuptools")
"""The tables below `tool` in pyproject.toml that say how extensions are built."""

SHOWN = 5
"""How many files, and how many sources of each, a message names."""


def ignored_entries(git: Git) -> tuple[str, ...]:
    """Return what git ignores, relative to where it is started: files, and directories with a slash at their end.

    Raises:
        CheckoutError: git cannot list them.
        Interrupted: a signal arrived.
    """
    question = ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
    return git.require("git cannot list what it ignores", *question).entries


def has_ignored_files(git: Git, origin: Path) -> bool:
    """Whether git ignores files in the user's tree other than caches, bytecode and environments."""
    entries = ignored_entries(git.in_directory(origin))
    return any(_may_be_needed(origin / entry, PurePosixPath(entry), origin) for entry in entries)


def _may_be_needed(path: Path, inside: PurePosixPath, origin: Path) -> bool:
    made_again = any(part in CACHES or part.endswith(METADATA) for part in inside.parts) or inside.suffix == ".pyc"
    return not made_again and not in_environment(path, origin)


def share_ignored(checkouts: Checkouts, loaded: Iterable[Path], installed: Sequence[Path] = ()) -> tuple[str, ...]:
    """Copy files that a round in the user's own tree loaded into the checkouts that lack them.

    Args:
        checkouts: base and head.
        loaded: absolute paths of all files that the round loaded or read.
        installed: directories of the standard library and of installed packages; they may lie in the user's tree.

    Returns:
        The files that were copied, relative to the top.

    Raises:
        CheckoutError: some of them were made from sources that differ between base and head.
    """
    needed = sorted({path for file in loaded if (path := _of_the_project(file, checkouts.origin, installed))})
    missing = [path for path in needed if path not in checkouts.later and _lacks(checkouts.head, path)]
    of_base = [path for path in missing if _lacks(checkouts.base, path) and _has_place(checkouts, path)]
    stale = stale_files(of_base, [path for path in checkouts.changed if not _is_built_alike(checkouts, path)])
    if stale:
        raise CheckoutError(_stale_problem(stale))
    for checkout, paths in ((checkouts.head, missing), (checkouts.base, of_base)):
        for path in paths:
            copy = checkout.toplevel / path
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(checkouts.origin / path, copy)
    return tuple(missing)


def _of_the_project(file: Path, origin: Path, installed: Sequence[Path]) -> str:
    """The path from the top of a file that belongs to the user's tree; empty for other files, and for caches."""
    normal = Path(os.path.normpath(file))
    path = normal if normal.is_relative_to(origin) else normal.resolve()
    if not path.is_relative_to(origin) or any(path.is_relative_to(directory) for directory in installed):
        return ""
    inside = path.relative_to(origin)
    needed = path.is_file() and _may_be_needed(path, PurePosixPath(inside), origin)
    return inside.as_posix() if needed else ""


def _lacks(checkout: Checkout, path: str) -> bool:
    return not os.path.lexists(checkout.toplevel / path)


def _has_place(checkouts: Checkouts, path: str) -> bool:
    """Whether the base has the directory that the head has; without it, the copy would look like a package there."""
    parents = PurePosixPath(path).parents
    directory = next(parent for parent in parents if (checkouts.head.toplevel / parent).is_dir())
    return (checkouts.base.toplevel / directory).is_dir()


def _is_built_alike(checkouts: Checkouts, path: str) -> bool:
    """Whether a pyproject.toml that changed says the same about building."""
    if PurePosixPath(path).name != "pyproject.toml":
        return False
    of_base, of_head = (_build_tables(checkout.toplevel / path) for checkout in checkouts.both)
    return of_base is not None and of_base == of_head


def _build_tables(file: Path) -> tuple[Any, ...] | None:
    """The tables of a pyproject.toml about building; None if it cannot be read."""
    try:
        document = parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    tools = document.get("tool", {})
    return document.get("build-system"), *(tools.get(name) for name in BUILDERS)


def _stale_problem(stale: Sequence[Stale]) -> Reason:
    files = [f"  {file.path} ({', '.join(_first_few(file.sources))})" for file in stale]
    reason = (
        "collection needs files that git ignores, and their sources differ between base and head, so both cannot use "
        "the same files:"
    )
    return Reason(
        fact="\n".join((reason, *_first_few(files))),
        remedies=("give a base that has the same sources", Remedy(action=Action.COMPARE_BUILT_BASELINE)),
    )


def _first_few(names: Sequence[str]) -> Iterator[str]:
    yield from names[:SHOWN]
    if len(names) > SHOWN:
        yield f"and {len(names) - SHOWN} more"
