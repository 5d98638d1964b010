from __future__ import annotations

from collectbench.attribution.unstable_ids import UnstableIds, unstable_ids


def test_equal_rounds_have_no_unstable_ids_even_in_another_order() -> None:
    assert unstable_ids(["a.py::f[1]", "a.py::f[2]"], ["a.py::f[2]", "a.py::f[1]"]) == ()


def test_a_parameter_that_changes_names_its_function_and_both_values() -> None:
    first = ["a.py::f[one-x]", "a.py::f[stable]", "a.py::f[two-x]", "a.py::g"]
    second = ["a.py::f[stable]", "a.py::f[three-x]", "a.py::f[four-x]", "a.py::g"]
    assert unstable_ids(first, second) == (UnstableIds(nodeid="a.py::f", differing=2, first="one-x", second="three-x"),)


def test_brackets_in_parameters_stay() -> None:
    (found,) = unstable_ids(["a.py::C::f[a[0]]"], ["a.py::C::f[a[1]]"])
    assert (found.nodeid, found.first, found.second) == ("a.py::C::f", "a[0]", "a[1]")


def test_a_test_that_only_one_round_has_is_no_unstable_parameter() -> None:
    assert unstable_ids(["a.py::f[1]", "a.py::g"], ["a.py::h[1]", "a.py::g2"]) == ()
