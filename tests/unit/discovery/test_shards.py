"""Which part of a plan a shard measures: every target in exactly one, the suite as the last."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from collectbench.discovery.plans import SUITE, Plan
from collectbench.discovery.shards import digest_of, names_of, part_of, parts_of
from collectbench.model.shard import Shard
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
    parts = [part_of(plan_of(4), Shard(index=index, count=2, plan=()), {}) for index in (1, 2)]
    assert [[target.name for target in part.targets] for part in parts] == [["t0", "t2"], ["t1", "t3"]]
    assert [part.suite is not None for part in parts] == [True, False]
    assert parts[0].shard is not None
    assert parts[0].shard.plan == ("t0", "t1", "t2", "t3", SUITE)
    assert parts[0].shard.names == ("t0", "t2", SUITE)
    assert [part.is_subset for part in (plan_of(4), parts[0])] == [False, True]


@given(st.integers(0, 20), st.integers(1, 25), st.booleans())
def test_each_part_is_in_exactly_one_shard(number: int, count: int, suite: bool) -> None:
    plan = plan_of(number, suite=suite)
    parts = [part_of(plan, Shard(index=index, count=count, plan=()), {}) for index in range(1, count + 1)]
    assert sorted(target.name for part in parts for target in part.targets) == sorted(t.name for t in plan.targets)
    assert sum(part.suite is not None for part in parts) == suite
    sizes = [len(part.targets) + (part.suite is not None) for part in parts]
    assert max(sizes) - min(sizes) <= 1


def test_a_shard_with_names_of_its_own_counts_those() -> None:
    names = ("gone", *names_of(plan_of(2)))
    parts = [part_of(plan_of(2), Shard(index=index, count=2, plan=names), {}) for index in (1, 2)]
    assert names_of(parts[0]) == ("t1",)
    assert names_of(parts[1]) == ("t0", SUITE)
    assert [part.shard.plan for part in parts] == [names, names]


def test_names_of_several_plans_are_listed_once_and_the_suite_last() -> None:
    assert names_of(plan_of(1), plan_of(3)) == ("t0", "t1", "t2", SUITE)


def test_the_longest_targets_come_first_and_each_part_takes_about_as_long() -> None:
    names = ("a", "b", "c", "d", "e")
    seconds = {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0, "e": 6.0}
    assert parts_of(names, 2, seconds) == (("b", "e"), ("a", "c", "d"))
    assert parts_of(names, 2, {**seconds, "other": 99.0}) == parts_of(names, 2, seconds)


def test_a_target_of_unknown_length_counts_as_the_median() -> None:
    assert parts_of(("new", "a", "b", "c"), 2, {"a": 1.0, "b": 2.0, "c": 3.0}) == (("a", "c"), ("new", "b"))


@given(
    st.dictionaries(st.sampled_from("abcdefghij"), st.floats(0.1, 100.0)),
    st.integers(1, 12),
)
def test_every_target_is_in_exactly_one_part_whatever_the_lengths(seconds: dict[str, float], count: int) -> None:
    names = tuple("abcdefghij")
    parts = parts_of(names, count, seconds)
    assert sorted(name for part in parts for name in part) == list(names)
    assert len(parts) == count
    longest = max(seconds.values(), default=0.0)
    loads = [sum(seconds.get(name, 0.0) for name in part) for part in parts]
    if len(seconds) == len(names):
        assert max(loads) - min(loads) <= longest + 1e-9


def test_the_digest_tells_any_other_division() -> None:
    parts = [("a", "b"), ("c",)]
    others = [
        [("a",), ("b", "c")],
        [("b", "a"), ("c",)],
        [("c",), ("a", "b")],
        [("a", "b", "c"), ()],
        [("ab",), ("c",)],
    ]
    assert len({digest_of(each) for each in (parts, *others)}) == 6


def test_an_older_file_without_its_names_has_every_second_one() -> None:
    assert Shard(index=2, count=2, plan=("a", "b", "c", "d")).names == ("b", "d")
