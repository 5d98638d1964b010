"""The line that caused the import of each module: it explains why a run imports more modules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache

from collectbench.attribution.modules import Module, Modules, modules_of
from collectbench.attribution.origins import Places, display_path, is_below, is_project_file, is_pytest
from collectbench.attribution.requests import ImportRequest, requests_of
from collectbench.attribution.work_counters import is_imported
from collectbench.model.run import ImportSite
from collectbench.model.trace import Frame, ImportFrame, Trace

NOWHERE = ("", 0)
MACHINERY = ("<frozen ", "/importlib/", "/runpy.py", "/pkgutil.py")
"""Parts of the paths of code that imports modules for others."""


def sites_of(trace: Trace, places: Places, probe: str) -> tuple[ImportSite, ...]:
    """The imported modules by the line that caused them (see `ImportSite`), the line with the most modules first.

    `probe` is the directory of the probe, whose lines do not count.
    """
    modules = modules_of(trace)
    chains = _Chains(trace, modules)
    is_of_project = cache(lambda path: not is_below(path, probe) and is_project_file(path, places))
    names_by_line: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for module in filter(is_imported, modules.all):
        path, line = NOWHERE
        for request in chains.requests_for(module):
            if is_of_project(request.path):
                path, line = request.path, request.line
                break
            if not _is_machinery(request, probe):
                path, line = request.path, request.line
        names_by_line[path, line].append(module.name)
    sites = [
        ImportSite(path=display_path(path, places), line=line, modules=tuple(sorted(names)))
        for (path, line), names in names_by_line.items()
    ]
    return tuple(sorted(sites, key=lambda site: (-len(site.modules), site.path, site.line)))


class _Chains:
    """The chain of requests that led to a module: its importer, the importer of that, and so on."""

    def __init__(self, trace: Trace, modules: Modules) -> None:
        self._modules = modules
        frames: list[Frame] = [*trace.plugins, *trace.collectors, *trace.imports]
        self._parents = {frame.index: frame.parent for frame in frames}
        self._requests: dict[tuple[Module, int], ImportRequest] = {}
        for request in requests_of(trace, modules):
            for module in request.modules:
                self._requests.setdefault((module, request.during), request)

    def requests_for(self, module: Module) -> Iterator[ImportRequest]:
        """The requests that led to the first successful import of a module, the innermost first."""
        frame: ImportFrame | None = next(frame for frame in module.frames if not frame.error)
        while frame is not None:
            during = self._modules.requested_during(frame)
            request = self._requests.get((self._modules.of_frame[frame.index], during))
            if request is not None and request.line:
                yield request
            frame = self._import_around(during)

    def _import_around(self, index: int) -> ImportFrame | None:
        """The import that a frame is or lies in; the loading of a conftest may lie between two imports."""
        while index in self._parents and index not in self._modules.frames:
            index = self._parents[index]
        return self._modules.frames.get(index)


def _is_machinery(request: ImportRequest, probe: str) -> bool:
    """Whether the request came from pytest, Python's import machinery or the probe itself."""
    by_pytest = request.holder is not None and is_pytest(request.holder.name)
    return by_pytest or is_below(request.path, probe) or any(part in request.path for part in MACHINERY)
