"""Where lint works: the root that paths are relative to, its files, and how pytest would collect them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.checkouts.git import Git
from collectbench.checkouts.python_files import python_files
from collectbench.config import Config
from collectbench.discovery.collection import collection_of
from collectbench.discovery.pytest_settings import PytestSettings, read_pytest_settings
from collectbench.lint.path_patterns import matches
from collectbench.model.errors import UsageError
from collectbench.model.lint_settings import Collection, LintSettings
from collectbench.usecases.configuration import read_config
from collectbench.usecases.linting.options import LintOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A tree to check.

    Attributes:
        root: absolute; paths are relative to it.
        git: started there.
        files: its Python files.
        asked: those of them that the user asks for, without those that the configuration excludes.
        config: of collectbench.
        pytest: of pytest.
        collection: what pytest would collect.
        package: the package that the root is or lies in, dotted; empty if it is none.
    """

    root: Path
    git: Git
    files: tuple[str, ...]
    asked: frozenset[str]
    config: Config
    pytest: PytestSettings
    collection: Collection
    package: str

    @property
    def settings(self) -> LintSettings:
        """What the configuration says about lint."""
        return self.config.lint

    @property
    def search(self) -> tuple[str, ...]:
        """The directories on `sys.path`, relative to the root."""
        added = (os.path.relpath(self.pytest.rootdir / each, self.root) for each in self.pytest.pythonpath)
        return ("", "src", *("" if each == "." else each for each in added))

    def below(self, path: str) -> str:
        """Return a path of the user relative to the root."""
        relative = os.path.relpath(path, self.root)
        return "" if relative == "." else relative


def find_place(options: LintOptions, git: Git) -> Place:
    """Return the tree that the user means; `git` is started in the current directory.

    Raises:
        UsageError: a path does not exist, or the configuration has mistakes.
        Interrupted: a signal arrived.
    """
    cwd = git.cwd
    config = read_config(options.config_file, cwd)
    asked = [Path(os.path.normpath(cwd / path)) for path in options.paths]
    mistakes = [f"{path}: no such file or directory" for path in options.paths if not (cwd / path).exists()]
    if mistakes:
        raise UsageError(*mistakes)
    start = _common(asked) if asked else cwd
    if config.root is not None and start.is_relative_to(config.root):
        pytest = read_pytest_settings(config.root)
        root = config.root
    else:
        pytest = read_pytest_settings(start)
        root = pytest.rootdir
    files = python_files(git.in_directory(root))
    if not all(_some_below(files, path, root) for path in asked):  # git ignores it: such as an installed package
        pytest = read_pytest_settings(start)
        root = start if not start.is_relative_to(pytest.rootdir) or _is_ignored(git, pytest, asked) else pytest.rootdir
        files = python_files(git.in_directory(root))
    return Place(
        root=root,
        git=git.in_directory(root),
        files=files,
        asked=frozenset(_included(_asked(files, asked, root), config.lint.exclude)),
        config=config,
        pytest=pytest,
        collection=collection_of(root, files, pytest),
        package=_package(root),
    )


def _is_ignored(git: Git, pytest: PytestSettings, asked: Sequence[Path]) -> bool:
    files = python_files(git.in_directory(pytest.rootdir))
    return not all(_some_below(files, path, pytest.rootdir) for path in asked)


def _common(paths: Sequence[Path]) -> Path:
    """The directory above all paths; a directory given alone is itself the one."""
    directories = [path if path.is_dir() else path.parent for path in paths]
    return Path(os.path.commonpath(directories))


def _some_below(files: Sequence[str], path: Path, root: Path) -> bool:
    return any(_asked(files, [path], root)) or not any(path.rglob("*.py") if path.is_dir() else [path])


def _asked(files: Sequence[str], paths: Sequence[Path], root: Path) -> list[str]:
    if not paths:
        return list(files)
    names = [os.path.relpath(path, root) for path in paths]
    if "." in names:
        return list(files)
    exact, prefixes = set(names), tuple(f"{name}/" for name in names)
    return [file for file in files if file in exact or file.startswith(prefixes)]


def _included(files: Sequence[str], exclude: Sequence[str]) -> Iterator[str]:
    """Excluded files are not checked. They are read all the same, since others may import them."""
    return (file for file in files if not any(matches(file, pattern) for pattern in exclude))


def _package(root: Path) -> str:
    names: list[str] = []
    while (root / "__init__.py").is_file() and root.name.isidentifier():
        names.append(root.name)
        root = root.parent
    return ".".join(reversed(names))
