"""A change of a stable counter is a step at its run, if it deserves a remark."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.history.counter_steps import Counted, CounterStep, counter_steps

USUAL = {"modules": 1849, "opens": 2000, "items": 100, "hook_calls": 30_000, "function_starts": 2_000_000}


def counted(**changes: int) -> Counted:
    return Counted(counters=USUAL | changes, counted_by="1.0", is_dirty=False)


def dirty(**changes: int) -> Counted:
    return replace(counted(**changes), is_dirty=True)


def one_step(*runs: Counted | None) -> CounterStep:
    (step,) = counter_steps(runs)
    return step


def test_equal_work_has_no_step() -> None:
    assert counter_steps([counted()] * 5) == ()


def test_one_more_module_is_a_step() -> None:
    step = one_step(counted(), counted(), counted(modules=1850), counted(modules=1850))
    assert step == CounterStep(index=2, base_index=1, figure="modules", before=1849, after=1850)


def test_a_change_and_its_removal_are_two_steps() -> None:
    steps = counter_steps([counted(), counted(modules=1900), counted()])
    assert [(step.index, step.before, step.after) for step in steps] == [(1, 1849, 1900), (2, 1900, 1849)]


@pytest.mark.parametrize(
    "changes",
    [
        {"items": 101, "hook_calls": 30_005, "function_starts": 2_000_300},
        {"opens": 2010},
        {"function_starts": 1_999_000},
    ],
    ids=["a test more", "some files more", "some calls less"],
)
def test_a_change_that_deserves_no_remark_is_no_step(changes: dict[str, int]) -> None:
    assert counter_steps([counted(), counted(**changes)]) == ()


def test_modules_say_more_than_the_function_starts_that_they_cause() -> None:
    assert one_step(counted(), counted(modules=1890, function_starts=2_400_000)).figure == "modules"


def test_of_two_causes_the_larger_one_is_named() -> None:
    assert one_step(counted(subprocesses=0), counted(modules=1850, subprocesses=1)).figure == "subprocesses"
    assert one_step(counted(), counted(modules=1850, items=9_000, hook_calls=75_000)).figure == "items"


def test_without_a_cause_the_work_itself_is_named() -> None:
    step = one_step(counted(), counted(function_starts=2_900_000, hook_calls=33_000))
    assert (step.figure, step.weight) == ("function_starts", 18)


def test_a_run_without_counters_is_skipped_and_the_step_is_after_the_last_known_count() -> None:
    step = one_step(counted(), None, counted(modules=1850))
    assert (step.base_index, step.index) == (0, 2)


def test_a_counter_that_was_unstable_is_compared_with_the_last_stable_count() -> None:
    unstable = replace(counted(), counters={name: count for name, count in USUAL.items() if name != "modules"})
    assert counter_steps([counted(), unstable, counted()]) == ()
    step = one_step(counted(), unstable, counted(modules=1850))
    assert (step.base_index, step.index) == (0, 2)


def test_another_collectbench_may_count_otherwise() -> None:
    other = replace(counted(modules=1700), counted_by="2.0")
    later = replace(counted(modules=1701), counted_by="2.0")
    assert counter_steps([counted(), other, other]) == ()
    assert one_step(counted(), other, later).before == 1700


def test_what_was_tried_in_a_dirty_tree_is_no_step() -> None:
    assert counter_steps([counted(), dirty(modules=1900), counted()]) == ()
    assert counter_steps([counted(), counted(), dirty(modules=1900)]) == ()


def test_what_the_next_run_repeats_is_a_step_also_in_a_dirty_tree() -> None:
    assert one_step(counted(), dirty(modules=1900), None, counted(modules=1900)).index == 1
    assert one_step(dirty(), dirty(), dirty(modules=1900), dirty(modules=1900)).index == 2
