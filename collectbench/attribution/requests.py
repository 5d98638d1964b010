"""The import requests of a trace: each import statement with the modules that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.attribution.modules import Module, Modules, packages_of
from collectbench.model.trace import Edge, Trace

BY_CALL = ("*",)
"""In place of names, if a call imported the module. `from a import *` looks the same and needs the same modules."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImportRequest:
    """An import statement that was executed in the frame `during`.

    `holder` is the module that holds it, None if unknown. `line` is 0 without a statement: C code imports without one.
    """

    holder: Module | None
    path: str
    line: int
    by_call: bool
    during: int
    modules: tuple[Module, ...]


def requests_of(trace: Trace, modules: Modules) -> list[ImportRequest]:
    """All requests of `trace` for modules that were imported during it, at least one for each frame."""
    statements = [*_statements(trace, modules)]
    return [*statements, *_without_statement(trace, modules, statements)]


def needed_names(edge: Edge) -> list[str]:
    """The names that a statement may import: for `from a.b import c`, `a`, `a.b` and `a.b.c`.

    Relative names are resolved as importlib._bootstrap._resolve_name does; the list is empty if that would raise.
    """
    name = edge.name
    if edge.level:
        base, *dropped = edge.package.rsplit(".", edge.level - 1)
        if len(dropped) < edge.level - 1 or not base:
            return []
        name = f"{base}.{name}" if name else base
    within = [f"{name}.{attribute}" for attribute in edge.fromlist if attribute != "*"]
    return [*packages_of(name), name, *within]


def named_modules(edge: Edge) -> tuple[str, ...]:
    """The modules that a statement names: `a.b` for `from a.b import c`, and `a.b` and `a` for `import a.b`."""
    if not edge.level:
        top = edge.name.partition(".")[0]
        return (edge.name,) if edge.fromlist or top == edge.name else (edge.name, top)
    base = edge.package.rsplit(".", edge.level - 1)[0]
    return (f"{base}.{edge.name}" if edge.name else base,)


def _statements(trace: Trace, modules: Modules) -> Iterator[ImportRequest]:
    by_name = modules.by_name
    for edge in trace.edges:
        by_call = edge.fromlist == BY_CALL
        importing = modules.of_frame.get(edge.during)
        if by_call and importing is not None and importing.name.startswith(edge.name + "."):
            continue  # the import machinery, which imports the package of a module first
        needed = tuple(by_name[name] for name in needed_names(edge) if name in by_name)
        if needed:
            holder = modules.holding(edge.importer, edge.path)
            yield ImportRequest(
                holder=holder, path=edge.path, line=edge.line, by_call=by_call, during=edge.during, modules=needed
            )


def _without_statement(trace: Trace, modules: Modules, statements: Iterable[ImportRequest]) -> list[ImportRequest]:
    """Imports without a recorded statement: by C code, by a direct call of a loader, or by a repeated statement."""
    known = {(module, request.during) for request in statements for module in request.modules}
    requested = dict.fromkeys(
        (modules.of_frame[frame.index], modules.requested_during(frame)) for frame in trace.imports
    )
    return [
        ImportRequest(holder=None, path="", line=0, by_call=True, during=during, modules=(module,))
        for module, during in requested
        if (module, during) not in known
    ]
