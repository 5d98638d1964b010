"""Which file a module name means, in a tree that nobody runs."""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

INIT = "__init__.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A module that is there. `path` is its file, relative to the root; None without a Python file of its own."""

    path: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A first-party module that is not there.

    Attributes:
        name: the dotted name up to the first part that is missing.
        directory: where that part would have to be, relative to the root.
        parent: the file of the package or module that should hold it; None for a directory without `__init__.py`.
    """

    name: str
    directory: str
    parent: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A module that is not of this tree, or may be found in a way that cannot be read."""


Location = Found | Missing | Unknown
_UNKNOWN = Unknown()


@dataclass(slots=True, kw_only=True)
class Modules:
    """The modules of a tree.

    Attributes:
        root: the directory that paths are relative to.
        paths: all Python files, relative to the root, with `/`.
        search: directories on `sys.path`, relative to the root; those of packages are found without it.
        site: directories of installed packages, absolute.
        package: the package that the root itself is or lies in, dotted; empty if it is none.
        probed: directories that were listed, because something might be in them that is no Python file.
    """

    root: Path
    paths: Sequence[str]
    search: Sequence[str] = ("", "src")
    site: Sequence[Path] = ()
    package: str = ""
    probed: set[str] = field(default_factory=set)
    _children: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _files: frozenset[str] = frozenset()
    _anchors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _by_last: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _listed: dict[str, frozenset[str]] = field(default_factory=dict)
    _located: dict[str, Location] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the paths."""
        self._files = frozenset(self.paths)
        self._index()
        self._anchor()

    def package_of(self, path: str) -> str:
        """Return the directory of a file, relative to the root; relative imports start there."""
        return path.rpartition("/")[0]

    def base_of(self, path: str) -> str:
        """Return the directory above the topmost package of a file: what pytest puts in front of `sys.path`."""
        return self._base(path)

    def is_installed(self, module: str) -> bool:
        """Whether the standard library or an installed package has a module."""
        parts = module.split(".")
        return parts[0] in sys.stdlib_module_names or self._is_installed(parts)

    def name_of(self, path: str) -> str:
        """Return the dotted name of a file, from the directory above its topmost package."""
        base = self._base(path)
        inner = path[len(base) + 1 :] if base else path
        name = inner.removesuffix(".py").replace("/", ".")
        name = "" if name == "__init__" else name.removesuffix(".__init__")
        return ".".join(filter(None, (self.package, name))) if not base else name

    def stem_of(self, path: str) -> str:
        """Return the last part of the name of a file: what everything that imports it mentions."""
        return self.name_of(path).rpartition(".")[2]

    def locate(self, module: str, level: int = 0, importer: str = "") -> Location:
        """Return where a module is that the file `importer` imports with `level` dots."""
        if level:
            return self._relative(module, level, importer)
        if module not in self._located:
            self._located[module] = self._absolute(module)
        return self._located[module]

    def is_namespace(self, top: str) -> bool:
        """Whether a top-level name is only a directory without `__init__.py`."""
        return top != self.package.partition(".")[0] and all(
            f"{_join(anchor, top)}/{INIT}" not in self._files and f"{_join(anchor, top)}.py" not in self._files
            for anchor in self._anchors.get(top, ())
        )

    def called(self, last: str) -> list[str]:
        """Return the dotted names of all modules whose name ends in this part."""
        return sorted({self.name_of(path) for path in self._by_last.get(last, ())})

    def namesakes(self, path: str) -> list[str]:
        """Return the other files that the absolute name of this one may mean as well.

        They have the same path below some other directory, which may come first on `sys.path`.
        """
        tail = f"/{self._inner(path)}"
        last = path.removesuffix(f"/{INIT}").removesuffix(".py").rpartition("/")[2]
        return [each for each in self._by_last.get(last, ()) if each != path and f"/{_bare(each)}".endswith(tail)]

    def is_compiled(self, path: str) -> bool:
        """Whether a compiled module, or the source of one, stands beside a file and comes before it."""
        bare = _bare(path)
        directory, _, stem = bare.rpartition("/")
        if path != f"{bare}.py" or stem not in self._listing(directory):
            return False
        entries = os.listdir(self.root / directory)  # noqa: PTH208 - names are all that is needed
        return any(each.startswith(f"{stem}.") and each.endswith((".so", ".pyd", ".pyx")) for each in entries)

    def holds(self, directory: str, name: str) -> bool:
        """Whether there is anything of that name in a directory, of any kind; notes that it looked there."""
        return name in self._children.get(directory, ()) or name in self._listing(directory)

    def _index(self) -> None:
        for path in self._files:
            directory, _, file = path.rpartition("/")
            stem = file.removesuffix(".py")
            self._by_last[directory.rpartition("/")[2] if stem == "__init__" else stem].append(path)
            self._children[directory].add(stem)
            while directory:
                parent, _, name = directory.rpartition("/")
                if name in self._children[parent]:
                    break
                self._children[parent].add(name)
                directory = parent

    def _anchor(self) -> None:
        """Find the directories in which Python would look for each top-level name."""
        for directory in dict.fromkeys(self.search):
            for name in self._children.get(directory, ()):
                self._anchors[name].append(directory)
        for path in sorted(self._files):
            base = self._base(path)
            top = (path[len(base) + 1 :] if base else path).partition("/")[0].removesuffix(".py")
            if base not in self._anchors[top]:
                self._anchors[top].append(base)

    def _inner(self, path: str) -> str:
        """The path of a file below the directory above its topmost package, without its ending."""
        base = self._base(path)
        return _bare(path[len(base) + 1 :] if base else path)

    def _base(self, path: str) -> str:
        """The directory above the topmost package of a file: what pytest puts in front of `sys.path`."""
        directory = path.rpartition("/")[0]
        while directory and f"{directory}/{INIT}" in self._files:
            directory = directory.rpartition("/")[0]
        return directory

    def _absolute(self, module: str) -> Location:
        if self.package and f"{module}.".startswith(f"{self.package}."):
            inner = module[len(self.package) + 1 :]
            if not inner:
                return Found(path=INIT if INIT in self._files else None)
            parts = inner.split(".")
            location = self._down("", parts, module.split("."))
            return _UNKNOWN if isinstance(location, Missing) and self._is_installed(module.split(".")) else location
        top = module.partition(".")[0]
        anchors = self._anchors.get(top)
        if not anchors or top in sys.stdlib_module_names or self._is_hidden(top, anchors):
            return _UNKNOWN
        parts = module.split(".")
        first: Location = _UNKNOWN
        for anchor in anchors:
            location = self._down(anchor, parts, parts)
            if not isinstance(location, Missing):
                return location
            first = location if isinstance(first, Unknown) else first
        if self._is_elsewhere(parts) or self._is_installed(parts):
            return _UNKNOWN
        return first

    def _is_hidden(self, top: str, anchors: Sequence[str]) -> bool:
        """Whether an installed package may come before those of the tree: `tests/redis/` is not what tests import."""
        if any(anchor in self.search for anchor in anchors):
            return False
        outside = (site for site in self.site if not site.is_relative_to(self.root))
        return any(top in self._listing(str(site)) for site in outside)

    def _relative(self, module: str, level: int, importer: str) -> Location:
        directory = importer.rpartition("/")[0]
        for _ in range(level - 1):
            if not directory:
                return _UNKNOWN
            directory = directory.rpartition("/")[0]
        init = _join(directory, INIT)
        if init not in self._files:
            return _UNKNOWN  # a script, or a namespace package that is spread over several places
        if not module:
            return Found(path=init)
        parts = module.split(".")
        prefix = self.name_of(init).split(".")
        return self._down(directory, parts, [*prefix, *parts])

    def _down(self, directory: str, parts: Sequence[str], names: Sequence[str]) -> Location:
        """Go down from a directory, one part of the name after the other; `names` are those to show."""
        done = len(names) - len(parts)
        parent = _join(directory, INIT) if _join(directory, INIT) in self._files else None
        for position, part in enumerate(parts):
            inner = _join(directory, part)
            is_last = position == len(parts) - 1
            init, file = f"{inner}/{INIT}", f"{inner}.py"
            if init in self._files or (file not in self._files and part in self._children.get(directory, ())):
                directory, parent = inner, init if init in self._files else None
                if is_last:
                    return Found(path=parent)
            elif file in self._files:
                if is_last:
                    return Found(path=file)
                return Missing(name=".".join(names[: done + position + 2]), directory=inner, parent=file)
            elif part in self._listing(directory):
                return _UNKNOWN  # compiled, a stub, or made in some other way
            else:
                return Missing(name=".".join(names[: done + position + 1]), directory=directory, parent=parent)
        return Found(path=parent)

    def _is_elsewhere(self, parts: Sequence[str]) -> bool:
        """Whether a file anywhere has such a path: a test may put its directory on `sys.path`."""
        tail = "/".join(parts)
        return any(
            f"/{path.removesuffix('.py').removesuffix('/__init__')}".endswith(f"/{tail}")
            for path in self._by_last.get(parts[-1], ())
        )

    def _is_installed(self, parts: Sequence[str]) -> bool:
        return any(_is_below(str(site), parts, self._listing) for site in self.site)

    def _listing(self, directory: str) -> frozenset[str]:
        """The names in a directory without what follows their first dot; empty if it is not one."""
        if directory not in self._listed:
            self.probed.add(directory)
            try:
                entries = os.listdir(self.root / directory)  # noqa: PTH208 - names are all that is needed
            except OSError:
                entries = []
            self._listed[directory] = frozenset(entry.partition(".")[0] for entry in entries)
        return self._listed[directory]


def _is_below(directory: str, parts: Iterable[str], listing: Callable[[str], frozenset[str]]) -> bool:
    for part in parts:
        if part not in listing(directory):
            return False
        directory = f"{directory}/{part}"
    return True


def _bare(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__")


def _join(directory: str, name: str) -> str:
    return f"{directory}/{name}" if directory else name
