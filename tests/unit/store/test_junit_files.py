"""Durations of tests in JUnit XML."""

from __future__ import annotations

import pytest

from collectbench.model.errors import UsageError
from collectbench.store.junit_files import read_junit_times


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        file = tmp_path / "results.xml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_junit_times(file)

    return read_text


def suite(*cases: str) -> str:
    return f'<?xml version="1.0"?><testsuites><testsuite name="pytest">{"".join(cases)}</testsuite></testsuites>'


def case(name: str, time: str | None = "0.5", classname: str = "tests.test_a", more: str = "") -> str:
    seconds = "" if time is None else f' time="{time}"'
    return f'<testcase classname="{classname}" name="{name}"{seconds}{more}/>'


def test_each_case_is_a_test_with_its_seconds(read) -> None:
    first, second = read(suite(case("test_x", "1.25"), case("test_y[a&amp;b]", "0")))
    assert (first.name, first.file, first.seconds) == ("tests.test_a::test_x", "tests.test_a", 1.25)
    assert (second.name, second.seconds) == ("tests.test_a::test_y[a&b]", 0.0)


def test_a_lone_suite_is_enough_and_a_file_may_be_named(read) -> None:
    named = case("test_x", more=' file="tests/test_a.py"')
    (test,) = read(f"<testsuite>{named}</testsuite>")
    assert test.file == "tests/test_a.py"


def test_the_cases_of_one_test_count_together(read) -> None:
    (test,) = read(suite(case("test_x", "0.5"), case("test_x", "0.25")))
    assert test.seconds == 0.75


def test_thousands_may_be_grouped(read) -> None:
    (test,) = read(suite(case("test_x", "1,234.5")))
    assert test.seconds == 1234.5


@pytest.mark.parametrize("time", [None, "", "fast", "nan", "inf", "-1"])
def test_a_case_without_a_possible_time_is_refused_by_name(read, time) -> None:
    with pytest.raises(UsageError, match=r"needs a time in seconds; there is none of tests\.test_a::test_y"):
        read(suite(case("test_x"), case("test_y", time)))


def test_of_many_cases_without_a_time_a_few_are_named(read) -> None:
    with pytest.raises(UsageError, match=r"test_0, tests\.test_a::test_1, tests\.test_a::test_2 and 5 more"):
        read(suite(*(case(f"test_{index}", None) for index in range(8))))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is not XML or was cut off: no element found .line 1, column 1."),
        ("plain text", "is not XML or was cut off: syntax error .line 1, column 1."),
        (suite(case("test_x"))[:-5], "is not XML or was cut off: .*line 1"),
        (b'<testsuite name="\xff"/>', "is not XML or was cut off: not well-formed"),
        ("<html/>", "is not JUnit XML: its root is <html>, not <testsuites> or <testsuite>"),
        (suite(), "has no tests; write it in a run that runs some"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><testsuite/>', "has a document type, which no test runner writes"),
    ],
)
def test_another_file_is_refused_with_the_reason(read, text, message) -> None:
    with pytest.raises(UsageError, match=f"results.xml {message}"):
        read(text)


def test_a_missing_file_is_told_with_the_way_to_write_it(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"missing\.xml: no such file; write one with pytest --junit-xml="):
        read_junit_times(tmp_path / "missing.xml")


def test_a_directory_is_not_a_file(tmp_path) -> None:
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        read_junit_times(tmp_path)
