"""The modules of a trace: one for each name and file, with all frames in which it was executed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from collectbench.model.trace import ImportFrame, Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Module:
    """One module. It has several frames where importing it failed and was tried again, or where it was removed.

    Compared by identity: several conftests may share a name.
    """

    name: str
    path: str
    """Its file; empty for what is compiled into Python and for what was not found."""
    frames: tuple[ImportFrame, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Modules:
    """All modules of a trace, in the order in which their import began."""

    all: tuple[Module, ...]
    by_name: dict[str, Module]
    """The first of each name."""
    by_file: dict[tuple[str, str], Module]
    """By name and path: for names that several files share."""
    by_path: dict[str, Module]
    """For code whose module renamed itself."""
    of_frame: dict[int, Module]
    frames: dict[int, ImportFrame]

    def asked_during(self, frame: ImportFrame) -> int:
        """The frame in which the import of `frame` was asked for: outside of modules that import their package."""
        around = frame.parent
        while around in self.frames and self.frames[around].module.startswith(frame.module + "."):
            around = self.frames[around].parent
        return around

    def holding(self, name: str, path: str) -> Module | None:
        """The module that the code of `path` belongs to, which calls itself `name`."""
        return self.by_file.get((name, path)) or self.by_name.get(name) or self.by_path.get(path)


def modules_of(trace: Trace) -> Modules:
    """Group the import frames of `trace`. A frame without a path joins the first module of its name.

    The file of a module whose import failed is known from its own import statements, if it has any.
    """
    ran = {frame.index: frame for frame in trace.imports}
    files = {
        edge.during: edge.path
        for edge in reversed(trace.edges)
        if edge.during in ran and ran[edge.during].module == edge.importer
    }
    paths = {frame.index: frame.path or files.get(frame.index, "") for frame in trace.imports}
    named: dict[str, dict[str, list[ImportFrame]]] = {}
    for frame in sorted(trace.imports, key=lambda frame: frame.begin_s):
        named.setdefault(frame.module, {}).setdefault(paths[frame.index], []).append(frame)
    found = [
        Module(name=name, path=path, frames=frames)
        for name, by_path in named.items()
        for path, frames in _with_the_pathless(by_path)
    ]
    found.sort(key=lambda module: module.frames[0].begin_s)
    return Modules(
        all=tuple(found),
        by_name={module.name: module for module in reversed(found)},
        by_file={(module.name, module.path): module for module in found},
        by_path={module.path: module for module in reversed(found) if module.path},
        of_frame={frame.index: module for module in found for frame in module.frames},
        frames=ran,
    )


def _with_the_pathless(by_path: dict[str, list[ImportFrame]]) -> Iterable[tuple[str, tuple[ImportFrame, ...]]]:
    pathless: Sequence[ImportFrame] = by_path.pop("", []) if len(by_path) > 1 else ()
    for path, frames in by_path.items():
        yield path, tuple(sorted([*frames, *pathless], key=lambda frame: frame.begin_s))
        pathless = ()


@lru_cache(maxsize=2**16)  # asked again for each import statement
def packages_of(name: str) -> tuple[str, ...]:
    """The packages that a module lies in, outermost first: `a` and `a.b` for `a.b.c`."""
    parts = name.split(".")
    return tuple(".".join(parts[:length]) for length in range(1, len(parts)))


def is_within(name: str, package: str) -> bool:
    """Whether `name` is `package` or a module below it."""
    return name == package or name.startswith(package + ".")
