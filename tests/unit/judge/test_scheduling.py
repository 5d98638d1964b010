"""How long jobs take on several workers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.scheduling import makespan_s

JOBS = st.lists(st.floats(0, 1000), max_size=40)


@given(jobs=JOBS, workers=st.integers(1, 60))
def test_no_schedule_is_shorter_than_its_longest_job_or_an_even_share(jobs, workers) -> None:
    least_s = max([math.fsum(jobs) / workers, *jobs])
    # Graham's bound, against the lower bound of any schedule that also has one job on each worker.
    assert least_s * (1 - 1e-9) <= makespan_s(jobs, workers) <= 2 * least_s * (1 + 1e-9)


@given(jobs=JOBS)
def test_one_worker_takes_the_sum_and_a_worker_for_each_job_the_longest(jobs) -> None:
    assert makespan_s(jobs, 1) == pytest.approx(math.fsum(jobs))
    assert makespan_s(jobs, max(1, len(jobs))) == pytest.approx(max(jobs, default=0.0))


def test_the_longest_job_goes_first() -> None:
    assert makespan_s([1, 1, 2, 4], 2) == 4


def test_a_schedule_needs_a_worker() -> None:
    with pytest.raises(ValueError, match="no workers"):
        makespan_s([1.0], 0)
