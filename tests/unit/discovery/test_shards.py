"""Which part of a plan a shard measures: every target in exactly one, the suite as the last."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from collectbench.discovery.plans import SUITE, Plan
from collectbench.discovery.shards import names_of, part_of
from collectbench.model.run import Shard
from collectbench.model.target import Target


def plan_of(number: int, *, suite: bool = True) -> Plan:
    targets = tuple(Target(name=f"t{index}", paths=(f"t{index}",)) for index in range(number))
    return Plan(
        root=Path("/p"),
        targets=targets,
        suite=Target(name=SUITE, paths=("tests",)) if suite else None,
        selected=False,
    )


def test_targets_are_dealt_in_turn_and_the_suite_comes_last() -> None:
    parts = [part_of(plan_of(4), Shard(index=index, count=2, plan=())) for index in (1, 2)]
    assert [[target.name for target in part.targets] for part in parts] == [["t0", "t2"], ["t1", "t3"]]
    assert [part.suite is not None for part in parts] == [True, False]
    assert parts[0].shard == Shard(index=1, count=2, plan=("t0", "t1", "t2", "t3", SUITE))
    assert [part.is_subset for part in (plan_of(4), parts[0])] == [False, True]


@given(st.integers(0, 20), st.integers(1, 25), st.booleans())
def test_each_part_is_in_exactly_one_shard(number: int, count: int, suite: bool) -> None:
    plan = plan_of(number, suite=suite)
    parts = [part_of(plan, Shard(index=index, count=count, plan=())) for index in range(1, count + 1)]
    assert sorted(target.name for part in parts for target in part.targets) == sorted(t.name for t in plan.targets)
    assert sum(part.suite is not None for part in parts) == suite
    sizes = [len(part.targets) + (part.suite is not None) for part in parts]
    assert max(sizes) - min(sizes) <= 1


def test_a_shard_with_names_of_its_own_counts_those() -> None:
    names = ("gone", *names_of(plan_of(2)))
    parts = [part_of(plan_of(2), Shard(index=index, count=2, plan=names)) for index in (1, 2)]
    assert names_of(parts[0]) == ("t1",)
    assert names_of(parts[1]) == ("t0", SUITE)
    assert [part.shard.plan for part in parts] == [names, names]


def test_names_of_several_plans_are_listed_once_and_the_suite_last() -> None:
    assert names_of(plan_of(1), plan_of(3)) == ("t0", "t1", "t2", SUITE)
