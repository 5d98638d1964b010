"""Sampled stacks by the part of the traced round that they lie in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectbench.attribution.parts import ROOT, TEARDOWN, Part
from collectbench.model import samples
from collectbench.model.samples import Call, Sampled

COMPILES = frozenset(("_rewrite_test", "source_to_code"))
FINDS = frozenset(("find_spec", "_find_spec"))
"""The functions whose time the trace counts as compiling and finding; reading bytecode is the frame's own time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampledStack:
    """A stack within a part, the innermost call first. `seconds` of all stacks of a part add up to at most its time.

    `frame` is the number of the frame of the trace around it, which the part of a hook does not tell; -1 outside of
    all.
    """

    part: Part
    calls: tuple[Call, ...]
    seconds: float
    frame: int = -1


def stacks_of(sampled: Iterable[Sampled], parts: Mapping[Part, float]) -> tuple[SampledStack, ...]:
    """Returns the stacks of each part. Samples tell how a part divides; the trace tells how long it is.

    If the samples of a part add up to more than the part, they are scaled down. If they add up to less, the rest of the
    part is what no sample saw.
    """
    seconds: defaultdict[tuple[Part, int, tuple[Call, ...]], float] = defaultdict(float)
    totals: defaultdict[Part, float] = defaultdict(float)
    for sample in sampled:
        part = _part_of(sample)
        seconds[part, sample.frame, sample.calls] += sample.seconds
        totals[part] += sample.seconds
    scales = {part: min(1.0, parts.get(part, 0.0) / total_s) for part, total_s in totals.items() if total_s > 0}
    return tuple(
        SampledStack(part=part, calls=calls, seconds=spent * scales[part], frame=frame)
        for (part, frame, calls), spent in seconds.items()
        if part in scales
    )


def _part_of(sample: Sampled) -> Part:
    if sample.frame == samples.TEARDOWN:
        return TEARDOWN
    if sample.hook >= 0:
        return Part("hook", sample.hook)
    if sample.frame < 0:
        return ROOT
    return Part(_kind_within_import(sample.calls), sample.frame)


def _kind_within_import(calls: tuple[Call, ...]) -> str:
    """The part of an import that a stack lies in: the innermost call that decides."""
    for call in calls:
        if call.function == "<module>":
            break
        if call.function in COMPILES:
            return "compile"
        if call.function in FINDS:
            return "find"
    return "frame"
