"""Into which frame each pass of the garbage collector fell."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.trace import Frame, GcPass, Trace


def interruptions(trace: Trace) -> Iterator[tuple[Frame, GcPass]]:
    """The innermost frame that each pass fell into; passes outside of all are left out."""
    frames: list[Frame] = [*trace.collectors, *trace.imports, *trace.plugins]
    frames.sort(key=lambda frame: frame.begin_s)
    around: list[Frame] = []
    position = 0
    for one in sorted(trace.gc, key=lambda one: one.begin_s):
        while position < len(frames) and frames[position].begin_s <= one.begin_s:
            around.append(frames[position])
            position += 1
        while around and around[-1].end_s < one.begin_s:
            around.pop()
        if around:
            yield around[-1], one
