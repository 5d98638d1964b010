"""Reference seconds make times of a fast and of a slow machine comparable, within bounds."""

from __future__ import annotations

import pytest

from collectbench.judge.reference_seconds import (
    NOMINAL_S,
    machine_speed,
    reference_cpus_s,
    reference_s,
    reference_wall_s,
    speed,
    speed_factor,
)
from collectbench.model.sample import Reference, RoundKind


def beside(wall_s, cpu_s=0.1):
    """Changes to samples: the seconds that the workload takes beside them."""
    return {"reference": Reference(wall_s=wall_s, cpu_s=cpu_s)}


def test_a_machine_that_takes_twice_as_long_for_the_workload_has_half_the_speed(sample) -> None:
    slow = [sample(10.0, **beside(2 * NOMINAL_S)) for _ in range(3)]
    assert speed_factor(slow) == pytest.approx(0.5)
    assert reference_s(10.0, 0.5) == 5.0


def test_the_median_counts_and_rounds_without_the_workload_do_not(sample) -> None:
    samples = [sample(1.0, **beside(factor * NOMINAL_S)) for factor in (1, 1, 9)]
    assert speed_factor([*samples, sample(1.0)]) == pytest.approx(1.0)


def test_without_the_workload_there_is_no_speed_and_no_refusal(sample) -> None:
    assert speed([]) == speed([sample(1.0)])
    assert (speed([]).factor, speed([]).refusal) == (None, "")
    assert speed_factor([sample(1.0, **beside(0.0))]) is None


@pytest.mark.parametrize(("factor", "converted"), [(0.32, False), (0.34, True), (2.9, True), (3.1, False)])
def test_a_machine_too_far_from_nominal_is_refused_with_the_reason(factor, converted, sample) -> None:
    measured = speed([sample(1.0, **beside(NOMINAL_S / factor))])
    assert (measured.factor is not None) is converted
    assert (f"this machine's speed is {factor:.2f}" in measured.refusal) is not converted


def test_a_result_is_converted_by_the_median_of_its_timed_rounds(result, sample) -> None:
    timed = result([2.0, 4.0, 3.0], sample=beside(2 * NOMINAL_S))
    cold = sample(99.0, kind=RoundKind.COLD)
    assert reference_wall_s(timed) == pytest.approx(1.5)
    assert reference_wall_s(result(samples=(cold, *timed.samples))) == pytest.approx(1.5)
    assert reference_wall_s(result([2.0])) is None
    assert reference_wall_s(result()) is None


def test_rounds_at_the_same_time_have_no_reference_seconds(result) -> None:
    assert reference_wall_s(result([2.0], sample={**beside(NOMINAL_S), "comparable": False})) is None


def test_the_speed_of_a_run_is_over_all_its_targets_and_the_suite(run, result) -> None:
    target, suite = result([1.0], sample=beside(NOMINAL_S)), result([1.0] * 2, sample=beside(NOMINAL_S / 2))
    assert machine_speed(run(target, suite=suite)).factor == pytest.approx(2.0)
    assert machine_speed(run()).factor is None


def test_the_workload_has_cpu_seconds_only_if_it_ran_beside_all_rounds(sample) -> None:
    with_it = sample(1.0, **beside(0.2, 0.1))
    assert reference_cpus_s([with_it, with_it]) == [0.1, 0.1]
    assert reference_cpus_s([with_it, sample(1.0)]) is None
    assert reference_cpus_s([sample(1.0, **beside(0.2, 0.0))]) is None
    assert reference_cpus_s([]) is None
