"""How much slower the machine was, measured by work that no test influences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.reference_seconds import reference_cpus_s, speed_factor
from collectbench.judge.statistics import lower_half_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.model.run import TargetResult
    from collectbench.model.sample import Sample

_PHASES = ("interpreter", "pytest-import")
_STARTING = "starting Python and importing pytest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """Head over base time of `work`, which no test influences. Without such work the ratio is 1."""

    ratio: float = 1.0
    work: str = ""


def drift(base: TargetResult, head: TargetResult) -> Drift:
    """The drift of the reference workload's CPU time if it ran beside all rounds, else of the time to start pytest.

    It is only used to turn a verdict into `inconclusive`.
    """
    base_s, head_s = reference_cpus_s(base.timed()), reference_cpus_s(head.timed())
    if base_s is None or head_s is None:
        return _drift_of_phases(base, head)
    return Drift(ratio=lower_half_mean(head_s) / lower_half_mean(base_s), work="the reference workload")


def drift_between_machines(base: TargetResult, head: TargetResult) -> Drift:
    """The difference between two machines that remains after both were converted to reference seconds."""
    base_speed, head_speed = speed_factor(base.timed()), speed_factor(head.timed())
    measured = _drift_of_phases(base, head)
    if base_speed is None or head_speed is None or not measured.work:
        return measured
    return Drift(ratio=measured.ratio * head_speed / base_speed, work=f"{_STARTING}, in reference seconds")


def _drift_of_phases(base: TargetResult, head: TargetResult) -> Drift:
    """Head over base wall time of starting Python and importing pytest, which run no line of the tests.

    Waiting for a CPU lengthens wall time more than CPU time, so this may overstate the drift.
    """
    samples = (*base.timed(), *head.timed())
    if not all(sample.phases.get(phase, 0.0) > 0 for sample in samples for phase in _PHASES):
        return Drift()
    return Drift(ratio=_start_s(head.timed()) / _start_s(base.timed()), work=_STARTING)


def _start_s(samples: Sequence[Sample]) -> float:
    return lower_half_mean([sum(sample.phases[phase] for phase in _PHASES) for sample in samples])
