"""Which line set off the import of each module, for a reader who wants to know why there are more of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from collectbench.attribution.modules import Module, Modules, modules_of
from collectbench.attribution.origins import Places, display_path, is_below, is_pytest, is_the_projects
from collectbench.attribution.requests import Request, requests_of
from collectbench.attribution.work_counters import is_imported
from collectbench.model.run import ImportSite
from collectbench.model.trace import Frame, ImportFrame, Trace

NOWHERE = ("", 0)
MACHINERY = ("<frozen ", "/importlib/", "/runpy.py", "/pkgutil.py")
"""What the paths of code hold that imports whatever it is told to."""


def sites_of(trace: Trace, places: Places, probe: str) -> tuple[ImportSite, ...]:
    """The imported modules by the line that set them off (see `ImportSite`), those with the most modules first.

    `probe` is the folder of the probe, whose own lines are nobody's.
    """
    modules = modules_of(trace)
    chains = _Chains(trace, modules)
    known = cache(lambda path: not is_below(path, probe) and is_the_projects(path, places))
    found: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for module in filter(is_imported, modules.all):
        path, line = NOWHERE
        for request in chains.requests_for(module):
            if known(request.path):
                path, line = request.path, request.line
                break
            if not _is_machinery(request, probe):
                path, line = request.path, request.line
        found[path, line].append(module.name)
    sites = [
        ImportSite(path=display_path(path, places), line=line, modules=tuple(sorted(names)))
        for (path, line), names in found.items()
    ]
    return tuple(sorted(sites, key=lambda site: (-len(site.modules), site.path, site.line)))


class _Chains:
    """Who asked for a module, who asked for that one, and so on outwards."""

    def __init__(self, trace: Trace, modules: Modules) -> None:
        self._modules = modules
        frames: list[Frame] = [*trace.plugins, *trace.collectors, *trace.imports]
        self._parents = {frame.index: frame.parent for frame in frames}
        self._asked: dict[tuple[Module, int], Request] = {}
        for request in requests_of(trace, modules):
            for module in request.modules:
                self._asked.setdefault((module, request.during), request)

    def requests_for(self, module: Module) -> Iterator[Request]:
        """The requests that led to the first import of a module that did not fail, the innermost first."""
        frame: ImportFrame | None = next(frame for frame in module.frames if not frame.error)
        while frame is not None:
            during = self._modules.asked_during(frame)
            request = self._asked.get((self._modules.of_frame[frame.index], during))
            if request is not None and request.line:
                yield request
            frame = self._import_around(during)

    def _import_around(self, index: int) -> ImportFrame | None:
        """The import that a frame is or lies in: between two imports there may be the loading of a conftest."""
        while index in self._parents and index not in self._modules.frames:
            index = self._parents[index]
        return self._modules.frames.get(index)


def _is_machinery(request: Request, probe: str) -> bool:
    """Whether pytest, Python's import machinery or the probe itself asked."""
    by_pytest = request.holder is not None and is_pytest(request.holder.name)
    return by_pytest or is_below(request.path, probe) or any(part in request.path for part in MACHINERY)
