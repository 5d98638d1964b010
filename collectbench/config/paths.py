"""From the paths of a configuration, as written, to those that pytest is given."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from collectbench.config.settings import Config
from collectbench.config.syntax import dotted, quote
from collectbench.model.errors import UsageError

_NOT_TESTS = {"__pycache__", "__init__.py", "conftest.py"}


def expand_paths(config: Config) -> Config:
    """`config` with the paths of its targets resolved against its root.

    Afterwards each path exists and is relative to the root with `/`, or absolute where it lies outside. The
    matches of a pattern are sorted; within a target no path is repeated and none lies below another. What
    exists under the very name that is written is no pattern, whatever characters it holds.

    A pattern never matches hidden files, `__pycache__`, `__init__.py` or `conftest.py`, and one that ends in
    `*` no files but Python's: pytest collects whatever file it is named, or fails on it.

    Raises:
        UsageError: all paths that do not exist and all patterns without a match, each naming its target.
    """
    if config.root is None:
        return config
    targets, mistakes = [], []
    for target in config.targets:
        found: list[Path] = []
        for written in target.paths:
            try:
                found += _matches(config.root, written)
            except ValueError as error:
                key = dotted("targets", target.name, "paths")
                mistakes.append(f"{config.source}: {key}: {quote(written)} {error}")
        names = tuple(_name(path, config.root) for path in _outermost(found))
        targets.append(replace(target, paths=names))
    if mistakes:
        raise UsageError(*mistakes)
    return replace(config, targets=tuple(targets))


def _matches(root: Path, written: str) -> list[Path]:
    """The absolute paths that `written` stands for.

    Raises:
        ValueError: there are none; the message ends a sentence that begins with `written`.
    """
    path = root / written
    try:
        if path.exists():
            return [_normal(path)]
        if not set(written) & set("*?["):
            raise ValueError(f"does not exist below {root}")
        # Globbed from the root, whose own name may hold characters that are special in a pattern.
        base = Path(path.anchor) if Path(written).is_absolute() else root
        found = sorted(base.glob(os.path.relpath(written, base) if base is not root else written))
    except OSError as error:
        raise ValueError(f"cannot be looked up: {error.strerror}") from None
    kept = [match for match in found if _is_meant(match, path)]
    if not kept:
        raise ValueError(f"matches nothing below {root} that pytest would collect")
    return [_normal(match) for match in kept]


def _is_meant(match: Path, pattern: Path) -> bool:
    literal = set(pattern.parts)
    chosen = [part for part in match.parts if part not in literal]
    if any(part in _NOT_TESTS or part.startswith(".") for part in chosen):
        return False
    return match.suffix == ".py" or not pattern.name.endswith("*") or match.is_dir()


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """The paths without repetitions and without those below another, in the order in which they came."""
    unique = dict.fromkeys(paths)
    return [path for path in unique if not any(parent in unique for parent in path.parents)]


def _normal(path: Path) -> Path:
    # As pytest does it: `..` goes up by name, symbolic links stay.
    return Path(os.path.normpath(path))


def _name(path: Path, root: Path) -> str:
    for candidate in (path, path.resolve()):  # the second for a root that was reached through a symbolic link
        if candidate.is_relative_to(root):
            name = candidate.relative_to(root).as_posix()
            return f"./{name}" if name.startswith("-") else name  # else pytest took it for an option
    return path.as_posix()
