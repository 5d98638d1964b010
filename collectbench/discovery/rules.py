"""Which files and folders pytest's own collectors would visit."""

from __future__ import annotations

import ast
import fnmatch
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from collectbench.model.inspection import Inspection

VIRTUALENV_MARKS = ("pyvenv.cfg", "conda-meta/history", "bin/activate")
"""What pytest tells a virtualenv by: the first two from 8.3 on, the last one before."""


class Rules:
    """What pytest started in `root` would visit.

    Conftests are read, not run: a `collect_ignore` that is no plain list is not seen, nor what a hook decides. An item
    that is lost or won for that reason shows as a difference between the suite and the sum of its parts.
    """

    def __init__(self, root: Path, inspection: Inspection) -> None:
        self._inspection = inspection
        self._ignored = {os.path.normpath(root / path) for path in inspection.ignore}
        self._globs = [os.path.normpath(root / pattern) for pattern in inspection.ignore_glob]
        self._custom = inspection.custom_collectors
        self._conftests: dict[Path, dict[str, list[str]]] = {}

    def folders(self, folder: Path) -> list[Path]:
        """The folders directly below that pytest would enter, by name."""
        return [path for path in _entries(folder) if path.is_dir() and self._enters(path)]

    def has_tests(self, folder: Path, seen: frozenset[Path] = frozenset()) -> bool:
        """Whether a test file lies anywhere below."""
        real = folder.resolve()
        if real in seen:
            return False  # a link to a folder that holds it
        below = self.folders(folder)
        return self._has_test_files(folder) or any(self.has_tests(child, seen | {real}) for child in below)

    def has_loose_tests(self, folder: Path, parts: Sequence[Path]) -> bool:
        """Whether something in `folder` that is in none of `parts` may be collected.

        That is a test file, or anything at all where others than pytest's own collectors have a say.
        """
        rest = [path for path in self.folders(folder) if path not in parts]
        files = [path for path in _entries(folder) if path.is_file() and path.name != "conftest.py"]
        return self._has_test_files(folder) or (self._custom and bool(rest or files))

    def _has_test_files(self, folder: Path) -> bool:
        files = (path for path in _entries(folder) if path.is_file())
        return any(self._is_test_file(path) and not self._is_ignored(path) for path in files)

    def _is_test_file(self, path: Path) -> bool:
        return any(_matches(path, pattern) for pattern in self._inspection.patterns)

    def _enters(self, folder: Path) -> bool:
        if folder.name == "__pycache__" or self._is_ignored(folder):
            return False
        if not self._inspection.in_virtualenv and any((folder / mark).is_file() for mark in VIRTUALENV_MARKS):
            return False
        return not any(_matches(folder, pattern) for pattern in self._inspection.norecursedirs)

    def _is_ignored(self, path: Path) -> bool:
        text = str(path)
        globs = [*self._globs, *self._from_conftest("collect_ignore_glob", path.parent)]
        return (
            text in self._ignored
            or text in self._from_conftest("collect_ignore", path.parent)
            or any(fnmatch.fnmatch(text, pattern) for pattern in globs)
        )

    def _from_conftest(self, name: str, folder: Path) -> list[str]:
        """The paths that the nearest conftest with such a list gives, absolute: it replaces those further up."""
        above = self._inspection.rootdir.parents
        for place in (folder, *folder.parents):
            if place in above:
                break
            if name in (lists := self._read_conftest(place)):
                return [os.path.normpath(place / value) for value in lists[name]]
        return []

    def _read_conftest(self, folder: Path) -> dict[str, list[str]]:
        if folder not in self._conftests:
            try:
                source = (folder / "conftest.py").read_bytes()
                self._conftests[folder] = dict(_literal_lists(ast.parse(source)))
            except (OSError, SyntaxError, ValueError):
                source = b""
                self._conftests[folder] = {}
            self._custom = self._custom or b"pytest_collect_file" in source
        return self._conftests[folder]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _matches(path: Path, pattern: str) -> bool:
    """As pytest's `fnmatch_ex`: a pattern without a separator is held against the name, else against the path."""
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
