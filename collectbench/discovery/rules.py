"""The rules by which pytest's own collectors visit files and directories."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from collectbench.discovery.conftests import Conftests
from collectbench.discovery.way import Way
from collectbench.model.inspection import Inspection

VIRTUALENV_MARKS = ("pyvenv.cfg", "conda-meta/history", "bin/activate")
"""Files by which pytest recognises a virtualenv: the first two since 8.3, the last one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    """What is in a directory: the directories that pytest would enter, sorted, and whether there are files."""

    directories: tuple[Path, ...] = ()
    has_test_files: bool = False
    has_files: bool = False
    """Besides its conftest."""


class Rules:
    """Decides which files and directories pytest would visit. Lists each directory once.

    Conftests are read, not run. So a `collect_ignore` that is not a literal list is ignored, and so are decisions of
    hooks. An item that is lost or added for that reason shows as a difference between the suite and its targets.
    """

    def __init__(self, root: Path, inspection: Inspection) -> None:
        self._inspection = inspection
        self._ignored = {os.path.normpath(root / path) for path in inspection.ignore}
        self._globs = [os.path.normpath(root / pattern) for pattern in inspection.ignore_glob]
        self._conftests = Conftests(inspection.rootdir)
        self._contents: dict[Path, _Content] = {}
        self._with_tests: dict[Path, bool] = {}

    def directories(self, directory: Path) -> tuple[Path, ...]:
        """Return the directories directly below that pytest would enter, sorted by name."""
        return self._content(directory).directories

    def has_tests(self, directory: Path) -> bool:
        """Whether a test file lies anywhere below."""
        if directory not in self._with_tests:
            self._search(directory)
        return self._with_tests[directory]

    def has_loose_tests(self, directory: Path, parts: Sequence[Path]) -> bool:
        """Whether pytest may collect something in `directory` that is in none of `parts`.

        That is a test file, or any file or directory if the project or a plugin has collectors of its own.
        """
        content = self._content(directory)
        custom = self._inspection.custom_collectors or self._conftests.collect_files
        rest = set(content.directories) - set(parts)
        return content.has_test_files or (custom and bool(rest or content.has_files))

    def _search(self, start: Path) -> None:
        """Go down until a test file is found; note the answer for `start` and for all whose answer is certain then."""
        way = Way()
        way.enter(start, self.directories(start))
        while way.steps:
            step = way.steps[-1]
            if self._with_tests.get(step.directory) or self._content(step.directory).has_test_files:
                self._with_tests |= {each.directory: True for each in way.steps}
                return
            child = next((child for child in step.rest if self._with_tests.get(child, True)), None)
            if child is not None:
                way.enter(child, self.directories(child))
            elif way.leave():
                self._with_tests[step.directory] = False

    def _content(self, directory: Path) -> _Content:
        if directory not in self._contents:
            try:
                with os.scandir(directory) as entries:
                    self._contents[directory] = self._sort(directory, sorted(entries, key=lambda entry: entry.name))
            except OSError:
                self._contents[directory] = _Content()
        return self._contents[directory]

    def _sort(self, directory: Path, entries: Sequence[os.DirEntry[str]]) -> _Content:
        lists = self._conftests.lists(directory)
        ignored = lists.get("collect_ignore", frozenset())
        globs = (*self._globs, *lists.get("collect_ignore_glob", ()))

        def wanted(path: str) -> bool:
            return not (path in self._ignored or path in ignored or any(fnmatch.fnmatch(path, each) for each in globs))

        files = [entry for entry in entries if _is_file(entry)]
        return _Content(
            directories=tuple(
                directory / entry.name
                for entry in entries
                if _is_directory(entry) and self._enters(entry) and wanted(entry.path)
            ),
            has_test_files=any(self._is_test_file(entry) and wanted(entry.path) for entry in files),
            has_files=any(entry.name != "conftest.py" for entry in files),
        )

    def _is_test_file(self, entry: os.DirEntry[str]) -> bool:
        return any(_matches(entry, pattern) for pattern in self._inspection.patterns)

    def _enters(self, entry: os.DirEntry[str]) -> bool:
        if entry.name == "__pycache__" or any(_matches(entry, each) for each in self._inspection.norecursedirs):
            return False
        marks = () if self._inspection.in_virtualenv else VIRTUALENV_MARKS
        return not any(os.path.isfile(f"{entry.path}/{mark}") for mark in marks)  # noqa: PTH113 - one of many


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link to itself, or a path that is too long
        return False


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _matches(entry: os.DirEntry[str], pattern: str) -> bool:
    """As pytest's `fnmatch_ex`: a pattern without a separator is matched against the name, else against the path."""
    if "/" not in pattern:
        return fnmatch.fnmatch(entry.name, pattern)
    return fnmatch.fnmatch(entry.path, pattern if pattern.startswith("/") else f"*/{pattern}")
