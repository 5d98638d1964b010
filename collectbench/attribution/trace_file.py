"""From the lines of a trace file to a Trace. The format stands in probe/PROTOCOL.md."""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from collectbench.model.trace import (
    CollectorFrame,
    Edge,
    Event,
    GcPass,
    HookTotal,
    ImportFrame,
    PluginFrame,
    Trace,
)

HEADER = "collectbench-trace\t1\n"

_Make = Callable[[list[str]], object]


def parse_trace(lines: Iterable[str], spawned_ns: int, now: str = "") -> Trace:
    """Read a trace, as much of it as is there.

    Args:
        lines: with their newlines, as a file yields them; one without was cut short by the end of the process and is
            dropped.
        spawned_ns: CLOCK_MONOTONIC before the parent's spawn call; the times of the trace count from there.
        now: what was being imported when the process ended, as the probe left it; empty for nothing.

    Returns:
        The trace. Whatever could not be read is told in its `lost`; nothing is raised for it.
    """
    lines = iter(lines)
    first = next(lines, "")
    if first != HEADER:
        return Trace(
            complete=False, lost=("the trace has no header of version 1: nothing of it was read",) * bool(first)
        )
    makers = _makers(spawned_ns)
    found: dict[str, list[Any]] = {key: [] for key in makers}
    unknown: Counter[str] = Counter()
    unreadable = 0
    for key, fields in _split(lines):
        make = makers.get(key)
        if make is None:
            unknown[key] += 1
            continue
        try:
            found[key].append(make(fields))
        except ValueError:
            unreadable += 1
    complete = bool(found["Z"])
    lost = [*found["N"], *(f"{count} lines of an unknown kind, {key!r}" for key, count in unknown.items())]
    if unreadable:
        lost.append(f"{unreadable} lines of the trace could not be read")
    lost += _missing(found)
    return Trace(
        complete=complete,
        imports=tuple(found["I"]),
        collectors=tuple(found["C"]),
        plugins=tuple(found["P"]),
        edges=tuple(found["E"]),
        hooks=tuple(found["H"]),
        events=tuple(found["A"]),
        gc=tuple(found["G"]),
        warnings=tuple(dict.fromkeys(found["W"])),
        preloaded=frozenset(found["L"]),
        importing=() if complete or not now.strip() else (_text(now.strip()),),
        root_self_s=sum(found["R"]),
        lost=tuple(lost),
    )


def _split(lines: Iterator[str]) -> Iterator[tuple[str, list[str]]]:
    for line in lines:
        if not line.endswith("\n"):
            return
        key, *fields = line[:-1].split("\t")
        yield key, fields


def _text(field: str) -> str:
    return codecs.decode(field, "unicode_escape") if "\\" in field else field


def _missing(found: dict[str, list[Any]]) -> Iterator[str]:
    """What the end mark counted and the file does not hold."""
    for frames, edges in found["Z"][-1:]:
        there = sum(len(found[key]) for key in "ICP")
        if there < frames:
            yield f"{frames - there} of {frames} frames are missing from the trace"
        if len(found["E"]) < edges:
            yield f"{edges - len(found['E'])} of {edges} import statements are missing from the trace"


def _makers(spawned_ns: int) -> dict[str, _Make]:
    """How to read the fields behind each key. All raise ValueError for fields that do not fit."""

    def at(ns: str) -> float:
        return (int(ns) - spawned_ns) / 1e9

    def import_frame(fields: list[str]) -> ImportFrame:
        index, parent, module, path, begin, end, own, find, read, compiling, bytecode, error = fields
        return ImportFrame(
            index=int(index),
            parent=int(parent),
            module=_text(module),
            path=_text(path),
            begin_s=at(begin),
            end_s=at(end),
            self_s=_seconds(own),
            find_s=_seconds(find),
            read_s=_seconds(read),
            compile_s=_seconds(compiling),
            bytecode=bytecode,
            error=_text(error),
        )

    def collector_frame(fields: list[str]) -> CollectorFrame:
        index, parent, nodeid, type_, begin, end, own, items = fields
        return CollectorFrame(
            index=int(index),
            parent=int(parent),
            nodeid=_text(nodeid),
            type=_text(type_),
            begin_s=at(begin),
            end_s=at(end),
            self_s=_seconds(own),
            items=int(items),
        )

    def plugin_frame(fields: list[str]) -> PluginFrame:
        index, parent, kind, name, begin, end, own = fields
        return PluginFrame(
            index=int(index),
            parent=int(parent),
            kind=kind,
            name=_text(name),
            begin_s=at(begin),
            end_s=at(end),
            self_s=_seconds(own),
        )

    def gc_pass(fields: list[str]) -> GcPass:
        generation, begin, duration = fields
        return GcPass(generation=int(generation), begin_s=at(begin), duration_s=_seconds(duration))

    return {
        "I": import_frame,
        "C": collector_frame,
        "P": plugin_frame,
        "G": gc_pass,
        "E": _edge,
        "H": _hook,
        "A": _event,
        "W": _warning,
        "L": _only_text,
        "N": _only_text,
        "R": _root_self,
        "Z": _end_mark,
    }


def _seconds(ns: str) -> float:
    return int(ns) / 1e9


def _edge(fields: list[str]) -> Edge:
    importer, path, line, package, name, level, fromlist, during = fields
    return Edge(
        importer=_text(importer),
        package=_text(package),
        path=_text(path),
        line=int(line),
        name=_text(name),
        level=int(level),
        fromlist=tuple(_text(fromlist).split(",")) if fromlist else (),
        during=int(during),
    )


def _hook(fields: list[str]) -> HookTotal:
    hook, plugin, calls, own = fields
    return HookTotal(hook=_text(hook), plugin=_text(plugin), calls=int(calls), self_s=_seconds(own))


def _event(fields: list[str]) -> Event:
    kind, detail, path, line, count, during = fields
    return Event(
        kind=_text(kind),
        detail=_text(detail),
        path=_text(path),
        line=int(line),
        count=int(count),
        during=int(during),
    )


def _warning(fields: list[str]) -> tuple[str, str, str, int]:
    category, message, path, line = fields
    return _text(category), _text(message), _text(path), int(line)


def _only_text(fields: list[str]) -> str:
    (text,) = fields
    return _text(text)


def _root_self(fields: list[str]) -> float:
    (own,) = fields
    return _seconds(own)


def _end_mark(fields: list[str]) -> tuple[int, int]:
    frames, edges = fields
    return int(frames), int(edges)
