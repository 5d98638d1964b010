"""A part whose tests are not those that the suite collects is named, with the likely reason."""

from __future__ import annotations

import pytest

from collectbench.judge.other_tests import differing_parts
from collectbench.model.collected import Collected

A, B = "tests/a/test_a.py", "tests/b/test_b.py"
SAME = {A: (3, "1"), B: (2, "2")}


@pytest.fixture(scope="session", name="notes")
def _notes(result):
    def make(suite, **parts):
        targets = [(result(name=f"tests/{name}", paths=(f"tests/{name}",)), part) for name, part in parts.items()]
        return list(differing_parts(suite, targets))

    return make


def test_parts_that_hold_the_tests_of_the_suite_are_not_worth_a_word(notes) -> None:
    assert notes(Collected(files=SAME), a=Collected(files={A: SAME[A]}), b=Collected(files={B: SAME[B]})) == []


def test_the_same_number_of_other_ids_is_noted_with_the_configuration_files(notes) -> None:
    suite = Collected(files=SAME, inifile="pytest.ini")
    part = Collected(files={A: (3, "9")}, inifile="tests/a/pytest.ini")
    assert notes(suite, a=part) == [
        (
            f"tests/a: the suite collects other tests of it: {A} has other ids (3 each); "
            "pytest reads tests/a/pytest.ini here and pytest.ini in the suite"
        )
    ]


def test_a_conftest_that_sees_all_tests_and_that_only_the_suite_loads_is_named_before_others(notes) -> None:
    conftests = {"conftest.py": True, "tests/b/conftest.py": True, "tests/c/conftest.py": False}
    suite = Collected(files={A: (1, "9"), B: SAME[B]}, conftests=conftests)
    part = Collected(files={A: SAME[A]}, conftests={"conftest.py": True})
    assert notes(suite, a=part) == [
        (
            f"tests/a: the suite collects other tests of it: {A} has 3 here and 1 in the suite; "
            "only the suite loads tests/b/conftest.py"
        )
    ]


def test_files_that_a_side_lacks_count_as_well_and_no_reason_is_invented(notes) -> None:
    suite = Collected(files={B: SAME[B], "tests/a/test_more.py": (1, "1")})
    (note,) = notes(suite, a=Collected(files={A: SAME[A]}))
    assert note.endswith(f"{A} has 3 here and 0 in the suite, and 1 more files")


def test_many_conftests_are_counted(notes) -> None:
    conftests = {f"tests/{letter}/conftest.py": False for letter in "bcdef"}
    (note,) = notes(Collected(files={}, conftests=conftests), a=Collected(files={A: SAME[A]}))
    named = ", ".join(f"tests/{letter}/conftest.py" for letter in "bcd")
    assert note.endswith(f"only the suite loads {named} and 2 more")


def test_a_file_that_two_parts_share_is_not_compared(notes, result) -> None:
    halves = [(result(name=name, paths=(A,)), Collected(files={A: (1, name)})) for name in "xy"]
    assert list(differing_parts(Collected(files={A: (2, "1")}), halves)) == []
