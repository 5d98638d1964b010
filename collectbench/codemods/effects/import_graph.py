"""Which files of a tree are loaded when one of them is imported."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import INIT, Found, Unknown
from collectbench.sources.outline import NEVER_AT_COLLECTION, Guard, Import


class Need(NamedTuple):
    """A file that another one loads, and the line of the import."""

    path: str
    line: int


@dataclass(kw_only=True)
class ImportGraph:
    """The imports of a tree that run when their module is imported. Imports in functions and classes are not read.

    Attributes:
        codebase: the tree.
        loaded_before: files that are no part of it, since they are loaded before everything that it is asked about.
    """

    codebase: Codebase
    loaded_before: frozenset[str] = frozenset()
    _needs: dict[str, tuple[Need, ...]] = field(default_factory=dict)
    _loaded: dict[str, frozenset[str]] = field(default_factory=dict)
    _cyclic: dict[str, frozenset[str]] = field(default_factory=dict)

    def without(self, files: frozenset[str]) -> ImportGraph:
        """Return the graph for what happens after these files were loaded."""
        return ImportGraph(codebase=self.codebase, loaded_before=files, _needs=self._needs)

    def needs(self, path: str) -> tuple[Need, ...]:
        """Return the files that the imports of a file name, with the packages above each, by line."""
        if path not in self._needs:
            found = {
                need.path: need
                for each in reversed(self.imports(path))
                for need in self._of_import(path, each)
                if need.path != path
            }
            self._needs[path] = tuple(sorted(found.values(), key=lambda need: need.line))
        return self._needs[path]

    def imports(self, path: str) -> tuple[Import, ...]:
        """Return the imports that run when a module is imported, or as soon as somebody uses its names."""
        outline = self.codebase.outline(path)
        if outline is None:
            return ()
        # What only type checkers see of a module with __getattr__ is what this loads when it is used.
        is_late = "__getattr__" in outline.bindings
        return tuple(
            each
            for each in outline.imports
            if each.guard not in NEVER_AT_COLLECTION or (is_late and each.guard == Guard.TYPE_CHECKING)
        )

    def third_party(self, path: str) -> Iterator[str]:
        """Yield the packages outside of the tree and the standard library without which a module fails."""
        for each in self.imports(path):
            top = each.module.partition(".")[0]
            is_outside = not each.level and isinstance(self.codebase.modules.locate(each.module), Unknown)
            if is_outside and each.guard == Guard.NONE and top not in sys.stdlib_module_names:
                yield top

    def loaded(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the files that these load, and these."""
        return frozenset().union(*(self._loaded_by(path) for path in paths if path not in self.loaded_before))

    def imported(self, paths: Iterable[str]) -> frozenset[str]:
        """Return the files that are loaded if somebody imports these: with the packages above them."""
        return self.loaded(each for path in paths for each in (*self.packages_above(path), path))

    def _loaded_by(self, path: str) -> frozenset[str]:
        if path not in self._loaded:
            todo, seen = [path], set[str]()
            while todo:
                each = todo.pop()
                if each in self._loaded:
                    seen |= self._loaded[each]
                elif each not in seen and each not in self.loaded_before:
                    seen.add(each)
                    todo.extend(need.path for need in self.needs(each))
            self._loaded[path] = frozenset(seen)
        return self._loaded[path]

    def cycle_of(self, path: str) -> frozenset[str]:
        """Return the files that load each other with this one, and it; empty if it is in no cycle of imports."""
        if path not in self._cyclic:
            self._find_cycles(path)
        return self._cyclic[path]

    def files_of(self, path: str, each: Import) -> Iterator[str]:
        """Yield the files that an import in a file names: modules, and names that are modules."""
        locate = self.codebase.modules.locate
        location = locate(each.module, each.level, path)
        if isinstance(location, Found) and location.path:
            yield location.path
        outline = self.codebase.outline(location.path) if isinstance(location, Found) and location.path else None
        for name, _ in each.names:
            inner = locate(f"{each.module}.{name}".strip("."), each.level, path)
            if isinstance(inner, Found) and inner.path and (outline is None or name not in outline.bindings):
                yield inner.path

    def _of_import(self, path: str, each: Import) -> Iterator[Need]:
        for file in self.files_of(path, each):
            for loaded in (*self.packages_above(file), file):
                yield Need(loaded, each.line)

    def packages_above(self, path: str) -> Iterator[str]:
        """Yield the `__init__` files of the packages that a module lies in, without its own."""
        directory = holder_of(path)
        while directory is not None and init_of(directory) in self._files:
            yield init_of(directory)
            directory = directory.rpartition("/")[0] if directory else None

    @cached_property
    def _files(self) -> frozenset[str]:
        return frozenset(self.codebase.facts)

    def _find_cycles(self, start: str) -> None:
        """Tarjan's algorithm with a stack of its own: chains of imports can be longer than Python's."""
        numbers: dict[str, int] = {}
        lowest: dict[str, int] = {}
        path_to: list[str] = []
        frames: list[tuple[str, Iterator[Need]]] = []

        def enter(path: str) -> None:
            numbers[path] = lowest[path] = len(numbers)
            path_to.append(path)
            frames.append((path, iter(self.needs(path))))

        enter(start)
        while frames:
            path, needs = frames[-1]
            done = self._cyclic.keys() | self.loaded_before
            following = next((need.path for need in needs if need.path not in done), None)
            if following is None:
                frames.pop()
                if frames:
                    above = frames[-1][0]
                    lowest[above] = min(lowest[above], lowest[path])
                if lowest[path] == numbers[path]:
                    place = path_to.index(path)
                    members = frozenset(path_to[place:])
                    del path_to[place:]
                    self._cyclic.update(dict.fromkeys(members, members if len(members) > 1 else frozenset()))
            elif following not in numbers:
                enter(following)
            else:  # still on the way, as finished ones have a component already
                lowest[path] = min(lowest[path], numbers[following])


def holder_of(path: str) -> str | None:
    """Return the directory in which a module or package lies; None for the package that the root itself is."""
    directory, _, file = path.rpartition("/")
    if file != INIT:
        return directory
    return directory.rpartition("/")[0] if directory else None


def init_of(directory: str) -> str:
    """Return the path of the `__init__` of a directory, which is empty for the root."""
    return f"{directory}/{INIT}" if directory else INIT
