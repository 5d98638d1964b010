"""Which differences between environments forbid a comparison, and which only explain it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.environments import mismatches, plugin_changes
from collectbench.model.run import Environment


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"python": "3.12.1"}, ("Python 3.11.9 then, 3.12.1 now",)),
        ({"implementation": "PyPy"}, ("implementation CPython then, PyPy now",)),
        ({"pytest": "9.0.1"}, ("pytest 8.3.5 then, 9.0.1 now",)),
        ({"bytecode": "disabled"}, ("bytecode written then, disabled now",)),
        ({"cpu_model": ""}, ("CPU Model A then, unknown now",)),
        (
            {"python": "3.9.0", "cpu_model": "Model B"},
            ("Python 3.11.9 then, 3.9.0 now", "CPU Model A then, Model B now"),
        ),
    ],
)
def test_what_matters_is_named_with_both_values(
    changes: dict[str, str], expected: tuple[str, ...], environment: Environment
) -> None:
    assert mismatches(environment, replace(environment, **changes)) == expected  # type: ignore[arg-type]


def test_what_does_not_matter_is_no_mismatch(environment: Environment) -> None:
    other = replace(
        environment,
        python="3.11.2",
        platform="Linux 6",
        cpu_count=64,
        plugins={},
        flags={"PYTHONHASHSEED": "0"},
    )
    assert mismatches(environment, other) == ()


def test_plugins_that_came_went_or_changed_are_listed_by_name(environment: Environment) -> None:
    base = replace(environment, plugins={"pytest-b": "1", "pytest-c": "1", "same": "1"})
    head = replace(environment, plugins={"same": "1", "pytest-c": "2", "pytest-a": "3"})
    assert plugin_changes(base, head) == (
        "plugin pytest-a 3 added",
        "plugin pytest-b 1 removed",
        "plugin pytest-c 1 then, 2 now",
    )


def test_equal_plugins_are_no_change(environment: Environment) -> None:
    assert plugin_changes(environment, environment) == ()
