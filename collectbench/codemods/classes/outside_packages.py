"""Installed packages that files import: what one file can import may be missing where another one runs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from collectbench.sources.codebase import Codebase
from collectbench.sources.modules import Found
from collectbench.sources.outline import Guard

_ALWAYS = sys.stdlib_module_names | {"pytest", "_pytest"}


@dataclass(kw_only=True)
class OutsidePackages:
    """Tells which packages a file imports in any case, itself or through other files of the tree.

    The standard library and pytest do not count: they are always there.
    """

    codebase: Codebase
    _own: dict[str, tuple[frozenset[str], frozenset[str]]] = field(default_factory=dict)

    def of_file(self, path: str) -> set[str]:
        """Return the packages that are there once a file and the conftests above it are imported."""
        directories = path.split("/")[:-1]
        above = ("/".join([*directories[:end], "conftest.py"]) for end in range(len(directories) + 1))
        return self._of([path, *(each for each in above if each in self.codebase.facts)])

    def of_lines(self, lines: Iterable[str]) -> set[str]:
        """Return the packages that absolute import lines import."""
        files, packages = list[str](), set[str]()
        for line in lines:
            module = line.split()[1]
            location = self.codebase.modules.locate(module)
            if not isinstance(location, Found):
                packages.add(module.partition(".")[0])
            elif location.path:
                files.append(location.path)
        return self._of(files) | (packages - _ALWAYS)

    def _of(self, files: list[str]) -> set[str]:
        packages, seen = set[str](), set(files)
        todo = list(files)
        while todo:
            own, imported = self._direct(todo.pop())
            packages |= own
            todo += imported - seen
            seen |= imported
        return packages - _ALWAYS

    def _direct(self, path: str) -> tuple[frozenset[str], frozenset[str]]:
        """The packages and the files of the tree that one file imports itself."""
        if path not in self._own:
            packages, files = set[str](), set[str]()
            outline = self.codebase.outline(path)
            for each in outline.imports if outline else ():
                if each.guard != Guard.NONE:
                    continue
                found = list(self._files(path, each.module, each.level, [name for name, _ in each.names]))
                files.update(found)
                if not found and not each.level:
                    packages.add(each.module.partition(".")[0])
            self._own[path] = frozenset(packages), frozenset(files)
        return self._own[path]

    def _files(self, path: str, module: str, level: int, names: Iterable[str]) -> Iterator[str]:
        for each in (module, *(f"{module}.{name}".strip(".") for name in names)):
            location = self.codebase.modules.locate(each, level, path)
            if isinstance(location, Found) and location.path:
                yield location.path
