"""The rules by which pytest's own collectors visit files and directories."""

from __future__ import annotations

import ast
import fnmatch
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from collectbench.model.inspection import Inspection

VIRTUALENV_MARKS = ("pyvenv.cfg", "conda-meta/history", "bin/activate")
"""Files by which pytest recognises a virtualenv: the first two since 8.3, the last one before."""


class Rules:
    """Decides which files and directories pytest would visit.

    Conftests are read, not run. So a `collect_ignore` that is not a literal list is ignored, and so are decisions of
    hooks. An item that is lost or added for that reason shows as a difference between the suite and its targets.
    """

    def __init__(self, root: Path, inspection: Inspection) -> None:
        self._inspection = inspection
        self._ignored = {os.path.normpath(root / path) for path in inspection.ignore}
        self._globs = [os.path.normpath(root / pattern) for pattern in inspection.ignore_glob]
        self._custom = inspection.custom_collectors
        self._conftests: dict[Path, dict[str, list[str]]] = {}

    def directories(self, directory: Path) -> list[Path]:
        """Return the directories directly below that pytest would enter, sorted by name."""
        return [path for path in _entries(directory) if path.is_dir() and self._enters(path)]

    def has_tests(self, directory: Path, above: frozenset[Path] = frozenset()) -> bool:
        """Whether a test file lies anywhere below; `above` are the resolved directories on the way down."""
        real = directory.resolve()
        if real in above:
            return False  # a link to a parent directory
        below = self.directories(directory)
        return self._has_test_files(directory) or any(self.has_tests(child, above | {real}) for child in below)

    def has_loose_tests(self, directory: Path, parts: Sequence[Path]) -> bool:
        """Whether pytest may collect something in `directory` that is in none of `parts`.

        That is a test file, or any file or directory if the project or a plugin has collectors of its own.
        """
        rest = [path for path in self.directories(directory) if path not in parts]
        files = [path for path in _entries(directory) if path.is_file() and path.name != "conftest.py"]
        return self._has_test_files(directory) or (self._custom and bool(rest or files))

    def _has_test_files(self, directory: Path) -> bool:
        files = (path for path in _entries(directory) if path.is_file())
        return any(self._is_test_file(path) and not self._is_ignored(path) for path in files)

    def _is_test_file(self, path: Path) -> bool:
        return any(_matches(path, pattern) for pattern in self._inspection.patterns)

    def _enters(self, directory: Path) -> bool:
        if directory.name == "__pycache__" or self._is_ignored(directory):
            return False
        if not self._inspection.in_virtualenv and any((directory / mark).is_file() for mark in VIRTUALENV_MARKS):
            return False
        return not any(_matches(directory, pattern) for pattern in self._inspection.norecursedirs)

    def _is_ignored(self, path: Path) -> bool:
        text = str(path)
        globs = [*self._globs, *self._from_conftest("collect_ignore_glob", path.parent)]
        return (
            text in self._ignored
            or text in self._from_conftest("collect_ignore", path.parent)
            or any(fnmatch.fnmatch(text, pattern) for pattern in globs)
        )

    def _from_conftest(self, name: str, directory: Path) -> list[str]:
        """The absolute paths in the list `name` of the nearest conftest with one; it replaces the lists above it."""
        above = self._inspection.rootdir.parents
        for parent in (directory, *directory.parents):
            if parent in above:
                break
            if name in (lists := self._read_conftest(parent)):
                return [os.path.normpath(parent / value) for value in lists[name]]
        return []

    def _read_conftest(self, directory: Path) -> dict[str, list[str]]:
        if directory not in self._conftests:
            try:
                source = (directory / "conftest.py").read_bytes()
                self._conftests[directory] = dict(_literal_lists(ast.parse(source)))
            except (OSError, SyntaxError, ValueError):
                source = b""
                self._conftests[directory] = {}
            self._custom = self._custom or b"pytest_collect_file" in source
        return self._conftests[directory]


def _entries(directory: Path) -> list[Path]:
    try:
        return sorted(directory.iterdir())
    except OSError:
        return []


def _matches(path: Path, pattern: str) -> bool:
    """As pytest's `fnmatch_ex`: a pattern without a separator is matched against the name, else against the path."""
    if "/" not in pattern:
        return fnmatch.fnmatch(path.name, pattern)
    return fnmatch.fnmatch(str(path), pattern if pattern.startswith("/") else f"*/{pattern}")


def _literal_lists(module: ast.Module) -> Iterator[tuple[str, list[str]]]:
    for node in module.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None
        if not isinstance(target, ast.Name) or value is None:
            continue
        try:
            entries = ast.literal_eval(value)
        except ValueError:
            continue
        if isinstance(entries, (list, tuple)) and all(isinstance(entry, str) for entry in entries):
            yield target.id, list(entries)
