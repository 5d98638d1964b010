"""The time that modules take to compile, of which Python or pytest could keep the result."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping

from collectbench.attribution.interruptions import interruptions
from collectbench.attribution.parts import GC, Part
from collectbench.causes.candidate import Claim
from collectbench.causes.evidence import Evidence
from collectbench.model.trace import ImportFrame, Trace

READING = 0.02
"""The part of the time to compile that it takes to read compiled code instead.

Measured on 254 modules, 12 of them rewritten test files with 1,500 assertions: 1.52 s to compile
and 0.016 s to read the sources, 0.048 s to read the compiled code (Python 3.11, pytest 9.2).
"""
COMPILED = ("miss", "rewritten")


def compiled(evidence: Evidence) -> list[ImportFrame]:
    """Returns the modules that the traced round compiled."""
    return [frame for frame in evidence.trace.imports if frame.bytecode in COMPILED]


def claims(evidence: Evidence, keeps: Callable[[ImportFrame], bool] = lambda _: True) -> tuple[Claim, ...]:
    """Returns the seconds that some of the compiled modules would save if their compiled code was kept."""
    frames = [frame for frame in compiled(evidence) if keeps(frame)]
    parts = (Part("compile", frame.index) for frame in frames)
    found = [Claim(part, (1 - READING) * evidence.seconds(part)) for part in parts]
    return (*found, Claim(GC, collecting_s(evidence.trace, evidence.parts, frames)))


def collecting_s(trace: Trace, parts: Mapping[Part, float], frames: Iterable[ImportFrame]) -> float:
    """Returns the seconds of the passes of the garbage collector that compiling some of a round's modules started.

    Syntax trees are many objects. A pass within a module counts by the part of its time that went into compiling.
    `parts` are those of the round: passes do not tell how long they queued, but all of them together do.
    """
    finish_s = math.inf if trace.last.finish_s is None else trace.last.finish_s
    with_queueing_s = sum(gc_pass.duration_s for gc_pass in trace.gc if gc_pass.begin_s < finish_s)
    if not with_queueing_s:
        return 0.0
    found_s = sum(_collecting_s(trace, {frame.index: frame for frame in frames}))
    return found_s * parts.get(GC, 0.0) / with_queueing_s


def _collecting_s(trace: Trace, frames: Mapping[int, ImportFrame]) -> Iterator[float]:
    for frame, gc_pass in interruptions(trace):
        of_import = frames.get(frame.index)
        if of_import is not None and of_import.self_s > 0:
            yield gc_pass.duration_s * min(1.0, of_import.compile_s / of_import.self_s)


def in_words(frames: Iterable[ImportFrame]) -> str:
    """Returns how many modules were compiled, and how many of them pytest rewrote."""
    states = [frame.bytecode for frame in frames]
    rewritten = states.count("rewritten")
    return f"{_count(len(states))} compiled in this round, {rewritten:,} of them with rewritten assertions"


def _count(modules: int) -> str:
    return "1 module" if modules == 1 else f"{modules:,} modules"
