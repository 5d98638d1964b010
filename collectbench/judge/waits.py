"""Judges how long the main thread waited: CPU time does not see a sleep, a socket, a lock or a slow disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.change import ROUNDS_NEEDED, UNNOTICED_S
from collectbench.judge.statistics import lower_half_mean, median, median_interval
from collectbench.judge.verdicts import why_not_collected
from collectbench.judge.wait_locations import LEAST_S, wait_locations
from collectbench.model.comparison import Verdict, Waits
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.units import format_difference, format_duration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.model.comparison import WaitLocation
    from collectbench.model.reason import Wording
    from collectbench.model.run import TargetResult
    from collectbench.model.sample import Sample

PLACES_SHOWN, PLACE_SHARE = 3, 0.2
"""At most so many lines are named, and none that grew by less than this share of what the first one grew by."""


def wait_margin_s(base_wall_s: float, margin_floor: float) -> float:
    """The tolerated growth of waits in seconds: that fraction of the base's wall time, or 50 ms if that is more.

    The wall time is that without queueing: a busy machine must not widen the margin.
    """
    return max(margin_floor * base_wall_s, UNNOTICED_S)


def waited_at_most_s(sample: Sample) -> float:
    """How long the main thread waited; if the system does not tell, an upper bound that contains the queueing."""
    return sample.not_running_s if sample.waited_s is None else sample.waited_s


def are_exact(samples: Sequence[Sample]) -> bool:
    """Whether the system told waiting and queueing apart in all of these rounds."""
    return all(sample.waited_s is not None for sample in samples)


def withheld(sample: Sample) -> float:
    """The share of the round's wall time that the machine withheld and that looks like waiting.

    Time that a hypervisor takes is neither on the CPU nor in the queue. Where the main thread waits for its own threads
    or children, it also waits for their queueing, which the pressure on the CPU bounds.
    """
    if sample.wall_s <= 0:
        return 0.0
    stolen = (sample.noise.steal_s or 0.0) / sample.wall_s
    return stolen + ((sample.noise.cpu_pressure or 0.0) if sample.threads_or_children else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Growth:
    """The growth of the waiting in seconds, and the least and the most that the samples allow; what is tolerated."""

    growth_s: float
    low_s: float
    high_s: float
    is_interval: bool
    withheld_s: float
    margin_s: float


def judge_waits(base: TargetResult, head: TargetResult, word: Wording, margin_floor: float) -> Waits | None:
    """Judge the waiting in the timed rounds of head against those of base, by the interval rule of CPU time.

    `fail` needs the whole interval of the growth above the margin, `pass` needs it below. None if a side was not
    collected or has too few rounds, or if only head tells its waits: then CPU time alone is judged.
    """
    timed = base.timed(), head.timed()
    if why_not_collected(base) or why_not_collected(head) or min(map(len, timed)) < ROUNDS_NEEDED:
        return None
    if not all(sample.comparable for samples in timed for sample in samples):
        return None
    if are_exact(timed[1]) and not are_exact(timed[0]):
        return None
    exact = are_exact((*timed[0], *timed[1]))
    growth = _growth(*timed, margin_floor)
    verdict, reason = _decide(growth, exact=exact)
    locations = wait_locations(base.waits, head.waits)
    return Waits(
        base_s=median([waited_at_most_s(sample) for sample in timed[0]]),
        head_s=median([waited_at_most_s(sample) for sample in timed[1]]),
        growth_s=growth.growth_s,
        ci95_s=(growth.low_s, growth.high_s) if growth.is_interval else None,
        margin_s=growth.margin_s,
        pairs=None,
        verdict=verdict,
        reason=word(reason) + (places(locations) if verdict is Verdict.FAIL else ""),
        exact=exact,
        locations=locations,
    )


def why_not_judged(base: Sequence[TargetResult], head: Sequence[TargetResult]) -> str | None:
    """A note if the waits of targets cannot be compared because the baseline does not tell them; else None."""
    before, now = ([sample for result in results for sample in result.timed()] for results in (base, head))
    if before and now and are_exact(now) and not are_exact(before):
        return "waits were not compared, since the baseline does not hold them: record it again"
    return None


def places(locations: Sequence[WaitLocation]) -> str:
    """The lines behind a growth, as the end of a sentence; empty if none is known."""
    least_s = max(LEAST_S, PLACE_SHARE * locations[0].growth_s) if locations else LEAST_S
    large = [location for location in locations if location.growth_s >= least_s]
    described = [_describe(location) for location in large[:PLACES_SHOWN]]
    return f": {'; '.join(described)}" if described else ""


def describe_margin(margin_s: float) -> str:
    """The margin, and why it is that."""
    if margin_s > UNNOTICED_S:
        return f"the margin of {format_duration(margin_s)}"
    return f"the margin of {format_duration(margin_s)}, the least that counts"


def _describe(location: WaitLocation) -> str:
    grown = f"{format_difference(location.growth_s)} at {location.path}:{location.line}"
    return f"{grown} ({location.operation})" if location.operation else grown


def _growth(base: Sequence[Sample], head: Sequence[Sample], margin_floor: float) -> _Growth:
    waits = [[waited_at_most_s(sample) for sample in samples] for samples in (base, head)]
    intervals = [median_interval(values) for values in waits]
    base_low_s, base_high_s = intervals[0] or (min(waits[0]), max(waits[0]))
    head_low_s, head_high_s = intervals[1] or (min(waits[1]), max(waits[1]))
    growth_s = lower_half_mean(waits[1]) - lower_half_mean(waits[0])
    base_wall_s = median([sample.unqueued_wall_s for sample in base])
    shares = [median([withheld(sample) for sample in samples]) for samples in (base, head)]
    # As for CPU time: the intervals are those of the medians, so they are extended to the estimate.
    return _Growth(
        growth_s=growth_s,
        low_s=min(growth_s, head_low_s - base_high_s),
        high_s=max(growth_s, head_high_s - base_low_s),
        is_interval=None not in intervals,
        withheld_s=(shares[1] - shares[0]) * base_wall_s,
        margin_s=wait_margin_s(base_wall_s, margin_floor),
    )


def _decide(growth: _Growth, *, exact: bool) -> tuple[Verdict, Reason]:
    change = f"{NOUNS[exact]} {format_difference(growth.growth_s)}"
    margin = describe_margin(growth.margin_s)
    extent = f"{format_difference(growth.low_s)} to {format_difference(growth.high_s)}"
    if growth.high_s < growth.margin_s:
        return Verdict.PASS, Reason(f"{change}, within {margin} ({extent})")
    if growth.low_s <= growth.margin_s:
        again = (Remedy(action=Action.MORE_ROUNDS_ON_BOTH_SIDES, rounds=10),)
        return Verdict.INCONCLUSIVE, Reason(f"{change} ({extent}): indistinguishable from {margin}", again)
    if exact and growth.low_s - growth.withheld_s > growth.margin_s:
        return Verdict.FAIL, Reason(f"{change}, over {margin} ({extent})")
    why = WITHHELD if exact else UNTOLD
    return Verdict.INCONCLUSIVE, Reason(
        f"{change}, over {margin} ({extent}), but {why}", (Remedy(action=Action.MEASURE_AGAIN),)
    )


NOUNS = {True: "waits", False: "waits and queueing"}
"""The judged figure, by whether the system tells waits apart."""

WITHHELD = "the machine withheld that much more of the CPU during head's rounds"
UNTOLD = "this system does not tell waiting from queueing for a CPU"
