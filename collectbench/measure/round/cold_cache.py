"""The private bytecode cache of cold rounds, from which the project's own part is dropped before each of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

INSTALLED = ("site-packages", "dist-packages")


class ColdCache:
    """A directory that takes the place of all `__pycache__` (PYTHONPYCACHEPREFIX), so the user's tree is not touched.

    `drop` removes the compiled files of all that lies below `root`, except installed packages without a target in
    them. A fresh checkout beside a ready environment has to compile the same files.
    """

    def __init__(self, prefix: Path, root: Path) -> None:
        self._prefix, self._roots = prefix, {root, root.resolve()}

    def environment(self, env: Mapping[str, str]) -> dict[str, str]:
        """The child's environment with the cache in its place."""
        return {**env, "PYTHONPYCACHEPREFIX": str(self._prefix)}

    def drop(self, paths: Iterable[str]) -> int:
        """Remove the compiled files of the project and of the packages that `paths` (relative to the root) lie in.

        Returns:
            The number of files removed.
        """
        removed = 0
        for root in self._roots:
            removed += _remove_below(self._mirror(root), keep=INSTALLED)
            for path in paths:
                package = _package_of(Path(os.path.normpath(root / path)), root)
                if package is not None:
                    removed += _remove_below(self._mirror(package), keep=())
        return removed

    def _mirror(self, path: Path) -> Path:
        return self._prefix.joinpath(*path.parts[1:])


def _package_of(path: Path, root: Path) -> Path | None:
    """The installed top-level package below `root` that `path` lies in; None if there is none."""
    if not path.is_relative_to(root):
        return None
    parts = path.relative_to(root).parts
    for index, part in enumerate(parts[:-1]):
        if part in INSTALLED:
            return root.joinpath(*parts[: index + 2])
    return None


def _remove_below(directory: Path, keep: tuple[str, ...]) -> int:
    removed = 0
    for path, directories, files in os.walk(directory):
        directories[:] = [name for name in directories if name not in keep]
        for name in files:
            if name.endswith(".pyc"):
                (Path(path) / name).unlink(missing_ok=True)  # another round may drop the same
                removed += 1
    return removed
