"""Sentences about workers and shards."""

from __future__ import annotations

from collectbench.model.workers import ShardCost, ShardCosts, Workers
from collectbench.render.diagnosis.workers import workers_sentences, workers_table
from diagnoses import cost


def workers(*costs, **changes) -> Workers:
    return Workers(processors=2, start_s=0.3, costs=costs, **changes)


def sentences(*costs, **changes) -> str:
    return " ".join(workers_sentences(workers(*costs, **changes)))


def shards(tail_s: float) -> ShardCosts:
    single = ShardCost(shards=1, wall_s=20.0, machine_s=20.0, tail_s=0.0)
    return ShardCosts(
        floor_s=1.0,
        divided_s=2.0,
        single=single,
        best=ShardCost(shards=4, wall_s=6.0, machine_s=23.0, tail_s=tail_s),
    )


def test_one_process_is_called_best_for_collection_whatever_is_measured() -> None:
    assert "For collection alone, one process is always best: each worker collects all tests" in sentences(
        cost(1, 1.0, 1.0)
    )


def test_a_tail_is_told_if_it_is_a_notable_part() -> None:
    assert "The last shard runs 1.00 s longer" in sentences(cost(1, 1.0, 1.0), shards=shards(1.0))
    assert "longer than an even split" not in sentences(cost(1, 1.0, 1.0), shards=shards(0.01))


def test_rows_within_the_processors_hold_without_a_remark() -> None:
    assert "hold for" not in sentences(cost(1, 1.0, 1.0), cost(2, 1.1, 2.1))
    assert "hold for 2 processors only" in sentences(cost(1, 1.0, 1.0), cost(3, 1.7, 3.3))


def test_a_barrier_is_compared_with_that_of_one_process() -> None:
    columns = {
        column.title: column.cells for column in workers_table(workers(cost(1, 2.0, 1.0), cost(2, 3.0, 2.1))).columns
    }
    assert columns["× one"] == ("1.00", "1.50")
