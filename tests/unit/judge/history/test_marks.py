"""Marks tell what else changed between two runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from collectbench.judge.history.marks import Marks
from collectbench.model.run import Environment


@pytest.fixture(name="base")
def _base(environment: Environment) -> Environment:
    return replace(environment, distributions={"numpy": "2.1.0", "pytest": "8.3.5", "old": "1.0"})


def marks(base: Environment, **changes: Any) -> tuple[str, ...]:
    return Marks([base, replace(base, **changes)]).between(0, 1)


def test_an_equal_environment_has_no_marks(base: Environment) -> None:
    assert marks(base) == ()


def test_distributions_that_changed_came_or_went_are_marks(base: Environment) -> None:
    assert marks(base, distributions={"numpy": "2.2.0", "pytest": "8.3.5", "new": "3.1"}) == (
        "new 3.1 added",
        "numpy 2.1.0 -> 2.2.0",
        "old 1.0 removed",
    )


@pytest.mark.parametrize(
    ("changes", "mark"),
    [
        ({"pytest": "8.3.6"}, "pytest 8.3.5 -> 8.3.6"),
        ({"python": "3.11.10"}, "Python 3.11.9 -> 3.11.10"),
        ({"plugins": {"pytest-cov": "5.0.0", "xdist": "3.6"}}, "plugin xdist 3.6 added"),
        ({"plugins": {}}, "plugin pytest-cov 5.0.0 removed"),
        ({"bytecode": "disabled"}, "bytecode written -> disabled"),
    ],
)
def test_what_else_runs_is_a_mark(base: Environment, changes: dict[str, Any], mark: str) -> None:
    assert mark in marks(base, **changes)


def test_the_project_itself_with_a_version_for_each_commit_gets_no_marks(base: Environment) -> None:
    environments = [
        replace(base, distributions={"mine": f"1.0.dev{number}", "numpy": "2.1.0" if number < 4 else "2.2.0"})
        for number in range(8)
    ]
    found = Marks(environments)
    assert [found.between(number, number + 1) for number in range(7)] == [
        (),
        (),
        (),
        ("numpy 2.1.0 -> 2.2.0",),
        (),
        (),
        (),
    ]


def test_a_run_is_compared_with_any_earlier_one(base: Environment) -> None:
    upgraded = replace(base, distributions=base.distributions | {"numpy": "2.2.0"})
    found = Marks([base, upgraded, upgraded, base])
    assert found.between(0, 2) == ("numpy 2.1.0 -> 2.2.0",)
    assert found.between(0, 3) == ()
