"""How much slower the machine itself was, by work that no test influences."""

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
    """Head over base time of the work that `words` name. Without any such work, 1."""

    ratio: float = 1.0
    words: str = ""


def drift(base: TargetResult, head: TargetResult) -> Drift:
    """The CPU time of the reference workload where it ran beside all rounds, else how long pytest took to start.

    It is only ever used to turn a verdict into `inconclusive`.
    """
    then_s, now_s = reference_cpus_s(base.timed()), reference_cpus_s(head.timed())
    if then_s is None or now_s is None:
        return _drift_of_phases(base, head)
    return Drift(ratio=lower_half_mean(now_s) / lower_half_mean(then_s), words="the reference workload")


def drift_between_machines(base: TargetResult, head: TargetResult) -> Drift:
    """What is left of the difference between two machines after both were converted to reference seconds."""
    then, now = speed_factor(base.timed()), speed_factor(head.timed())
    found = _drift_of_phases(base, head)
    if then is None or now is None or not found.words:
        return found
    return Drift(ratio=found.ratio * now / then, words=f"{_STARTING}, in reference seconds")


def _drift_of_phases(base: TargetResult, head: TargetResult) -> Drift:
    """Head over base wall time of starting Python and importing pytest, which run no line of the tests.

    Waiting for a CPU lengthens wall time more than CPU time, so this may overstate the drift.
    """
    then, now = base.timed(), head.timed()
    if not all(sample.phases.get(phase, 0.0) > 0 for sample in (*then, *now) for phase in _PHASES):
        return Drift()
    return Drift(ratio=_start_s(now) / _start_s(then), words=_STARTING)


def _start_s(samples: Sequence[Sample]) -> float:
    return lower_half_mean([sum(sample.phases[phase] for phase in _PHASES) for sample in samples])
