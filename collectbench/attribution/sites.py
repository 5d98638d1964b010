"""The line that caused the import of each module: it explains why a run imports more modules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from collectbench.attribution.modules import Module, Modules, modules_of
from collectbench.attribution.origins import Places, display_path, is_below, is_project_file, is_pytest
from collectbench.attribution.requests import ImportRequest, requests_of
from collectbench.attribution.work_counters import is_imported
from collectbench.model.run import ImportSite, ImportTime
from collectbench.model.trace import Frame, ImportFrame, Trace

NOWHERE = ("", 0)
MACHINERY = ("<frozen ", "/importlib/", "/runpy.py", "/pkgutil.py")
"""Parts of the paths of code that imports modules for others."""


LEAST_S = 0.005
"""Lines whose imports took less have no time of their own in a run."""


class Sites(NamedTuple):
    """The lines that caused imports in a counted round.

    `all` holds every imported module (see `ImportSite`), the line with the most modules first. `times` holds the lines
    whose imports took 5 ms or longer, the longest first.
    """

    all: tuple[ImportSite, ...]
    times: tuple[ImportTime, ...]


def sites_of(trace: Trace, places: Places, probe: str) -> Sites:
    """The lines that caused the imports of a trace. `probe` is the directory of the probe, whose lines do not count."""
    sites, times = [], []
    for (path, line), modules in _modules_by_line(trace, places, probe).items():
        shown, seconds = display_path(path, places), sum(map(_own_s, modules))
        sites.append(ImportSite(path=shown, line=line, modules=tuple(sorted(module.name for module in modules))))
        if seconds >= LEAST_S:
            times.append(ImportTime(path=shown, line=line, seconds=seconds))
    return Sites(
        all=tuple(sorted(sites, key=lambda site: (-len(site.modules), site.path, site.line))),
        times=tuple(sorted(times, key=lambda time: -time.seconds)),
    )


def _own_s(module: Module) -> float:
    return sum(max(0.0, frame.self_s - frame.queued_s) for frame in module.frames)


def _modules_by_line(trace: Trace, places: Places, probe: str) -> dict[tuple[str, int], list[Module]]:
    """The imported modules by the line that caused them; paths are absolute."""
    modules = modules_of(trace)
    chains = _Chains(trace, modules)
    is_of_project = cache(lambda path: not is_below(path, probe) and is_project_file(path, places))
    by_line: defaultdict[tuple[str, int], list[Module]] = defaultdict(list)
    for module in filter(is_imported, modules.all):
        path, line = NOWHERE
        for request in chains.requests_for(module):
            if is_of_project(request.path):
                path, line = request.path, request.line
                break
            if not _is_machinery(request, probe):
                path, line = request.path, request.line
        by_line[path, line].append(module)
    return by_line


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
