"""From one line of a trace file to one record. probe/PROTOCOL.md describes the format."""

from __future__ import annotations

from collections.abc import Callable

from collectbench.attribution.end_lines import end_makers
from collectbench.attribution.fields import text_of
from collectbench.model.trace import (
    CollectorFrame,
    Edge,
    Event,
    GcPass,
    HookTotal,
    ImportFrame,
    Parametrization,
    PluginFrame,
)

Make = Callable[[list[str]], object]


def makers(spawned_ns: int) -> dict[str, Make]:
    """A function for each key that makes a record of its fields; times count from `spawned_ns`.

    The functions raise ValueError for fields that do not fit.
    """

    def at(ns: str) -> float:
        return (int(ns) - spawned_ns) / 1e9

    def import_frame(fields: list[str]) -> ImportFrame:
        index, parent, module, path, begin, end, own, waited, queued, find, read, compiling, bytecode, error = fields
        return ImportFrame(
            index=int(index),
            parent=int(parent),
            module=text_of(module),
            path=text_of(path),
            begin_s=at(begin),
            end_s=at(end),
            self_s=_seconds(own),
            waited_s=_waited(waited),
            queued_s=_waited(queued),
            find_s=_seconds(find),
            read_s=_seconds(read),
            compile_s=_seconds(compiling),
            bytecode=bytecode,
            error=text_of(error),
        )

    def collector_frame(fields: list[str]) -> CollectorFrame:
        index, parent, nodeid, type_, begin, end, own, waited, queued, hooks_waited, items = fields
        return CollectorFrame(
            index=int(index),
            parent=int(parent),
            nodeid=text_of(nodeid),
            type=text_of(type_),
            begin_s=at(begin),
            end_s=at(end),
            self_s=_seconds(own),
            waited_s=_waited(waited),
            queued_s=_waited(queued),
            hooks_waited_s=_waited(hooks_waited),
            items=int(items),
        )

    def plugin_frame(fields: list[str]) -> PluginFrame:
        index, parent, kind, name, begin, end, own, waited, queued = fields
        return PluginFrame(
            index=int(index),
            parent=int(parent),
            kind=kind,
            name=text_of(name),
            begin_s=at(begin),
            end_s=at(end),
            self_s=_seconds(own),
            waited_s=_waited(waited),
            queued_s=_waited(queued),
        )

    def waited_and_queued_before(fields: list[str]) -> tuple[float, float]:
        wall, cpu, queue = map(int, fields)
        return max(wall - spawned_ns - cpu - queue, 0) / 1e9, queue / 1e9

    def gc_pass(fields: list[str]) -> GcPass:
        generation, begin, duration = fields
        return GcPass(generation=int(generation), begin_s=at(begin), duration_s=_seconds(duration))

    return {
        "I": import_frame,
        "C": collector_frame,
        "P": plugin_frame,
        "G": gc_pass,
        "E": _edge,
        "F": _parametrization,
        "H": _hook,
        "A": _event,
        "B": waited_and_queued_before,
        "W": _warning,
        "L": _only,
        "N": _only,
        "R": _root,
        "Z": _end_mark,
        **end_makers(at),
    }


def _seconds(ns: str) -> float:
    return int(ns) / 1e9


def _waited(ns: str) -> float:
    """Seconds; clocks that are read one after the other may yield less than nothing."""
    return max(int(ns), 0) / 1e9


def _edge(fields: list[str]) -> Edge:
    importer, path, line, package, name, level, fromlist, during = fields
    return Edge(
        importer=text_of(importer),
        package=text_of(package),
        path=text_of(path),
        line=int(line),
        name=text_of(name),
        level=int(level),
        fromlist=tuple(text_of(fromlist).split(",")) if fromlist else (),
        during=int(during),
    )


def _hook(fields: list[str]) -> HookTotal:
    number, hook, plugin, path, line, calls, own, waited, queued = fields
    return HookTotal(
        number=int(number),
        hook=text_of(hook),
        plugin=text_of(plugin),
        path=text_of(path),
        line=int(line),
        calls=int(calls),
        self_s=_seconds(own),
        waited_s=_waited(waited),
        queued_s=_waited(queued),
    )


def _parametrization(fields: list[str]) -> Parametrization:
    nodeid, items, duration = fields
    return Parametrization(nodeid=text_of(nodeid), items=int(items), inclusive_s=_seconds(duration))


def _event(fields: list[str]) -> Event:
    kind, detail, path, line, count, during = fields
    return Event(
        kind=text_of(kind),
        detail=text_of(detail),
        path=text_of(path),
        line=int(line),
        count=int(count),
        during=int(during),
    )


def _warning(fields: list[str]) -> tuple[str, str, str, int]:
    category, message, path, line = fields
    return text_of(category), text_of(message), text_of(path), int(line)


def _only(fields: list[str]) -> str:
    (text,) = fields
    return text_of(text)


def _root(fields: list[str]) -> tuple[float, float, float]:
    own, waited, queued = fields
    return _seconds(own), _waited(waited), _waited(queued)


def _end_mark(fields: list[str]) -> tuple[int, int]:
    frames, edges = fields
    return int(frames), int(edges)
