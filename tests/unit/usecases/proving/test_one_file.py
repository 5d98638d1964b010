"""The file that runs alone, and the arguments with which tests run in one process."""

from __future__ import annotations

import pytest

from collectbench.usecases.proving.net import one_file, serial

IDS = ("a.py::t", "a.py::u", "b.py::t", "c.py::t")


@pytest.mark.parametrize(
    ("changed", "moved_into", "file"),
    [
        (("a.py", "b.py"), "a.py::t", "b.py"),
        (("a.py", "b.py"), "", "a.py"),
        (("a.py",), "a.py::t", "b.py"),
        ((), "", "a.py"),
        (("c.py",), "a.py::t", "c.py"),
    ],
)
def test_a_changed_file_without_the_test_that_pays_runs_alone(changed, moved_into: str, file: str) -> None:
    assert one_file(IDS, changed, moved_into) == file


def test_the_only_affected_file_runs_alone_also_if_it_pays() -> None:
    assert one_file(("a.py::t",), ("a.py",), "a.py::t") == "a.py"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(("-q", "-n", "4"), ("-n0",)), (("-nauto",), ("-n0",)), (("--numprocesses=2",), ("-n0",)), (("--no-cov",), ())],
)
def test_tests_run_in_one_process(arguments, expected) -> None:
    assert serial(arguments) == expected
