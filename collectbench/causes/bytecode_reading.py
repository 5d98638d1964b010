"""The time that modules take to compile, of which Python or pytest could keep the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from collectbench.attribution.interruptions import interruptions
from collectbench.attribution.parts import GC, Part
from collectbench.causes.candidate import Claim
from collectbench.causes.evidence import Evidence
from collectbench.model.trace import ImportFrame

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
    """Returns the seconds that some of the compiled modules would save if their compiled code was kept.

    Syntax trees are many objects, so compiling starts the garbage collector, too: a pass within a module counts by the
    part of its time that went into compiling.
    """
    frames = {frame.index: frame for frame in compiled(evidence) if keeps(frame)}
    parts = (Part("compile", index) for index in frames)
    found = [Claim(part, (1 - READING) * evidence.seconds(part)) for part in parts]
    return (*found, Claim(GC, sum(_collecting_s(evidence, frames))))


def _collecting_s(evidence: Evidence, frames: dict[int, ImportFrame]) -> Iterator[float]:
    for frame, gc_pass in interruptions(evidence.trace):
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
