"""The frame that each pass of the garbage collector interrupted."""

from __future__ import annotations

from collections.abc import Iterator

from collectbench.model.trace import Frame, GcPass, Trace


def interruptions(trace: Trace) -> Iterator[tuple[Frame, GcPass]]:
    """Each pass with the innermost frame that it interrupted; passes outside of all frames are skipped."""
    frames: list[Frame] = [*trace.collectors, *trace.imports, *trace.plugins]
    frames.sort(key=lambda frame: frame.begin_s)
    stack: list[Frame] = []
    position = 0
    for gc_pass in sorted(trace.gc, key=lambda gc_pass: gc_pass.begin_s):
        while position < len(frames) and frames[position].begin_s <= gc_pass.begin_s:
            stack.append(frames[position])
            position += 1
        while stack and stack[-1].end_s < gc_pass.begin_s:
            stack.pop()
        if stack:
            yield stack[-1], gc_pass
