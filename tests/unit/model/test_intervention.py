"""Interventions as values: alone, and several at once."""

from __future__ import annotations

import pytest

from collectbench.model.intervention import NOTHING, ConflictError, Intervention, together


def test_all_changes_are_made_at_once_and_the_same_one_once() -> None:
    one = Intervention(pytest_args=("-x",), env={"A": "1"}, actions=(("collector", "kept"),), served={"/a.py": b"a"})
    other = Intervention(pytest_args=("-y",), env={"A": "1", "B": None}, actions=(("collector", "kept"),))
    assert together([one, other, NOTHING]) == Intervention(
        pytest_args=("-x", "-y"),
        env={"A": "1", "B": None},
        actions=(("collector", "kept"),),
        served={"/a.py": b"a"},
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Intervention(served={"/a.py": b"a"}), Intervention(served={"/a.py": b"b"})),
        (Intervention(env={"A": "1"}), Intervention(env={"A": None})),
        (Intervention(paths=("a",)), Intervention(paths=("b",))),
        (Intervention(python=("a",)), Intervention(python=("b",))),
    ],
    ids=["two sources for one file", "two values of a variable", "other paths", "two interpreters"],
)
def test_two_interventions_that_contradict_each_other_do_not_go_together(one, other) -> None:
    with pytest.raises(ConflictError):
        together([one, other])


def test_an_argument_that_one_of_them_drops_is_dropped() -> None:
    one, other = Intervention(user_args=("-p", "a")), Intervention(user_args=("-p", "b"))
    assert together([one, other]).user_args == ("-p",)
    assert together([NOTHING, one]).user_args == ("-p", "a")
    assert together([one, NOTHING]).user_args == ("-p", "a")


def test_paths_and_interpreters_of_one_are_those_of_all() -> None:
    one, other = Intervention(paths=("a",), python_args=("-S",)), Intervention(python=("p",), python_args=("-S",))
    for pair in ([one, other], [other, one], [one, one, other]):
        assert together(pair) == Intervention(paths=("a",), python=("p",), python_args=("-S",))
