"""scripts/shard_balance.py: the parts of each service are the whole plan, timed by the second run."""

from __future__ import annotations

from pathlib import Path

import pytest

import shard_balance
from collectbench.discovery.plans import Plan
from collectbench.model.target import Target

SECONDS = {"a": 5.0, "b": 4.0, "c": 3.0, "d": 2.0, "e": 2.0}


@pytest.fixture
def plan() -> Plan:
    targets = tuple(Target(name=name, paths=(name,)) for name in SECONDS)
    return Plan(root=Path("/p"), targets=targets, suite=None, selected=True)


@pytest.mark.parametrize("count", [1, 2, 3, 7])
def test_the_jobs_of_each_service_hold_each_target_once(count: int, plan: Plan) -> None:
    assert len(list(shard_balance.variables(count))) == 6
    parts = shard_balance.division(plan, count, SECONDS)
    assert len(parts) == count
    assert sorted(name for part in parts for name in part) == list(SECONDS)


def test_a_job_that_is_there_twice_is_an_error(plan: Plan) -> None:
    _, shard, jobs = next(shard_balance.variables(2))
    with pytest.raises(SystemExit, match="each target once"):
        shard_balance.parts_of_jobs(plan, shard, [jobs[0], jobs[0]], SECONDS)


def test_a_part_is_compared_with_the_mean_and_with_what_no_division_can_beat() -> None:
    cells = shard_balance.row([("a",), ("b", "c")], {"a": 10.0, "b": 2.0, "c": 2.0})
    assert cells == ("2", "7.00 s", "4.00 s", "10.00 s", "+42.9 %", "+0.0 %", "a 10.00 s")
