"""What was asked for in a trace: each import statement with the modules that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from collectbench.attribution.modules import Module, Modules, packages_of
from collectbench.model.trace import Edge, Trace

BY_CALL = ("*",)
"""What stands for the names where a module was imported by a call; `from a import *` needs no more than that either."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    """An import statement that was executed in the frame `during`; it stands in `holder`, None for code of no module.

    `line` is 0 where no statement was seen: C code imports without one.
    """

    holder: Module | None
    path: str
    line: int
    by_call: bool
    during: int
    modules: tuple[Module, ...]


def requests_of(trace: Trace, modules: Modules) -> list[Request]:
    """All requests of `trace` for modules that were imported during it, at least one for each frame."""
    seen = [*_statements(trace, modules)]
    return [*seen, *_unseen(trace, modules, seen)]


def needed_names(edge: Edge) -> list[str]:
    """What a statement asks for as far as there are such modules: for `from a.b import c`, `a`, `a.b` and `a.b.c`.

    Relative names are resolved as importlib._bootstrap._resolve_name does; nothing where that would raise.
    """
    name = edge.name
    if edge.level:
        around = edge.package.rsplit(".", edge.level - 1)
        if len(around) < edge.level or not around[0]:
            return []
        name = f"{around[0]}.{name}" if name else around[0]
    within = [f"{name}.{attribute}" for attribute in edge.fromlist if attribute != "*"]
    return [*packages_of(name), name, *within]


def _statements(trace: Trace, modules: Modules) -> Iterator[Request]:
    by_name = modules.by_name
    for edge in trace.edges:
        by_call = edge.fromlist == BY_CALL
        around = modules.of_frame.get(edge.during)
        if by_call and around is not None and around.name.startswith(edge.name + "."):
            continue  # the import machinery, which imports the package of a module first
        found = tuple(by_name[name] for name in needed_names(edge) if name in by_name)
        if found:
            holder = modules.holding(edge.importer, edge.path)
            yield Request(
                holder=holder, path=edge.path, line=edge.line, by_call=by_call, during=edge.during, modules=found
            )


def _unseen(trace: Trace, modules: Modules, seen: Iterable[Request]) -> list[Request]:
    """Imports that no statement asked for: by C code, by a loader that was called, or by a statement's second time."""
    known = {(module, request.during) for request in seen for module in request.modules}
    asked = dict.fromkeys((modules.of_frame[frame.index], modules.asked_during(frame)) for frame in trace.imports)
    return [
        Request(holder=None, path="", line=0, by_call=True, during=during, modules=(module,))
        for module, during in asked
        if (module, during) not in known
    ]
