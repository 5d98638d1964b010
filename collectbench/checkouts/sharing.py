"""Copies files that git ignores and collection needs from the user's tree into both sides: built, generated, data."""

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
from collectbench.model.errors import UsageError

CACHES = frozenset(
    (".benchmarks", ".git", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".nox", ".tox", "__pycache__")
)
"""Folders of what is made again wherever it is missing, and of what is no part of the project."""

METADATA = (".egg-info", ".dist-info", ".egg-link")
"""Of installed distributions: found where they are installed, and misleading when they are copied in part."""

BUILDERS = ("cython", "distutils", "hatch", "maturin", "meson-python", "pdm", "poetry", "scikit-build", "setuptools")
"""The tables below `tool` in pyproject.toml that say how extensions are built."""

SHOWN = 5
"""How many files, and how many sources of each, a refusal names."""


def has_ignored_files(git: Git, origin: Path) -> bool:
    """Whether git ignores anything in the user's tree but caches, bytecode and environments."""
    question = ("ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z")
    entries = git.within(origin).ask_or_refuse("git cannot list what it ignores", *question).entries
    return any(_may_be_needed(origin / entry, PurePosixPath(entry), origin) for entry in entries)


def _may_be_needed(path: Path, inside: PurePosixPath, origin: Path) -> bool:
    made_again = any(part in CACHES or part.endswith(METADATA) for part in inside.parts) or inside.suffix == ".pyc"
    return not made_again and not in_environment(path, origin)


def share_ignored(sides: Checkouts, loaded: Iterable[Path], installed: Sequence[Path] = ()) -> tuple[str, ...]:
    """Copy what a round in the user's own tree loaded into the sides that lack it.

    Args:
        sides: base and head.
        loaded: absolute paths of all files that the round loaded or read.
        installed: folders of the standard library and of installed packages, which may lie in the user's tree.

    Returns:
        The files that were copied, relative to the top.

    Raises:
        UsageError: some of them were made from sources that differ between base and head.
    """
    wanted = sorted({path for file in loaded if (path := _of_the_project(file, sides.origin, installed))})
    missing = [path for path in wanted if _lacks(sides.head, path)]
    of_base = [path for path in missing if _lacks(sides.base, path) and _has_place(sides, path)]
    stale = stale_files(of_base, [path for path in sides.changed if not _is_built_alike(sides, path)])
    if stale:
        raise UsageError(_refusal(stale))
    for side, paths in ((sides.head, missing), (sides.base, of_base)):
        for path in paths:
            goal = side.toplevel / path
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(sides.origin / path, goal)
    return tuple(missing)


def _of_the_project(file: Path, origin: Path, installed: Sequence[Path]) -> str:
    """The path from the top of a file that belongs to the user's tree; empty for other files, and for caches."""
    spelled = Path(os.path.normpath(file))
    path = spelled if spelled.is_relative_to(origin) else spelled.resolve()
    if not path.is_relative_to(origin) or any(path.is_relative_to(folder) for folder in installed):
        return ""
    inside = path.relative_to(origin)
    needed = path.is_file() and _may_be_needed(path, PurePosixPath(inside), origin)
    return inside.as_posix() if needed else ""


def _lacks(side: Checkout, path: str) -> bool:
    return not os.path.lexists(side.toplevel / path)


def _has_place(sides: Checkouts, path: str) -> bool:
    """Whether the base has the folder that the head has; else the copy alone would look like a package there."""
    parents = PurePosixPath(path).parents
    folder = next(folder for folder in parents if (sides.head.toplevel / folder).is_dir())
    return (sides.base.toplevel / folder).is_dir()


def _is_built_alike(sides: Checkouts, path: str) -> bool:
    """Whether a pyproject.toml that changed says the same about building."""
    if PurePosixPath(path).name != "pyproject.toml":
        return False
    before, after = (_build_tables(side.toplevel / path) for side in sides.both)
    return before is not None and before == after


def _build_tables(file: Path) -> tuple[Any, ...] | None:
    """What a pyproject.toml says about building; None where it cannot be read."""
    try:
        document = parse(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    tools = document.get("tool", {})
    return document.get("build-system"), *(tools.get(name) for name in BUILDERS)


def _refusal(stale: Sequence[Stale]) -> str:
    files = [f"  {file.path} ({', '.join(_listed(file.sources))})" for file in stale]
    begin = (
        "--against: collection needs files that git ignores, and what they were made from differs between base and "
        "head, so that they cannot serve both:"
    )
    end = (
        "Give a base that has the same sources, or build each commit, save its baseline and compare with that "
        "(--baseline)."
    )
    return "\n".join((begin, *_listed(files), end))


def _listed(words: Sequence[str]) -> Iterator[str]:
    yield from words[:SHOWN]
    if len(words) > SHOWN:
        yield f"and {len(words) - SHOWN} more"
