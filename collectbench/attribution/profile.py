"""From one traced round to a profile: where the time of a target goes, and what it would save to change a line."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial

from collectbench.attribution.imports import import_graph
from collectbench.attribution.modules import Module, modules_of
from collectbench.attribution.origins import Places, display_path, origins_of, test_files
from collectbench.attribution.savings import Saving, savings
from collectbench.attribution.shares import shares_of
from collectbench.model.profile import (
    CollectorCost,
    EventCount,
    HookCost,
    ImportCost,
    Importer,
    Origin,
    PluginCost,
    Profile,
)
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Counts, Sample, Status
from collectbench.model.trace import CollectorFrame, GcPass, ImportFrame, PluginFrame, Trace

Display = Callable[[str], str]


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
    counts: Counts | None
    memory_timeline: tuple[tuple[float, int], ...] = ()
    calls: str | None = None
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
    graph = import_graph(trace, modules, origins, test_files(trace, places))
    saved = savings(graph, modules)
    imports = [
        _import_cost(module, origins[module], saved[module], display, floor=module in graph.floor)
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
        collectors=_collectors(trace),
        plugins=_plugins(trace, display),
        hooks=_hooks(trace, display),
        events=_events(trace, display),
        gc_s=sum(one.duration_s for one in trace.gc),
        gc_passes=len(trace.gc),
        warnings=tuple((category, message, display(path), line) for category, message, path, line in trace.warnings),
        memory_timeline=subject.memory_timeline,
        importing=trace.importing,
        calls=subject.calls,
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


def _collectors(trace: Trace) -> tuple[CollectorCost, ...]:
    """Collectors, the longest first. The hooks that make their items are their own time, unlike what they import."""
    frames: list[ImportFrame | PluginFrame | CollectorFrame] = [*trace.collectors, *trace.imports, *trace.plugins]
    within = _interruptions(frames, trace.gc)
    for frame in frames:
        within[frame.parent] += frame.end_s - frame.begin_s
    costs = [
        CollectorCost(
            nodeid=frame.nodeid,
            type=frame.type,
            self_s=frame.end_s - frame.begin_s - within[frame.index],
            inclusive_s=frame.end_s - frame.begin_s,
            items=frame.items,
            begin_s=frame.begin_s,
        )
        for frame in trace.collectors
    ]
    return tuple(sorted(costs, key=lambda cost: -cost.inclusive_s))


def _interruptions(
    frames: Sequence[ImportFrame | PluginFrame | CollectorFrame], passes: Sequence[GcPass]
) -> defaultdict[int, float]:
    """Seconds that the garbage collector took from each frame, by index: from the innermost that a pass fell into."""
    taken: defaultdict[int, float] = defaultdict(float)
    starts = sorted(frames, key=lambda frame: frame.begin_s)
    around: list[ImportFrame | PluginFrame | CollectorFrame] = []
    position = 0
    for one in sorted(passes, key=lambda one: one.begin_s):
        while position < len(starts) and starts[position].begin_s <= one.begin_s:
            around.append(starts[position])
            position += 1
        while around and around[-1].end_s < one.begin_s:
            around.pop()
        inside = next((frame for frame in reversed(around) if frame.end_s >= one.begin_s), None)
        if inside is not None:
            taken[inside.index] += one.duration_s
    return taken


def _plugins(trace: Trace, display: Display) -> tuple[PluginCost, ...]:
    """Plugins and conftests by name; pytest asks for the same one again and again, which costs next to nothing.

    Only what was loaded during the trace: pytest's own plugins are imported with it, and their hooks are in `hooks`.
    """
    load_s: defaultdict[tuple[str, str], float] = defaultdict(float)
    for frame in trace.plugins:
        load_s[frame.name, frame.kind] += frame.end_s - frame.begin_s
    hooks_s: defaultdict[str, float] = defaultdict(float)
    for hook in trace.hooks:
        hooks_s[hook.plugin] += hook.self_s
    costs = [
        PluginCost(name=display(name), kind=kind, load_s=seconds, hooks_s=hooks_s.get(name, 0.0))
        for (name, kind), seconds in load_s.items()
    ]
    return tuple(sorted(costs, key=lambda cost: -(cost.load_s + cost.hooks_s)))


def _hooks(trace: Trace, display: Display) -> tuple[HookCost, ...]:
    costs = [
        HookCost(hook=total.hook, plugin=display(total.plugin), calls=total.calls, self_s=total.self_s)
        for total in trace.hooks
    ]
    return tuple(sorted(costs, key=lambda cost: -cost.self_s))


def _events(trace: Trace, display: Display) -> tuple[EventCount, ...]:
    counts: Counter[tuple[str, str, str, int]] = Counter()
    for event in trace.events:
        counts[event.kind, event.detail, event.path, event.line] += event.count
    return tuple(
        EventCount(kind=kind, detail=display(detail), path=display(path), line=line, count=count)
        for (kind, detail, path, line), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )
