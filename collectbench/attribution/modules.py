"""The modules of a trace: one for each name and file, with all frames of its execution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from collectbench.model.trace import ImportFrame, Trace


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Module:
    """One module. It has several frames if its import failed and was tried again, or if it was removed.

    Compared by identity: several conftests may share a name.
    """

    name: str
    path: str
    """Its file; empty for a module that is compiled into Python or was not found."""
    frames: tuple[ImportFrame, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Modules:
    """All modules of a trace, in the order in which their import began."""

    all: tuple[Module, ...]
    by_name: dict[str, Module]
    """The first of each name."""
    by_file: dict[tuple[str, str], Module]
    """By name and path, since several files may share a name."""
    by_path: dict[str, Module]
    """By path, for code whose module renamed itself."""
    of_frame: dict[int, Module]
    frames: dict[int, ImportFrame]

    def requested_during(self, frame: ImportFrame) -> int:
        """The index of the frame in which the import of `frame` was requested, -1 for none.

        Python imports the package of a module within the import of that module: such frames are passed over.
        """
        parent = frame.parent
        while parent in self.frames and self.frames[parent].module.startswith(frame.module + "."):
            parent = self.frames[parent].parent
        return parent

    def holding(self, name: str, path: str) -> Module | None:
        """The module that holds the code of `path` and calls itself `name`."""
        return self.by_file.get((name, path)) or self.by_name.get(name) or self.by_path.get(path)


def modules_of(trace: Trace) -> Modules:
    """Group the import frames of `trace`. A frame without a path joins the first module of its name.

    If the import of a module failed, its file is known from its own import statements, if it has any.
    """
    frames = {frame.index: frame for frame in trace.imports}
    files = {
        edge.during: edge.path
        for edge in reversed(trace.edges)
        if edge.during in frames and frames[edge.during].module == edge.importer
    }
    paths = {frame.index: frame.path or files.get(frame.index, "") for frame in trace.imports}
    named: dict[str, dict[str, list[ImportFrame]]] = {}
    for frame in sorted(trace.imports, key=lambda frame: frame.begin_s):
        named.setdefault(frame.module, {}).setdefault(paths[frame.index], []).append(frame)
    modules = [
        Module(name=name, path=path, frames=executions)
        for name, by_path in named.items()
        for path, executions in _with_the_pathless(by_path)
    ]
    modules.sort(key=lambda module: module.frames[0].begin_s)
    return Modules(
        all=tuple(modules),
        by_name={module.name: module for module in reversed(modules)},
        by_file={(module.name, module.path): module for module in modules},
        by_path={module.path: module for module in reversed(modules) if module.path},
        of_frame={frame.index: module for module in modules for frame in module.frames},
        frames=frames,
    )


def _with_the_pathless(by_path: dict[str, list[ImportFrame]]) -> Iterable[tuple[str, tuple[ImportFrame, ...]]]:
    pathless: Sequence[ImportFrame] = by_path.pop("", []) if len(by_path) > 1 else ()
    for path, frames in by_path.items():
        yield path, tuple(sorted([*frames, *pathless], key=lambda frame: frame.begin_s))
        pathless = ()


@lru_cache(maxsize=2**16)  # called again for each import statement
def packages_of(name: str) -> tuple[str, ...]:
    """The packages around a module, outermost first: `a` and `a.b` for `a.b.c`."""
    parts = name.split(".")
    return tuple(".".join(parts[:length]) for length in range(1, len(parts)))


def is_within(name: str, package: str) -> bool:
    """Whether `name` is `package` or a module below it."""
    return name == package or name.startswith(package + ".")
