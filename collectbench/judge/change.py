"""Judges the change between two stored results: compares the interval of the change with the margin.

Stored rounds were taken in two blocks at two times, so any drift between the blocks looks like a change. Therefore
both sides keep their full intervals instead of a test of their difference, and a reference workload shows the drift.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from collectbench.judge.drift import Drift, drift, drift_between_machines
from collectbench.judge.reference_seconds import (
    NOMINAL_S,
    reference_cpus_s,
    reference_s,
    reference_wall_s,
    speed_factor,
)
from collectbench.judge.statistics import lower_half_log_mean, median, median_interval
from collectbench.judge.verdicts import why_not_collected
from collectbench.model.comparison import Change, Verdict
from collectbench.model.reason import Action, Reason, Remedy
from collectbench.model.units import format_duration, format_percent, format_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.model.reason import Wording
    from collectbench.model.run import TargetResult
    from collectbench.model.sample import Sample

MARGIN_FLOOR = 0.10
"""The growth that is tolerated by default, as a fraction."""

UNNOTICED_S = 0.05
"""Growth by less than this is always tolerated, even for a short target: nobody notices 50 ms."""

_LEAST_CPU_S = 1e-6
"""No process takes less: a smaller figure is not one, and a ratio to it could leave the range of floats."""

ROUNDS_NEEDED = 3
_ROUNDS_ADVISED = 10


class Clock(Enum):
    """The seconds in which two results are compared: as measured, or as on a machine of nominal speed."""

    MEASURED = "measured"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Growth:
    """Head over base CPU time: the estimate, and the lowest and highest ratio that the samples allow."""

    ratio: float
    low: float
    high: float
    is_interval: bool
    """False if a side has too few rounds for a 95 % interval, so that its full range is used."""
    drift: Drift


def margin(base_median_s: float, margin_floor: float = MARGIN_FLOOR) -> float:
    """The tolerated growth as a fraction of the base median (positive seconds): the floor, or 50 ms if that is more."""
    return max(margin_floor, UNNOTICED_S / base_median_s)


def describe_margin(tolerated: float, margin_floor: float) -> str:
    """The margin, and why it is larger than the floor, if it is."""
    named = f"the {format_percent(tolerated)} margin"
    return named if tolerated <= margin_floor else f"{named} ({format_duration(UNNOTICED_S)}, the least that counts)"


def judge_change(
    base: TargetResult,
    head: TargetResult,
    word: Wording,
    *,
    margin_floor: float = MARGIN_FLOOR,
    clock: Clock = Clock.MEASURED,
) -> Change:
    """Judge the CPU time (user and system) of the timed rounds of head against those of base.

    The ratio compares lower-half log-means. `fail` needs the whole interval of the ratio above 1 + margin, `pass` needs
    it below. Each must still hold after division by the drift of the machine; otherwise the verdict is `inconclusive`.
    `minimum_detectable_effect` is the smallest growth (a fraction) that would have been detected as over the margin
    with this spread.

    `Clock.REFERENCE` compares reference seconds, for results of two machines; if a side has none, seconds as measured.
    """
    if refusal := _why_incomparable(base, head):
        return incomparable_change(word(refusal), base, head, margin_floor=margin_floor)
    factors = _factors(base.timed(), head.timed()) if clock is Clock.REFERENCE else None
    base_factor, head_factor = factors or (1.0, 1.0)
    base_cpu_s = [reference_s(sample.cpu_s, base_factor) for sample in base.timed()]
    head_cpu_s = [reference_s(sample.cpu_s, head_factor) for sample in head.timed()]
    if shortage := _why_too_little(base_cpu_s, head_cpu_s):
        return _unmeasured(base, head, Verdict.INCONCLUSIVE, word(shortage), margin_floor)
    tolerated = margin(median(base_cpu_s), margin_floor)
    growth = _growth(base_cpu_s, head_cpu_s, (drift_between_machines if factors else drift)(base, head))
    rounds = max(_ROUNDS_ADVISED, 2 * min(len(base_cpu_s), len(head_cpu_s)))
    verdict, reason = _decide(growth, tolerated, describe_margin(tolerated, margin_floor), rounds)
    if factors:
        reason = replace(reason, fact=f"{reason.fact}; in reference seconds")
    return replace(
        _unmeasured(base, head, verdict, word(reason), tolerated),
        ratio=growth.ratio,
        ci95=(growth.low, growth.high) if growth.is_interval else None,
        minimum_detectable_effect=_detectable(growth, tolerated),
    )


def incomparable_change(
    reason: str,
    base: TargetResult | None = None,
    head: TargetResult | None = None,
    *,
    margin_floor: float = MARGIN_FLOOR,
) -> Change:
    """A change that is not judged, with the worded reason; the wall times of the results are still shown."""
    return _unmeasured(base, head, Verdict.INCOMPARABLE, reason, margin_floor)


def _why_incomparable(base: TargetResult, head: TargetResult) -> Reason | None:
    for side, result in (("in the baseline", base), ("now", head)):
        if broken := why_not_collected(result):
            return Reason(f"{side}, the target {broken}")
        if not all(sample.comparable for sample in result.timed()):
            return Reason(f"other rounds ran at the same time {side}", (Remedy(action=Action.ONE_AT_A_TIME),))
    return None


def _factors(base: Sequence[Sample], head: Sequence[Sample]) -> tuple[float, float] | None:
    """What turns the CPU seconds of base and of head into reference seconds; None if a side cannot be converted.

    Wall time tells whether a machine is near enough to nominal speed. CPU time is converted by the CPU time of the
    workload: waiting for a CPU lengthens its wall time alone.
    """
    if speed_factor(base) is None or speed_factor(head) is None:
        return None
    base_s, head_s = reference_cpus_s(base), reference_cpus_s(head)
    return (NOMINAL_S / median(base_s), NOMINAL_S / median(head_s)) if base_s and head_s else None


def _why_too_little(base_cpu_s: Sequence[float], head_cpu_s: Sequence[float]) -> Reason | None:
    for action, where, cpu_s in (
        (Action.RECORD_AGAIN_WITH_ROUNDS, "in the baseline", base_cpu_s),
        (Action.COMPARE_AGAIN, "now", head_cpu_s),
    ):
        if len(cpu_s) < ROUNDS_NEEDED:
            return Reason(
                f"timed rounds {where}: {len(cpu_s)}; at least {ROUNDS_NEEDED} are needed",
                (Remedy(action=action, rounds=ROUNDS_NEEDED),),
            )
        if min(cpu_s) < _LEAST_CPU_S:
            return Reason(f"the operating system reported no CPU time for a round {where}")
    return None


def _growth(base_cpu_s: Sequence[float], head_cpu_s: Sequence[float], machine: Drift) -> _Growth:
    base_interval, head_interval = median_interval(base_cpu_s), median_interval(head_cpu_s)
    base_low, base_high = base_interval or (min(base_cpu_s), max(base_cpu_s))
    head_low, head_high = head_interval or (min(head_cpu_s), max(head_cpu_s))
    ratio = math.exp(lower_half_log_mean(head_cpu_s) - lower_half_log_mean(base_cpu_s))
    # Dividing each end by the opposite end covers 95 % if one side hardly varies, and about 99 % if both vary alike
    # (Schenker and Gentleman, The American Statistician 55, 2001). The intervals are those of the medians, so the
    # lower-half ratio may lie slightly outside: the interval is extended to it.
    return _Growth(
        ratio=ratio,
        low=min(ratio, head_low / base_high),
        high=max(ratio, head_high / base_low),
        is_interval=base_interval is not None and head_interval is not None,
        drift=machine,
    )


def _decide(growth: _Growth, tolerated: float, allowed: str, rounds: int) -> tuple[Verdict, Reason]:
    limit, machine = 1 + tolerated, growth.drift
    over, within = growth.low > limit, growth.high < limit
    change = f"CPU {format_ratio(growth.ratio)}"
    extent = f"{format_ratio(growth.low)} to {format_ratio(growth.high)}"
    if not growth.is_interval:
        extent += ", the full range of the rounds: a 95 % interval needs six on each side"
    if over and growth.low / machine.ratio > limit:
        return Verdict.FAIL, Reason(f"{change}, over {allowed} ({extent})")
    if within and growth.high / machine.ratio < limit:
        return Verdict.PASS, Reason(f"{change}, within {allowed} ({extent})")
    if over or within:
        return Verdict.INCONCLUSIVE, Reason(
            f"{change}, {'over' if over else 'within'} {allowed}, but the machine was"
            f" {'slower' if over else 'faster'} during head's rounds ({format_ratio(machine.ratio)} for {machine.work},"
            " which no test influences)",
            (Remedy(action=Action.MEASURE_AGAIN),),
        )
    return Verdict.INCONCLUSIVE, Reason(
        f"{change} ({extent}): indistinguishable from {allowed}; growth above"
        f" {format_percent(_detectable(growth, tolerated))} would have been detected",
        (Remedy(action=Action.MORE_ROUNDS_ON_BOTH_SIDES, rounds=rounds),),
    )


def _detectable(growth: _Growth, tolerated: float) -> float:
    """The smallest growth whose interval would lie above the margin, if it is as wide in proportion as this one."""
    return (1 + tolerated) * growth.ratio / growth.low - 1


def _unmeasured(
    base: TargetResult | None, head: TargetResult | None, verdict: Verdict, reason: str, tolerated: float
) -> Change:
    return Change(
        ratio=None,
        ci95=None,
        margin=tolerated,
        pairs=None,
        p_value=None,
        minimum_detectable_effect=None,
        verdict=verdict,
        reason=reason,
        base_wall_s=_median_wall_s(base),
        head_wall_s=_median_wall_s(head),
        base_reference_wall_s=reference_wall_s(base) if base else None,
        head_reference_wall_s=reference_wall_s(head) if head else None,
    )


def _median_wall_s(result: TargetResult | None) -> float | None:
    walls_s = [sample.wall_s for sample in result.timed()] if result else []
    return median(walls_s) if walls_s else None
