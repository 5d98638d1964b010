"""The tables of a profile except the imports, each sorted with the largest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from collectbench.attribution.interruptions import interruptions
from collectbench.attribution.origins import Places, is_project_file
from collectbench.attribution.shares import OF_PYTEST
from collectbench.attribution.waits import waited_by_running_line
from collectbench.model.costs import CollectorCost, EventCount, HookCost, LineCost, ParametrizedCost, PluginCost
from collectbench.model.trace import Frame, Trace
from collectbench.model.wait_log import WaitLog

Display = Callable[[str], str]
"""Writes a path as documents do."""


def collectors(trace: Trace) -> tuple[CollectorCost, ...]:
    """Collectors, the longest first. Their self time includes the hooks that make their items, but no imports."""
    within: defaultdict[int, float] = defaultdict(float)
    for interrupted, gc_pass in interruptions(trace):
        within[interrupted.index] += gc_pass.duration_s
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
            waited_s=frame.waited_s + frame.hooks_waited_s,
        )
        for frame in trace.collectors
    ]
    return tuple(sorted(costs, key=lambda cost: -cost.inclusive_s))


def plugins(trace: Trace, needs_s: Mapping[int, float], display: Display) -> tuple[PluginCost, ...]:
    """Plugins and conftests by name; pytest requests the same one many times, which costs next to nothing.

    Only plugins that were loaded during the trace: pytest's own are imported with it, and `hooks` has their hooks.
    `needs_s` is the cost of the modules that only this plugin needs, by the index of its frame.
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


def hooks(trace: Trace, display: Display) -> tuple[HookCost, ...]:
    """Implementations of hooks, the one with the longest self time first."""
    costs = [
        HookCost(
            hook=total.hook,
            plugin=display(total.plugin),
            calls=total.calls,
            self_s=total.self_s,
            waited_s=total.waited_s,
        )
        for total in trace.hooks
    ]
    return tuple(sorted(costs, key=lambda cost: -cost.self_s))


def events(trace: Trace, places: Places, display: Display) -> tuple[EventCount, ...]:
    """Audit events by the line of the project that caused them, the most frequent first."""
    counts: Counter[tuple[str, str, str, int]] = Counter()
    for event in (event for event in trace.events if is_project_file(event.path, places)):
        counts[event.kind, event.detail, event.path, event.line] += event.count
    return tuple(
        EventCount(kind=kind, detail=display(detail), path=display(path), line=line, count=count)
        for (kind, detail, path, line), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def parametrized(trace: Trace) -> tuple[ParametrizedCost, ...]:
    """Test functions, the one whose items took longest first."""
    costs = [
        ParametrizedCost(nodeid=function.nodeid, items=function.items, inclusive_s=function.inclusive_s)
        for function in trace.parametrizations
    ]
    return tuple(sorted(costs, key=lambda cost: -cost.inclusive_s))


def sampled_lines(lines: Iterable[LineCost], waits: WaitLog, places: Places, display: Display) -> tuple[LineCost, ...]:
    """The lines of the project that a sampled round saw running, the longest first, and what they waited."""
    of_project = [line for line in lines if is_project_file(line.path, places)]
    of_project.sort(key=lambda line: -line.sampled_s)
    waited_s = waited_by_running_line(waits, places)
    return tuple(replace(line, path=display(line.path), waited_s=waited_s[line.path, line.line]) for line in of_project)
