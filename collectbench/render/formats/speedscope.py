"""Imports and collectors over time, for https://www.speedscope.app and other readers of its file format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from collectbench.model.costs import CollectorCost, ImportCost, Profile
from collectbench.render.parts.escape import IN_JSON
from collectbench.render.parts.format import Format
from collectbench.render.parts.json import dump_json
from collectbench.render.parts.options import RenderOptions
from collectbench.render.profile.prose import subject

SCHEMA = "https://www.speedscope.app/file-format-schema.json"
NS_PER_S = 1e9
"""Nanoseconds in a second. The code nests whole nanoseconds, because sums of floats have rounding errors."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A box: its name, and the line of code behind it (0 if there is none)."""

    name: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class _Span:
    begin_ns: int
    end_ns: int
    frame: _Frame


def render(profile: Profile, options: RenderOptions) -> str:
    """Return a profile as an evented speedscope profile, ending in a newline."""
    indexes: dict[_Frame, int] = {}
    nested = list(_nest(_spans(profile)))
    events = [
        {"type": kind, "frame": indexes.setdefault(frame, len(indexes)), "at": at_ns / NS_PER_S}
        for kind, frame, at_ns in nested
    ]
    last_s = nested[-1][2] / NS_PER_S if nested else 0.0
    evented = {
        "type": "evented",
        "name": f"imports and collectors of {subject(profile.target)}",
        "unit": "seconds",
        "startValue": 0,
        "endValue": max(profile.traced_wall_s, last_s),
        "events": events,
    }
    return dump_json(
        {
            "$schema": SCHEMA,
            "shared": {"frames": list(map(_describe, indexes))},
            "profiles": [evented],
            "name": subject(profile.target),
            "activeProfileIndex": 0,
            "exporter": f"{profile.tool.name} {profile.tool.version}",
        }
    )


FORMAT = Format(name="speedscope", renderers={Profile: render}, suffixes=(".speedscope.json",), escape=IN_JSON)


def _describe(frame: _Frame) -> dict[str, Any]:
    file = {"file": frame.file} if frame.file else {}
    return {"name": frame.name, **file, **({"line": frame.line} if frame.line else {})}


def _spans(profile: Profile) -> Iterator[_Span]:
    for collector in profile.collectors:
        yield _span(collector, _Frame(collector.nodeid or collector.type, collector.nodeid.partition("::")[0]))
    for cost in profile.imports:
        first = cost.importers[0] if cost.importers else None
        yield _span(cost, _Frame(cost.module, first.path, first.line) if first else _Frame(cost.module))


def _span(cost: CollectorCost | ImportCost, frame: _Frame) -> _Span:
    return _Span(round(cost.begin_s * NS_PER_S), round((cost.begin_s + cost.inclusive_s) * NS_PER_S), frame)


def _nest(spans: Iterator[_Span]) -> Iterator[tuple[str, _Frame, int]]:
    """Yield events that open (O) and close (C) boxes, in an order in which each box lies inside its outer box.

    Some boxes end after their outer box does. Such a box is cut if most of it lies inside,
    and moved behind the outer box if most of it lies outside.
    """
    open_: list[_Span] = []
    last_begin = 0
    for span in sorted(spans, key=lambda span: (span.begin_ns, -span.end_ns)):
        begin = max(span.begin_ns, last_begin)
        while open_ and span.end_ns - open_[-1].end_ns > open_[-1].end_ns - begin:
            closed = open_.pop()
            begin = max(begin, closed.end_ns)
            yield "C", closed.frame, closed.end_ns
        end = min([max(span.end_ns, begin), *(outer.end_ns for outer in open_[-1:])])
        last_begin = begin
        open_.append(_Span(begin, end, span.frame))
        yield "O", span.frame, begin
    for closed in reversed(open_):
        yield "C", closed.frame, closed.end_ns
