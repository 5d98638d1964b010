"""A target may only go untimed if nothing can have changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.sameness import is_same_work


@pytest.fixture
def known(result):
    """A result with all values known, whose counters all repeat."""
    return result(
        counters={"modules": 3, "opens": 9, "sockets": 0, "subprocesses": 0}, loaded_sha256="1" * 64, nodeids_sha256="2"
    )


def test_the_same_files_the_same_work_and_the_same_tests_are_the_same(known) -> None:
    assert is_same_work(known, known)


@pytest.mark.parametrize(
    "change",
    [
        {"counters": {"modules": 4, "opens": 9, "sockets": 0, "subprocesses": 0}},
        {"counters": {"modules": 3}},
        {"counters": None},
        {"unstable": ("opens",)},
        {"loaded_sha256": "3" * 64},
        {"loaded_sha256": None},
        {"nodeids_sha256": "4"},
        {"nodeids_sha256": None},
    ],
)
def test_a_difference_or_an_unknown_value_on_one_side_is_a_change(change, known) -> None:
    other = replace(known, **change)
    assert not is_same_work(known, other)
    assert not is_same_work(other, known)


@pytest.mark.parametrize("unknown", [{"counters": None}, {"loaded_sha256": None}, {"nodeids_sha256": None}])
def test_values_that_are_unknown_on_both_sides_are_not_the_same(unknown, known) -> None:
    other = replace(known, **unknown)
    assert not is_same_work(other, other)


@pytest.mark.parametrize("counter", ["sockets", "subprocesses"])
def test_work_outside_the_process_may_always_have_changed(counter, known) -> None:
    reaching = replace(known, counters={**known.counters, counter: 1})
    assert not is_same_work(reaching, reaching)


def test_unstable_counters_never_show_the_same_work(known) -> None:
    shaky = replace(known, unstable=("opens",))
    assert not is_same_work(shaky, shaky)
