"""Where pytest begins if it gets no paths: `testpaths`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from collectbench.discovery.patterns import Glob, is_glob


def existing_test_paths(
    written: Sequence[str], rootdir: str, directories: Iterable[str], files: Iterable[str]
) -> Iterator[str]:
    """Yield the test paths that exist, absolute. Patterns are looked up in what is known already, not on the disk.

    Args:
        written: the value of `testpaths`.
        rootdir: what it is relative to, absolute.
        directories: those that hold the files, absolute.
        files: absolute.
    """
    for path in written:
        if not is_glob(path) and os.path.lexists(place := absolute(path, rootdir)):
            yield place
    patterns = [Glob(path) for path in written if is_glob(path)]
    if not patterns:
        return
    start = f"{rootdir}/"
    for path in (*_with_parents(directories), *files):
        if path.startswith(start) and any(pattern.match(path[len(start) :]) for pattern in patterns):
            yield path


def absolute(path: str, rootdir: str) -> str:
    """Return a path of the configuration as an absolute one, without `.` and `..`."""
    return os.path.normpath(os.path.join(rootdir, path))  # noqa: PTH118 - a string is enough


def _with_parents(directories: Iterable[str]) -> set[str]:
    found = set(directories)
    for directory in tuple(found):
        parent = directory.rpartition("/")[0]
        while parent and parent not in found:
            found.add(parent)
            parent = parent.rpartition("/")[0]
    return found
