"""Turns the paths of a configuration, as written, into the paths that pytest gets."""

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
    """Return `config` with the paths of its targets resolved against its root.

    Afterwards each path exists and is relative to the root with `/`, or absolute if it lies outside. The matches of a
    pattern are sorted; within a target no path is repeated and none lies below another. A written path that exists
    under exactly that name is not a pattern, even if it holds special characters.

    A pattern never matches hidden files, `__pycache__`, `__init__.py` or `conftest.py`. A pattern that ends in `*`
    matches only Python files and directories: pytest collects every file that it is given by name, or fails on it.

    Raises:
        UsageError: paths do not exist, or patterns have no match; holds all of them, each with its target.
    """
    if config.root is None:
        return config
    targets, mistakes = [], []
    for target in config.targets:
        matches: list[Path] = []
        for written in target.paths:
            try:
                matches += _matches(config.root, written)
            except ValueError as error:
                key = dotted("targets", target.name, "paths")
                mistakes.append(f"{config.source}: {key}: {quote(written)} {error}")
        names = tuple(_name(path, config.root) for path in _outermost(matches))
        targets.append(replace(target, paths=names))
    if mistakes:
        raise UsageError(*mistakes)
    return replace(config, targets=tuple(targets))


def _matches(root: Path, written: str) -> list[Path]:
    """The absolute paths that match `written`.

    Raises:
        ValueError: there are none; the message continues a sentence that begins with `written`.
    """
    path = root / written
    try:
        if path.exists():
            return [_normal(path)]
        if not set(written) & set("*?["):
            raise ValueError(f"does not exist below {root}")
        # The glob starts at the root, because the root's own name may hold special characters.
        base = Path(path.anchor) if Path(written).is_absolute() else root
        matches = sorted(base.glob(os.path.relpath(written, base) if base is not root else written))
    except OSError as error:
        raise ValueError(f"cannot be looked up: {error.strerror}") from None
    test_paths = [match for match in matches if _may_hold_tests(match, path)]
    if not test_paths:
        raise ValueError(f"matches nothing below {root} that pytest would collect")
    return [_normal(match) for match in test_paths]


def _may_hold_tests(match: Path, pattern: Path) -> bool:
    literal = set(pattern.parts)
    matched_parts = [part for part in match.parts if part not in literal]
    if any(part in _NOT_TESTS or part.startswith(".") for part in matched_parts):
        return False
    return match.suffix == ".py" or not pattern.name.endswith("*") or match.is_dir()


def _outermost(paths: Iterable[Path]) -> list[Path]:
    """The paths without repetitions and without those below another, in their order."""
    unique = dict.fromkeys(paths)
    return [path for path in unique if not any(parent in unique for parent in path.parents)]


def _normal(path: Path) -> Path:
    # As pytest does it: `..` removes the name before it, and symbolic links are not resolved.
    return Path(os.path.normpath(path))


def _name(path: Path, root: Path) -> str:
    for candidate in (path, path.resolve()):  # resolved, in case the root was reached through a symbolic link
        if candidate.is_relative_to(root):
            name = candidate.relative_to(root).as_posix()
            return f"./{name}" if name.startswith("-") else name  # pytest would take it for an option
    return path.as_posix()
