"""The paths below which pytest and its plugins keep their own state: only there, existing files are put back."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import psutil

PLUGIN_CACHES = (
    ".pytest_cache",  # pytest, if `cache_dir` says nothing else
    ".benchmarks",  # pytest-benchmark
    ".coverage",  # pytest-cov: a collection would replace the data of the user's last whole run
    ".hypothesis",  # hypothesis
    ".mypy_cache",  # pytest-mypy
    ".ruff_cache",  # pytest-ruff
    ".testmondata",  # pytest-testmon
)

_DATA_OF_A_PROCESS = re.compile(r"\.coverage\..*\.(?:pid)?(\d+)\.\w+")
"""The file of coverage.py for one process, with its number: `filename_suffix` in coverage/data.py."""

_BELOW_CACHE_DIR = ("v", "d", "README.md", "CACHEDIR.TAG", ".gitignore")
"""What pytest itself writes into its `cache_dir`, which may hold files of the user's: _pytest/cacheprovider.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePaths:
    """The caches of pytest and plugins.

    Attributes:
        roots: the real paths of the directories whose caches these are.
        cache_dir: the directory of pytest's cache, if it is known.
    """

    roots: tuple[Path, ...] = ()
    cache_dir: Path | None = None

    def holds(self, path: Path) -> bool:
        """Whether a path is a cache, or lies in one."""
        if any(path.is_relative_to(top) for top in self.tops()):
            return True
        root = next((root for root in self.roots if path.is_relative_to(root)), None)
        parts = path.parts if root is None else path.relative_to(root).parts
        return any(part in PLUGIN_CACHES for part in parts)

    def tops(self) -> tuple[Path, ...]:
        """The real paths of the caches that may lie in the roots, and of the parts of pytest's own one."""
        tops = [root / name for root in self.roots for name in PLUGIN_CACHES]
        if self.cache_dir is not None:
            tops += [self.cache_dir / name for name in _BELOW_CACHE_DIR]
        return tuple(dict.fromkeys(Path(os.path.realpath(top)) for top in tops))


def is_data_of_ended_process(path: Path) -> bool:
    """Whether a file holds what coverage.py measured in one process, and that process has ended."""
    found = _DATA_OF_A_PROCESS.fullmatch(path.name)
    return found is not None and not psutil.pid_exists(int(found[1]))
