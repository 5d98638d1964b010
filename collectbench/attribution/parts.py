"""The parts of a traced round: each second of its wall time belongs to exactly one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from collectbench.model.registrations import LastMoments
from collectbench.model.sample import Sample
from collectbench.model.trace import Frame, HookTotal, ImportFrame, Trace


class Part(NamedTuple):
    """A part of a traced round.

    `frame`, `find` and `compile` have the number of a frame of the trace: its own time, and the parts of it that went
    into finding and compiling a module. `hook` has the position of a hook implementation in the trace. `gc` is 0 for
    passes of the garbage collector until the session finished, and 1 for later ones, also those of finalisation. The
    others have no number; `probe` is the time in which the probe gets ready, before pytest is imported.
    """

    kind: str
    number: int = 0


START, PROBE, ROOT, TEARDOWN = Part("start"), Part("probe"), Part("root"), Part("teardown")
QUEUED, UNACCOUNTED = Part("queued"), Part("unaccounted")
GC, GC_AT_THE_END = Part("gc", 0), Part("gc", 1)
_SHARING = (START, TEARDOWN, GC, GC_AT_THE_END)
"""The trace does not tell how long these parts queued. They share the rest of the queueing of the process."""


def parts_of(trace: Trace, sample: Sample) -> dict[Part, float]:
    """Returns the seconds of each part without queueing; `QUEUED` holds the queueing of all.

    They add up to the wall time of the round.
    """
    parts = dict[Part, float]()
    queued_s = 0.0
    for part, seconds, own_queued_s in _traced(trace):
        kept_s = max(0.0, seconds - own_queued_s)
        parts[part] = parts.get(part, 0.0) + kept_s
        queued_s += seconds - kept_s
    parts |= _untraced(trace, sample, sum(parts.values()) + queued_s)
    rest_s = min((sample.queued_s or 0.0) - queued_s, sum(parts.get(part, 0.0) for part in _SHARING))
    if rest_s > 0:
        total_s = sum(parts.get(part, 0.0) for part in _SHARING)
        for part in filter(parts.__contains__, _SHARING):
            parts[part] *= 1 - rest_s / total_s
        queued_s += rest_s
    parts[QUEUED] = queued_s
    parts[UNACCOUNTED] = sample.wall_s - sum(parts.values())
    return parts


def _traced(trace: Trace) -> Iterator[tuple[Part, float, float]]:
    """The parts within the trace: seconds with queueing, and the queueing among them."""
    for frame in trace.imports:
        yield from _import_parts(frame)
    others: list[Frame] = [*trace.collectors, *trace.plugins]
    for other in others:
        yield Part("frame", other.index), other.self_s, other.queued_s
    for number, hook in enumerate(trace.hooks):
        yield hook_part(number, hook), hook.self_s, hook.queued_s
    yield ROOT, trace.root_self_s, trace.root_queued_s
    for gc_pass in trace.gc:
        yield GC_AT_THE_END if _is_late(gc_pass.begin_s, trace) else GC, gc_pass.duration_s, 0.0
    for seconds in _walks_of_finalisation(trace.last):
        yield GC_AT_THE_END, seconds, 0.0


def hook_part(number: int, hook: HookTotal) -> Part:
    """The part of a hook implementation, which stands at this position in the trace."""
    return Part("hook", hook.number if hook.number >= 0 else number)


def _is_late(moment_s: float, trace: Trace) -> bool:
    return trace.last.finish_s is not None and moment_s >= trace.last.finish_s


def _walks_of_finalisation(last: LastMoments) -> Iterator[float]:
    """The seconds of the walks through all objects that call nobody back."""
    borders = (
        (last.modules_removed_s, last.objects_walked_s),
        (last.modules_cleared_s, last.interpreter_cleared_s),
    )
    for begin_s, end_s in borders:
        if begin_s is not None and end_s is not None:
            yield max(0.0, end_s - begin_s)


def _import_parts(frame: ImportFrame) -> Iterator[tuple[Part, float, float]]:
    queued_share = min(1.0, frame.queued_s / frame.self_s) if frame.self_s > 0 else 0.0
    own_s = frame.self_s - frame.find_s - frame.compile_s
    for kind, seconds in (("frame", own_s), ("find", frame.find_s), ("compile", frame.compile_s)):
        yield Part(kind, frame.index), seconds, seconds * queued_share


def _untraced(trace: Trace, sample: Sample, traced_s: float) -> Mapping[Part, float]:
    """The parts outside of the trace, with queueing: the start of Python, and the time after the trace."""
    start_s = sample.phases.get("interpreter", 0.0)
    if not trace.complete:
        return {START: start_s}
    begin_s = min((frame.begin_s for frame in trace.imports), default=start_s)
    return {
        START: start_s,
        PROBE: max(0.0, begin_s - start_s),
        TEARDOWN: max(0.0, sample.wall_s - begin_s - traced_s),
    }
