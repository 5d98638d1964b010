"""Which differences between environments forbid a comparison, and which only explain it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.environments import (
    DIFFERENCES_SHOWN,
    DifferenceKind,
    Weight,
    differences,
    mismatches,
    shown_differences,
)
from collectbench.model.run import Environment


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"python": "3.12.1"}, ("Python 3.11.9 -> 3.12.1",)),
        ({"implementation": "PyPy"}, ("implementation CPython -> PyPy",)),
        ({"pytest": "9.0.1"}, ("pytest 8.3.5 -> 9.0.1",)),
        ({"bytecode": "disabled"}, ("bytecode written -> disabled",)),
        ({"cpu_model": ""}, ("CPU Model A -> unknown",)),
        (
            {"python": "3.9.0", "cpu_model": "Model B"},
            ("Python 3.11.9 -> 3.9.0", "CPU Model A -> Model B"),
        ),
    ],
)
def test_a_mismatch_is_named_with_both_values(
    changes: dict[str, str], expected: tuple[str, ...], environment: Environment
) -> None:
    assert mismatches(environment, replace(environment, **changes)) == expected  # type: ignore[arg-type]


def test_where_pytest_starts_matters_and_its_configuration_file_is_shown(environment: Environment) -> None:
    base = replace(environment, started_in=".", pytest_config="")
    head = replace(environment, started_in="services/api", pytest_config="pytest.ini")
    assert mismatches(base, head) == ("directory in which pytest starts: . -> services/api",)
    assert shown_differences(base, head) == ("configuration of pytest: none -> pytest.ini",)


def test_a_file_that_does_not_say_where_pytest_started_may_be_compared(environment: Environment) -> None:
    head = replace(environment, started_in="services/api", pytest_config="pytest.ini")
    assert differences(environment, head) == differences(head, environment) == ()


def test_a_difference_that_does_not_matter_is_shown_with_both_values(environment: Environment) -> None:
    other = replace(
        environment,
        python="3.11.2",
        platform="Linux 6",
        cpu_count=64,
        plugins={},
        flags={"PYTHONHASHSEED": "0", "PYTEST_THEME": ""},
    )
    assert mismatches(environment, other) == ()
    assert shown_differences(environment, other) == (
        "Python 3.11.9 -> 3.11.2",
        "number of CPUs 2 -> 64",
        "platform Linux -> Linux 6",
        "PYTEST_THEME unset -> empty",
        "PYTHONHASHSEED unset -> 0",
        "plugin pytest-cov 5.0.0 removed",
    )


def test_another_processor_only_forbids_comparing_times(environment: Environment) -> None:
    other = replace(environment, cpu_model="Model B", cpu_count=1, platform="macOS", pytest="9")
    weights = [(difference.weight, difference.kind) for difference in differences(environment, other)]
    assert weights == [
        (Weight.FORBIDS, DifferenceKind.SOFTWARE),
        (Weight.FORBIDS_TIMES, DifferenceKind.MACHINE),
        (Weight.SHOWN, DifferenceKind.MACHINE),
        (Weight.SHOWN, DifferenceKind.MACHINE),
    ]


def test_added_removed_and_changed_plugins_are_listed_by_name(environment: Environment) -> None:
    base = replace(environment, plugins={"pytest-b": "1", "pytest-c": "1", "same": "1"})
    head = replace(environment, plugins={"same": "1", "pytest-c": "2", "pytest-a": "3"})
    assert shown_differences(base, head) == (
        "plugin pytest-a 3 added",
        "plugin pytest-b 1 removed",
        "plugin pytest-c 1 -> 2",
    )


def test_distributions_that_are_plugins_are_listed_only_once(environment: Environment) -> None:
    base = replace(environment, distributions={"numpy": "1", "six": "1", "pytest": "8.3.5", "pytest-cov": "5.0.0"})
    head = replace(
        environment,
        pytest="9",
        plugins={"Pytest_Cov": "6"},
        distributions={"numpy": "2", "attrs": "3", "pytest": "9", "pytest-cov": "6"},
    )
    assert shown_differences(base, head) == (
        "plugin Pytest_Cov 6 added",
        "plugin pytest-cov 5.0.0 removed",
        "distribution attrs 3 added",
        "distribution numpy 1 -> 2",
        "distribution six 1 removed",
    )


def test_distributions_are_not_compared_if_one_side_did_not_list_them(environment: Environment) -> None:
    assert shown_differences(environment, replace(environment, distributions={"numpy": "2"})) == ()


def test_differences_beyond_the_first_are_counted(environment: Environment) -> None:
    base = replace(environment, distributions={f"d{number:02}": "1" for number in range(30)})
    head = replace(environment, distributions=dict.fromkeys(base.distributions, "2"))
    *shown, rest = shown_differences(base, head)
    assert shown == [f"distribution d{number:02} 1 -> 2" for number in range(DIFFERENCES_SHOWN)]
    assert rest == "and 22 more differences between the environments"


def test_equal_environments_do_not_differ(environment: Environment) -> None:
    assert differences(environment, environment) == ()


@pytest.mark.parametrize(
    ("base", "head", "expected"),
    [
        (None, ("coverage (sys.settrace)",), ("tracing or profiling none -> coverage (sys.settrace)",)),
        (("coverage (sys.settrace)",), (), ("tracing or profiling coverage (sys.settrace) -> none",)),
        (("coverage (sys.settrace)",), None, ()),
        ((), None, ()),
        (None, (), ()),
    ],
    ids=["begun", "ended", "not yet known", "nothing known", "an old file"],
)
def test_times_under_coverage_are_not_compared_with_others(base, head, expected, environment) -> None:
    sides = (replace(environment, tools=tools) for tools in (base, head))
    assert mismatches(*sides) == expected


@pytest.mark.parametrize("name", ["COVERAGE_PROCESS_START", "PYTHONTRACEMALLOC", "PYTHONDEVMODE"])
def test_variables_that_make_everything_slower_forbid_a_comparison(name, environment) -> None:
    base, head, empty = (replace(environment, flags=flags) for flags in ({}, {name: "1"}, {name: ""}))
    assert mismatches(base, head) == (f"{name} unset -> 1",)
    assert mismatches(base, empty) == ()
