"""Imports and collectors over time, for https://www.speedscope.app and what else reads its file format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from collectbench.model.costs import CollectorCost, ImportCost, Profile
from collectbench.render.formats.json import dump
from collectbench.render.parts.options import Renderer, RenderOptions
from collectbench.render.profile.prose import subject

SCHEMA = "https://www.speedscope.app/file-format-schema.json"
NS = 1e9
"""The clock's own steps in a second: whole numbers nest without the rounding errors of sums."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A box: what it is called, and the line that it comes from (0 where there is none)."""

    name: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class _Span:
    begin_ns: int
    end_ns: int
    frame: _Frame


def render(profile: Profile, options: RenderOptions) -> str:
    """A profile as an evented speedscope profile, ending in a newline."""
    frames: dict[_Frame, int] = {}
    nested = list(_nested(_spans(profile)))
    events = [
        {"type": kind, "frame": frames.setdefault(frame, len(frames)), "at": at_ns / NS}
        for kind, frame, at_ns in nested
    ]
    last_s = nested[-1][2] / NS if nested else 0.0
    evented = {
        "type": "evented",
        "name": f"imports and collectors of {subject(profile.target)}",
        "unit": "seconds",
        "startValue": 0,
        "endValue": max(profile.traced_wall_s, last_s),
        "events": events,
    }
    return dump(
        {
            "$schema": SCHEMA,
            "shared": {"frames": list(map(_described, frames))},
            "profiles": [evented],
            "name": subject(profile.target),
            "activeProfileIndex": 0,
            "exporter": f"{profile.tool.name} {profile.tool.version}",
        }
    )


RENDERERS: dict[type, Renderer] = {Profile: render}


def _described(frame: _Frame) -> dict[str, Any]:
    file = {"file": frame.file} if frame.file else {}
    return {"name": frame.name, **file, **({"line": frame.line} if frame.line else {})}


def _spans(profile: Profile) -> Iterator[_Span]:
    for collector in profile.collectors:
        yield _span(collector, _Frame(collector.nodeid or collector.type, collector.nodeid.partition("::")[0]))
    for cost in profile.imports:
        first = cost.importers[0] if cost.importers else None
        yield _span(cost, _Frame(cost.module, first.path, first.line) if first else _Frame(cost.module))


def _span(cost: CollectorCost | ImportCost, frame: _Frame) -> _Span:
    return _Span(round(cost.begin_s * NS), round((cost.begin_s + cost.inclusive_s) * NS), frame)


def _nested(spans: Iterator[_Span]) -> Iterator[tuple[str, _Frame, int]]:
    """Open and close events, in an order in which every box lies within the one around it.

    A box that reaches over the end of the one it began in is cut where most of it lies within,
    and moved behind it where most of it lies outside.
    """
    open_: list[_Span] = []
    now = 0
    for span in sorted(spans, key=lambda span: (span.begin_ns, -span.end_ns)):
        begin = max(span.begin_ns, now)
        while open_ and span.end_ns - open_[-1].end_ns > open_[-1].end_ns - begin:
            closed = open_.pop()
            begin = max(begin, closed.end_ns)
            yield "C", closed.frame, closed.end_ns
        end = min([max(span.end_ns, begin), *(outer.end_ns for outer in open_[-1:])])
        now = begin
        open_.append(_Span(begin, end, span.frame))
        yield "O", span.frame, begin
    for closed in reversed(open_):
        yield "C", closed.frame, closed.end_ns
