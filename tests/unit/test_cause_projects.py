"""scripts/cause_projects: what scripts/causes.py plants."""

from __future__ import annotations

import pytest

from cause_projects import PROJECTS
from collectbench.causes import CAUSES

IN_EVERY_PROJECT = {"gc-passes", "final-gc"}


def test_each_cause_is_planted_but_those_that_are_in_every_project() -> None:
    assert {each.cause for each in PROJECTS} == {cause.id for cause in CAUSES} - IN_EVERY_PROJECT


@pytest.mark.parametrize("planted", PROJECTS, ids=lambda planted: planted.cause)
def test_a_look_alike_differs_from_the_project(planted) -> None:
    pairs = [
        (planted.files, planted.alike),
        *((getattr(planted, name), getattr(planted, f"alike_{name}")) for name in ("ini", "env", "launcher")),
    ]
    is_changed = any(other is not None and each != other for each, other in pairs)
    assert is_changed or planted.runs_alike_before


def test_a_project_is_written_with_its_configuration_and_without_that_of_the_look_alike(tmp_path) -> None:
    planted = next(each for each in PROJECTS if each.cause == "xdist-multiplied")
    planted.write(tmp_path / "project", alike=False)
    planted.write(tmp_path / "alike", alike=True)
    texts = [(tmp_path / name / "pyproject.toml").read_text() for name in ("project", "alike")]
    assert ["-n 4" in text for text in texts] == [True, False]
