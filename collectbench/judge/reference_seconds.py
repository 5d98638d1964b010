"""Reference seconds: times as they would be on one agreed machine, by the workload that ran beside the rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.statistics import median

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from collectbench.model.run import Run, TargetResult
    from collectbench.model.sample import Reference, Sample

NOMINAL_S = 0.12
"""Wall seconds of the reference workload on the machine of docs/benchmarks.md, with Python 3.11.

It only fixes the unit, so that reference seconds are about as long as real ones. One figure does for all minor versions
of Python, though each takes its own time for the workload, since runs of different ones are never compared.
"""

SLOWEST, QUICKEST = 0.33, 3.0
"""Speeds between which a time may be converted: further away, other things limit a machine than the workload shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How quick a machine was, as a multiple of the nominal one; None with the reason where nothing may be converted.

    The reason is empty where the workload never ran.
    """

    factor: float | None
    refusal: str = ""


def speed(samples: Sequence[Sample]) -> Speed:
    """The speed of the machine during the rounds of `samples`, from those beside which the workload ran."""
    walls_s = [reference.wall_s for reference in _references(samples)]
    if not walls_s or not (measured_s := median(walls_s)) > 0:
        return Speed(factor=None)
    factor = NOMINAL_S / measured_s
    if SLOWEST <= factor <= QUICKEST:
        return Speed(factor=factor)
    return Speed(
        factor=None,
        refusal=(
            f"no reference seconds: this machine's speed is {factor:.2f}, and times are converted from"
            f" {SLOWEST:g} to {QUICKEST:g} only; raw times still hold for this machine"
        ),
    )


def speed_factor(samples: Sequence[Sample]) -> float | None:
    """The nominal time of the workload over its median wall time; None where it never ran, or too far from nominal."""
    return speed(samples).factor


def reference_s(time_s: float, factor: float) -> float:
    """A time in reference seconds: a machine twice as quick takes half as long for the same work."""
    return time_s * factor


def reference_wall_s(result: TargetResult) -> float | None:
    """The median wall time of the timed rounds in reference seconds; None where it cannot be told."""
    timed = result.timed()
    factor = speed_factor(timed)
    if factor is None or not all(sample.comparable for sample in timed):
        return None
    return reference_s(median([sample.wall_s for sample in timed]), factor)


def reference_cpus_s(samples: Sequence[Sample]) -> list[float] | None:
    """The CPU seconds of the workload beside each of the samples; None where one has none."""
    found = [reference.cpu_s for reference in _references(samples) if reference.cpu_s > 0]
    return found if found and len(found) == len(samples) else None


def machine_speed(run: Run) -> Speed:
    """The speed of the machine over all timed rounds of a run."""
    results = run.results
    return speed([sample for result in results for sample in result.timed()])


def _references(samples: Iterable[Sample]) -> list[Reference]:
    return [sample.reference for sample in samples if sample.reference is not None]
