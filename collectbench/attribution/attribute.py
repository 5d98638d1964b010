"""From one traced round to a profile: where the time of a target goes, and what it would save to change a line."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial

from collectbench.attribution import tables
from collectbench.attribution.frame_costs import NO_CALIBRATION, Calibration
from collectbench.attribution.imports import import_graph
from collectbench.attribution.modules import Module, modules_of
from collectbench.attribution.origins import Places, display_path, origins_of, test_files
from collectbench.attribution.savings import Saving, savings
from collectbench.attribution.shares import shares_of
from collectbench.attribution.tables import Display
from collectbench.model.costs import ImportCost, Importer, LineCost, Origin, Profile
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Counts, Sample, Status
from collectbench.model.trace import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What was profiled and how it went, apart from the trace; the fields are those of `Profile`."""

    tool: Tool
    created: str
    environment: Environment
    target: str
    status: Status
    message: str
    wall_s: float | None
    calibration: Calibration = NO_CALIBRATION
    counts: Counts | None
    memory_timeline: tuple[tuple[float, int], ...] = ()
    calls: str | None = None
    lines: tuple[LineCost, ...] = ()
    """With absolute paths."""
    timed_rounds: int = 0
    notes: tuple[str, ...] = ()


def profile(trace: Trace, *, sample: Sample, subject: Subject, places: Places) -> Profile:
    """Attribute the time of the traced round.

    Args:
        trace: what the round wrote down.
        sample: the numbers of the same round.
        subject: what the profile is of; its `wall_s` is that of timed rounds.
        places: tell whose code a file is, and how its path is written.

    Raises:
        UsageError: networkx is not installed.
    """
    with _collector_paused():
        return _profile(trace, sample, subject, places)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Everything that is made here is kept: looking for garbage took a third of the time for 60,000 statements."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _profile(trace: Trace, sample: Sample, subject: Subject, places: Places) -> Profile:
    display: Display = cache(partial(display_path, places=places))
    modules = modules_of(trace)
    origins = origins_of(modules, trace, places)
    graph = import_graph(trace, modules, origins, test_files(trace, places), subject.calibration)
    saved = savings(graph, modules)
    imports = [
        _import_cost(module, origins[module], saved.of_modules[module], display, floor=module in graph.floor)
        for module in modules.all
    ]
    return Profile(
        tool=subject.tool,
        created=subject.created,
        environment=subject.environment,
        target=subject.target,
        status=subject.status,
        message=subject.message,
        complete=trace.complete,
        wall_s=subject.wall_s,
        traced_wall_s=sample.wall_s,
        counts=subject.counts,
        phases=dict(sample.phases),
        shares=shares_of(trace, sample, origins, graph.floor),
        imports=tuple(sorted(imports, key=lambda cost: -cost.inclusive_s)),
        collectors=tables.collectors(trace),
        plugins=tables.plugins(
            trace, {index: saved.of_starts[start] for index, start in graph.starts.items()}, display
        ),
        hooks=tables.hooks(trace, display),
        events=tables.events(trace, places, display),
        parametrized=tables.parametrized(trace),
        lines=tables.sampled_lines(subject.lines, places, display),
        gc_s=sum(one.duration_s for one in trace.gc),
        gc_passes=len(trace.gc),
        warnings=tuple((category, message, display(path), line) for category, message, path, line in trace.warnings),
        memory_timeline=subject.memory_timeline,
        importing=trace.importing,
        calls=subject.calls,
        timed_rounds=subject.timed_rounds,
        notes=(*subject.notes, *trace.lost),
    )


def _import_cost(module: Module, origin: Origin, saving: Saving, display: Display, *, floor: bool) -> ImportCost:
    """Several frames of a module, where importing it failed or it was removed, are one cost."""
    frames = module.frames
    return ImportCost(
        module=module.name,
        path=display(module.path),
        origin=origin,
        self_s=sum(frame.self_s for frame in frames),
        inclusive_s=sum(frame.end_s - frame.begin_s for frame in frames),
        find_s=sum(frame.find_s for frame in frames),
        compile_s=sum(frame.compile_s for frame in frames),
        bytecode=next((frame.bytecode for frame in frames if frame.bytecode), ""),
        importers=tuple(
            Importer(path=display(line.path), line=line.line, saving_alone_s=line.saving_s) for line in saving.lines
        ),
        saving_alone_s=max((line.saving_s for line in saving.lines), default=0.0),
        saving_joint_s=saving.joint_s,
        floor=floor,
        begin_s=frames[0].begin_s,
        error=next((frame.error for frame in frames if frame.error), ""),
    )
