"""The lists of ignored paths that conftests hold, read without running them."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path

IGNORE_LISTS = ("collect_ignore", "collect_ignore_glob")

_DOTTED = re.compile(rb"""["'](\w+(?:\.\w+)*)["']""", re.ASCII)

Lists = dict[str, frozenset[str]]
"""By the name of a list: its paths or patterns, absolute."""


class Conftests:
    """The conftests from the rootdir down. Each is read once.

    Attributes:
        collect_files: whether a conftest so far defines a hook that collects files in its own way.
    """

    def __init__(self, rootdir: Path) -> None:
        self.collect_files = False
        self._in_force: dict[Path, Lists] = {parent: {} for parent in rootdir.parents}
        self._in_force[rootdir] = self._read(rootdir)

    def lists(self, directory: Path) -> Lists:
        """Return the lists that hold in `directory`. The nearest conftest replaces a list of those above it."""
        unread = []
        while directory not in self._in_force:
            unread.append(directory)
            directory = directory.parent
        in_force = self._in_force[directory]
        for below in reversed(unread):
            in_force = self._in_force[below] = {**in_force, **self._read(below)}
        return in_force

    def _read(self, directory: Path) -> Lists:
        path = directory / "conftest.py"
        try:
            source = path.read_bytes() if path.is_file() else b""  # to read a pipe could take forever
        except OSError:
            return {}
        try:
            lists = ignore_lists(source, str(directory))
        except ValueError:
            return {}
        self.collect_files = self.collect_files or b"pytest_collect_file" in source
        return lists


def ignore_lists(source: bytes, directory: str) -> Lists:
    """Return the lists that the source of a conftest holds.

    Args:
        source: of the conftest.
        directory: that holds it, absolute.

    Raises:
        ValueError: it is not Python.
    """
    if b"collect_ignore" not in source:
        return {}
    try:
        lists = dict(_literal_lists(ast.parse(source)))
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(str(error)) from None
    return {
        name: frozenset(os.path.normpath(f"{directory}/{value}") for value in values)
        for name, values in lists.items()
        if name in IGNORE_LISTS
    }


def computes_ignore_lists(source: bytes) -> bool:
    """Whether the source of a conftest makes such a list in another way than by one literal, or is not Python."""
    try:
        module = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True
    written = sum(name in IGNORE_LISTS for name, _ in _literal_lists(module))
    return written < sum(getattr(node, "id", "") in IGNORE_LISTS for node in ast.walk(module))


def named_plugins(source: bytes) -> frozenset[str]:
    """Return the dotted names in the source of a conftest that names plugins."""
    if b"pytest_plugins" not in source:
        return frozenset()
    return frozenset(name.decode() for name in _DOTTED.findall(source))


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
