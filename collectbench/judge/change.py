"""Judges the change between two stored results by interval against margin.

Stored rounds were taken in two blocks, at two times, so whatever drifted in between looks like a change.
Hence full intervals on both sides rather than a test of their difference, and a reference workload.
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
from collectbench.model.units import format_ratio

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.model.run import TargetResult
    from collectbench.model.sample import Sample

MARGIN_FLOOR = 0.10
"""The growth that is tolerated by default, as a fraction."""

_UNNOTICED_S = 0.05
"""Growth by less than this is tolerated however short the target is: nobody notices 50 ms."""

_ROUNDS_NEEDED = 3
_ROUNDS_ADVISED = 10


class Clock(Enum):
    """In which seconds two results are compared: as measured, or as on a machine of nominal speed."""

    MEASURED = "measured"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Growth:
    """Head over base CPU time: the estimate, and the ends of what the samples leave possible."""

    ratio: float
    low: float
    high: float
    is_interval: bool
    """False where a side has too few rounds for a 95 % interval and its full range stands in."""
    drift: Drift


def margin(base_median_s: float, margin_floor: float = MARGIN_FLOOR) -> float:
    """The tolerated growth as a fraction of the base median (positive seconds): the floor or 50 ms."""
    return max(margin_floor, _UNNOTICED_S / base_median_s)


def judge_change(
    base: TargetResult, head: TargetResult, *, margin_floor: float = MARGIN_FLOOR, clock: Clock = Clock.MEASURED
) -> Change:
    """Judge the CPU time (user and system) of the timed rounds of head against those of base.

    The ratio compares lower-half log-means. `fail` needs the whole interval of the ratio above 1 + margin,
    `pass` needs it below; each must still hold after the drift of the machine is divided out. Otherwise
    `inconclusive`. `minimum_detectable_effect` is the smallest growth (a fraction) that would have been
    seen as over the margin with this spread. By `Clock.REFERENCE` all that is done in reference seconds, for results
    of two machines; where a side has none, in seconds as measured.
    """
    if refusal := _why_incomparable(base, head):
        return incomparable_change(refusal, base, head, margin_floor=margin_floor)
    then, now = base.timed(), head.timed()
    factors = _factors(then, now) if clock is Clock.REFERENCE else None
    by_then, by_now = factors or (1.0, 1.0)
    base_cpu_s = [reference_s(sample.cpu_s, by_then) for sample in then]
    head_cpu_s = [reference_s(sample.cpu_s, by_now) for sample in now]
    if shortage := _why_too_little(base_cpu_s, head_cpu_s):
        return _unmeasured(base, head, Verdict.INCONCLUSIVE, shortage, margin_floor)
    tolerated = margin(median(base_cpu_s), margin_floor)
    growth = _growth(base_cpu_s, head_cpu_s, (drift_between_machines if factors else drift)(base, head))
    rounds = max(_ROUNDS_ADVISED, 2 * min(len(base_cpu_s), len(head_cpu_s)))
    verdict, reason = _decide(growth, tolerated, rounds)
    return replace(
        _unmeasured(base, head, verdict, f"{reason}; in reference seconds" if factors else reason, tolerated),
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
    """A change that is not judged, with the reason; the wall times of the results are still shown."""
    return _unmeasured(base, head, Verdict.INCOMPARABLE, reason, margin_floor)


def _why_incomparable(base: TargetResult, head: TargetResult) -> str | None:
    for side, result in (("in the baseline", base), ("now", head)):
        if broken := why_not_collected(result):
            return f"{side} the target {broken}"
        if not all(sample.comparable for sample in result.timed()):
            return f"other rounds ran at the same time {side}: measure it without --jobs"
    return None


def _factors(then: Sequence[Sample], now: Sequence[Sample]) -> tuple[float, float] | None:
    """By what CPU time is multiplied on each side for reference seconds; None where a side has none.

    Whether a machine is near enough to nominal is told by wall time. CPU time is converted by the CPU time of the
    workload: where it had to wait for a CPU, that lengthened its wall time alone.
    """
    if speed_factor(then) is None or speed_factor(now) is None:
        return None
    then_s, now_s = reference_cpus_s(then), reference_cpus_s(now)
    return (NOMINAL_S / median(then_s), NOMINAL_S / median(now_s)) if then_s and now_s else None


def _why_too_little(base_cpu_s: Sequence[float], head_cpu_s: Sequence[float]) -> str | None:
    for command, where, cpu_s in (
        ("baseline", "in the baseline", base_cpu_s),
        ("compare", "now", head_cpu_s),
    ):
        if len(cpu_s) < _ROUNDS_NEEDED:
            return (
                f"timed rounds {where}: {len(cpu_s)}, at least {_ROUNDS_NEEDED} are needed:"
                f" collectbench {command} --rounds {_ROUNDS_NEEDED} or more"
            )
        if min(cpu_s) <= 0:
            return f"the operating system reported no CPU time for a round {where}"
    return None


def _growth(base_cpu_s: Sequence[float], head_cpu_s: Sequence[float], machine: Drift) -> _Growth:
    base_interval, head_interval = median_interval(base_cpu_s), median_interval(head_cpu_s)
    base_low, base_high = base_interval or (min(base_cpu_s), max(base_cpu_s))
    head_low, head_high = head_interval or (min(head_cpu_s), max(head_cpu_s))
    ratio = math.exp(lower_half_log_mean(head_cpu_s) - lower_half_log_mean(base_cpu_s))
    # Ends against opposite ends covers 95 % when one side hardly varies and about 99 % when both vary alike
    # (Schenker and Gentleman, The American Statistician 55, 2001). The intervals are the medians', so the
    # lower-half ratio may lie outside of them by a little: it is taken in.
    return _Growth(
        ratio=ratio,
        low=min(ratio, head_low / base_high),
        high=max(ratio, head_high / base_low),
        is_interval=base_interval is not None and head_interval is not None,
        drift=machine,
    )


def _decide(growth: _Growth, tolerated: float, rounds: int) -> tuple[Verdict, str]:
    limit, machine = 1 + tolerated, growth.drift
    over, within = growth.low > limit, growth.high < limit
    change, allowed = f"CPU {format_ratio(growth.ratio)}", format_ratio(limit)
    extent = f"{format_ratio(growth.low)} to {format_ratio(growth.high)}"
    if not growth.is_interval:
        extent += " by the full range of the rounds: a 95 % interval needs six on each side"
    if over and growth.low / machine.ratio > limit:
        return Verdict.FAIL, f"{change}, over {allowed} ({extent})"
    if within and growth.high / machine.ratio < limit:
        return Verdict.PASS, f"{change}, within {allowed} ({extent})"
    if over or within:
        return Verdict.INCONCLUSIVE, (
            f"{change}, {'over' if over else 'within'} {allowed}, but the machine itself was"
            f" {'slower' if over else 'faster'} ({format_ratio(machine.ratio)} for {machine.words}, which no test"
            " influences): measure both sides again"
        )
    return Verdict.INCONCLUSIVE, (
        f"{change} ({extent}): cannot be told from {allowed}, nor could growth under"
        f" {format_ratio(1 + _detectable(growth, tolerated))}; --rounds {rounds} on both sides narrows it"
    )


def _detectable(growth: _Growth, tolerated: float) -> float:
    """The growth whose interval, as wide in proportion as this one, would lie above the margin."""
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
