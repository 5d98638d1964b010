"""What workers cost: measured, predicted, and with tests."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.workers import best_of, measurable, predicted, queued_share, with_tests, worker_costs
from collectbench.model.workers import Basis, Capacity, Collections

SECONDS = st.floats(0.01, 100)


def lap(workers: int, barrier_s: float, cpu_s: float, waited_s: float = 0.0, queued_s: float = 0.0) -> Collections:
    return Collections(
        workers=workers, barrier_s=barrier_s, cpu_s=cpu_s, waited_s=waited_s, queued_s=queued_s, phases={}
    )


@pytest.mark.parametrize(
    ("wanted", "capacity", "measured"),
    [
        ((1, 2, 4, 8), Capacity(processors=2), (1, 2, 4)),
        ((2, 3), Capacity(processors=8), (1, 2, 3)),
        ((8,), Capacity(processors=0.5), (1,)),
        ((1, 2, 4), Capacity(processors=4, memory_bytes=4000), (1, 2)),
        ((2,), Capacity(processors=4, memory_bytes=10), (1,)),
        ((2,), Capacity(processors=4, memory_bytes=1300), (1,)),
    ],
)
def test_what_does_not_fit_into_the_machine_is_not_measured(wanted, capacity, measured) -> None:
    assert measurable(wanted, capacity, peak_rss_bytes=1000) == measured


def test_an_unknown_need_of_memory_limits_nothing() -> None:
    assert measurable((1, 2), Capacity(processors=4, memory_bytes=10), peak_rss_bytes=0) == (1, 2)


def test_a_measured_cost_is_the_mean_of_the_lower_half_and_keeps_all_samples() -> None:
    laps = [lap(1, 2.0, 1.9), lap(2, 2.4, 4.0), lap(1, 1.0, 0.9), lap(1, 9.0, 0.8), lap(1, 1.2, 1.0)]
    one, two = worker_costs(laps, (1, 2), 2)
    assert (one.barrier_s, one.cpu_s, two.barrier_s) == (pytest.approx(1.1), pytest.approx(0.85), 2.4)
    assert (one.barriers_s, one.cpus_s) == ((2.0, 1.0, 9.0, 1.2), (1.9, 0.9, 0.8, 1.0))
    assert {one.basis, two.basis} == {Basis.MEASURED}


def test_one_worker_is_always_among_the_costs() -> None:
    assert [cost.workers for cost in worker_costs([lap(1, 1.0, 1.0), lap(2, 1.1, 2.0)], (2,), 2)] == [1, 2]


def test_without_a_single_collection_nothing_is_compared() -> None:
    with pytest.raises(ValueError, match="no lap of one collection"):
        worker_costs([lap(2, 1.0, 2.0)], (2,), 2)


def test_a_prediction_needs_something_measured_below() -> None:
    with pytest.raises(ValueError, match="fewer than 2 workers"):
        predicted(2, worker_costs([lap(1, 1, 1), lap(2, 1, 2)], (2,), 2)[1:], waited_s=0.0, processors=2)


def test_processors_share_the_cpu_time_and_waiting_passes_once() -> None:
    # Beside another one, a collection takes 1.2 s of CPU time rather than 1.
    *_, eight = worker_costs([lap(1, 1.5, 1.0, waited_s=0.5), lap(2, 1.8, 2.4)], (1, 2, 8), 2)
    assert (eight.basis, eight.barriers_s) == (Basis.PREDICTED, ())
    assert (eight.cpu_s, eight.barrier_s) == (pytest.approx(9.6), pytest.approx(4.8 + 0.5))


def test_a_prediction_for_fewer_workers_than_processors_has_a_processor_for_each() -> None:
    *_, two = worker_costs([lap(1, 1.0, 1.0)], (2,), 8)
    assert (two.barrier_s, two.cpu_s) == (pytest.approx(1.0), pytest.approx(2.0))


@given(
    single=st.tuples(SECONDS, SECONDS),
    several=st.tuples(SECONDS, SECONDS),
    waited_s=st.floats(0, 10),
    processors=st.floats(0.5, 64),
)
def test_more_predicted_workers_never_cost_less(single, several, waited_s, processors) -> None:
    laps = [lap(1, *single, waited_s=waited_s), lap(4, *several)]
    costs = worker_costs(laps, (1, 4, 5, 8, 16, 64), processors)
    for fewer, more in pairwise(costs[1:]):
        assert more.barrier_s >= fewer.barrier_s * (1 - 1e-9)
        assert more.cpu_s >= fewer.cpu_s * (1 - 1e-9)
    for cost in costs[2:]:
        assert cost.barrier_s >= cost.cpu_s / min(cost.workers, processors) * (1 - 1e-9)


@given(laps=st.lists(st.tuples(SECONDS, SECONDS), min_size=4, max_size=4))
def test_for_collection_alone_no_predicted_number_beats_one(laps) -> None:
    costs = worker_costs([lap(1, *each) for each in laps], (1, 2, 4, 8), 4)
    assert min(costs, key=lambda cost: (cost.barrier_s, cost.workers)).workers == 1


def test_tests_are_shared_and_xdist_starts_only_with_workers() -> None:
    costs = worker_costs([lap(1, 1.0, 1.0), lap(2, 1.2, 2.2)], (1, 2), 2)
    one, two = with_tests(costs, [3.0, 1.0, 2.0], start_s=0.3, processors=2)
    assert (one.tests_s, one.total_s) == (6.0, pytest.approx(7.0))
    assert (two.tests_s, two.total_s) == (3.0, pytest.approx(0.3 + 1.2 + 3.0))
    assert best_of((one, two)) == 2


def test_short_tests_are_best_without_workers() -> None:
    costs = worker_costs([lap(1, 1.0, 1.0), lap(2, 1.2, 2.2)], (1, 2), 2)
    assert best_of(with_tests(costs, [0.1, 0.1], start_s=0.3, processors=2)) == 1


def test_beyond_the_processors_more_workers_do_not_speed_up_tests() -> None:
    costs = worker_costs([lap(1, 1.0, 1.0), lap(2, 1.0, 2.0), lap(4, 2.0, 4.0)], (1, 2, 4), 2)
    _, two, four = with_tests(costs, [1.0] * 40, start_s=0.0, processors=2)
    assert (two.tests_s, four.tests_s) == (20.0, 20.0)


@given(seconds=st.lists(st.floats(0, 100), max_size=30), processors=st.floats(1, 8))
def test_no_total_is_below_its_barrier_and_the_work_of_the_processors(seconds, processors) -> None:
    costs = worker_costs([lap(1, 1.0, 1.0)], (1, 2, 4, 16), processors)
    rows = with_tests(costs, seconds, start_s=0.1, processors=processors)
    for row in rows:
        share_s = math.fsum(seconds) / min(row.workers, processors)
        assert row.total_s is not None
        assert row.total_s >= (row.barrier_s + max([share_s, *seconds])) * (1 - 1e-9)
    best = next(row for row in rows if row.workers == best_of(rows))
    assert best.total_s == min(row.total_s or math.inf for row in rows)


def test_without_durations_no_number_is_best() -> None:
    assert best_of(worker_costs([lap(1, 1.0, 1.0)], (1, 2), 2)) is None


def test_the_queue_of_single_collections_tells_of_other_processes() -> None:
    laps = [lap(1, 2.0, 1.0, queued_s=1.0), lap(4, 8.0, 8.0, queued_s=6.0)]
    assert queued_share(laps) == pytest.approx(0.5)
