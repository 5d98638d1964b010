"""Converts times to reference seconds, those of one agreed machine, with the workload that ran beside the rounds."""

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

It only fixes the unit, so that reference seconds are about as long as real ones. Each minor version of Python needs its
own time for the workload. One figure is still enough, since runs of different minor versions are never compared.
"""

SLOWEST, QUICKEST = 0.33, 3.0
"""The speeds between which times are converted. Beyond them, the workload does not show what limits a machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """The speed of a machine as a multiple of the nominal one; None if times cannot be converted.

    `refusal` then says why; it is empty if the workload never ran.
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
            f"no reference seconds: this machine's speed is {factor:.2f}, and times are only converted from"
            f" {SLOWEST:g} to {QUICKEST:g}; times as measured remain valid for this machine"
        ),
    )


def speed_factor(samples: Sequence[Sample]) -> float | None:
    """The nominal time of the workload over its median wall time; None if it never ran, or is too far from nominal."""
    return speed(samples).factor


def reference_s(time_s: float, factor: float) -> float:
    """A time in reference seconds: a machine that is twice as fast needs half the time for the same work."""
    return time_s * factor


def reference_wall_s(result: TargetResult) -> float | None:
    """The median wall time of the timed rounds in reference seconds; None if unknown."""
    timed = result.timed()
    factor = speed_factor(timed)
    if factor is None or not all(sample.comparable for sample in timed):
        return None
    return reference_s(median([sample.wall_s for sample in timed]), factor)


def reference_cpus_s(samples: Sequence[Sample]) -> list[float] | None:
    """The CPU seconds of the workload beside each of the samples; None if a sample has none."""
    cpus_s = [reference.cpu_s for reference in _references(samples) if reference.cpu_s > 0]
    return cpus_s if cpus_s and len(cpus_s) == len(samples) else None


def machine_speed(run: Run) -> Speed:
    """The speed of the machine over all timed rounds of a run."""
    return speed([sample for result in run.results for sample in result.timed()])


def _references(samples: Iterable[Sample]) -> list[Reference]:
    return [sample.reference for sample in samples if sample.reference is not None]
