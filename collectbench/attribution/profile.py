"""From one traced round to a profile: where the time of a target goes, and what it would save to change a line."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial

from collectbench.attribution.imports import import_graph
from collectbench.attribution.interruptions import interruptions
from collectbench.attribution.modules import Module, modules_of
from collectbench.attribution.origins import Places, display_path, is_the_projects, origins_of, test_files
from collectbench.attribution.savings import Saving, savings
from collectbench.attribution.shares import OF_PYTEST, shares_of
from collectbench.model.profile import (
    CollectorCost,
    EventCount,
    HookCost,
    ImportCost,
    Importer,
    LineCost,
    Origin,
    ParametrizedCost,
    PluginCost,
    Profile,
)
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Counts, Sample, Status
from collectbench.model.trace import Frame, Trace

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
    teardown_s: float = 0.0
    """What timed rounds took from the end of the session until the process was gone."""
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
    graph = import_graph(trace, modules, origins, test_files(trace, places), teardown_s=subject.teardown_s)
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
        collectors=_collectors(trace),
        plugins=_plugins(trace, {index: saved.of_starts[start] for index, start in graph.starts.items()}, display),
        hooks=_hooks(trace, display),
        events=_events(trace, places, display),
        parametrized=_parametrized(trace),
        lines=_sampled_lines(subject.lines, places, display),
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


def _collectors(trace: Trace) -> tuple[CollectorCost, ...]:
    """Collectors, the longest first. The hooks that make their items are their own time, unlike what they import."""
    within: defaultdict[int, float] = defaultdict(float)
    for interrupted, one in interruptions(trace):
        within[interrupted.index] += one.duration_s
    frames: list[Frame] = [*trace.collectors, *trace.imports, *trace.plugins]
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


def _plugins(trace: Trace, needs_s: Mapping[int, float], display: Display) -> tuple[PluginCost, ...]:
    """Plugins and conftests by name; pytest asks for the same one again and again, which costs next to nothing.

    Only what was loaded during the trace: pytest's own plugins are imported with it, and their hooks are in `hooks`.
    `needs_s` is what only the plugin of a frame imports.
    """
    load_s: defaultdict[tuple[str, str], float] = defaultdict(float)
    saving_s: defaultdict[tuple[str, str], float] = defaultdict(float)
    for frame in trace.plugins:
        load_s[frame.name, frame.kind] += frame.end_s - frame.begin_s
        saving_s[frame.name, frame.kind] += frame.self_s + needs_s[frame.index]
    hooks_s: defaultdict[str, float] = defaultdict(float)
    for hook in trace.hooks:
        hooks_s[hook.plugin] += hook.self_s
    costs = [
        PluginCost(
            name=display(name),
            kind=kind,
            load_s=seconds,
            hooks_s=hooks_s[name],
            saving_s=0.0 if name in OF_PYTEST else saving_s[name, kind] + hooks_s[name],
        )
        for (name, kind), seconds in load_s.items()
    ]
    return tuple(sorted(costs, key=lambda cost: -(cost.load_s + cost.hooks_s)))


def _hooks(trace: Trace, display: Display) -> tuple[HookCost, ...]:
    costs = [
        HookCost(hook=total.hook, plugin=display(total.plugin), calls=total.calls, self_s=total.self_s)
        for total in trace.hooks
    ]
    return tuple(sorted(costs, key=lambda cost: -cost.self_s))


def _events(trace: Trace, places: Places, display: Display) -> tuple[EventCount, ...]:
    counts: Counter[tuple[str, str, str, int]] = Counter()
    for event in (event for event in trace.events if is_the_projects(event.path, places)):
        counts[event.kind, event.detail, event.path, event.line] += event.count
    return tuple(
        EventCount(kind=kind, detail=display(detail), path=display(path), line=line, count=count)
        for (kind, detail, path, line), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _parametrized(trace: Trace) -> tuple[ParametrizedCost, ...]:
    costs = [
        ParametrizedCost(nodeid=function.nodeid, items=function.items, inclusive_s=function.inclusive_s)
        for function in trace.parametrizations
    ]
    return tuple(sorted(costs, key=lambda cost: -cost.inclusive_s))


def _sampled_lines(lines: tuple[LineCost, ...], places: Places, display: Display) -> tuple[LineCost, ...]:
    ours = [line for line in lines if is_the_projects(line.path, places)]
    return tuple(replace(line, path=display(line.path)) for line in sorted(ours, key=lambda line: -line.sampled_s))
