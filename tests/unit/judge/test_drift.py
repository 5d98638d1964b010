"""The drift of a machine, measured by the reference workload or by the start of pytest."""

from __future__ import annotations

import pytest

from collectbench.judge.drift import Drift, drift, drift_between_machines
from collectbench.judge.reference_seconds import NOMINAL_S
from collectbench.model.sample import Reference


def ran(cpu_s, *, wall_s=NOMINAL_S, start_s=0.2):
    """Changes to samples: the seconds of the workload, and of starting pytest."""
    return {
        "reference": Reference(wall_s=wall_s, cpu_s=cpu_s),
        "phases": {"interpreter": 0.1 * start_s, "pytest-import": 0.9 * start_s},
    }


def test_the_workload_shows_the_drift_if_it_ran_beside_all_rounds(result) -> None:
    base, head = result([1.0] * 3, sample=ran(0.1)), result([1.0] * 3, sample=ran(0.13, start_s=9.0))
    assert drift(base, head) == Drift(ratio=pytest.approx(1.3), work="the reference workload")


def test_without_the_workload_the_start_of_pytest_shows_the_drift(result) -> None:
    base, head = result([1.0] * 3), result([1.0] * 3, sample=ran(0.13, start_s=0.3))
    drifted = drift(base, head)
    assert (drifted.ratio, drifted.work) == (pytest.approx(1.5), "starting Python and importing pytest")


def test_without_workload_and_phases_there_is_no_drift(result) -> None:
    bare = result([1.0], sample={"phases": {}})
    assert drift(bare, bare) == drift_between_machines(bare, bare) == Drift()


def test_between_machines_the_drift_is_divided_by_the_speeds(result) -> None:
    base = result([1.0] * 3, sample=ran(0.12, wall_s=NOMINAL_S, start_s=0.2))
    twice = result([2.0] * 3, sample=ran(0.24, wall_s=2 * NOMINAL_S, start_s=0.5))
    drifted = drift_between_machines(base, twice)
    assert (drifted.ratio, drifted.work) == (
        pytest.approx(1.25),
        "starting Python and importing pytest, in reference seconds",
    )


def test_without_reference_seconds_two_machines_are_treated_as_one_that_drifts(result) -> None:
    base, head = result([1.0]), result([1.0], sample=ran(0.1))
    assert drift_between_machines(base, head).work == "starting Python and importing pytest"
