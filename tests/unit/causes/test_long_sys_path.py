from __future__ import annotations

from os import pathsep

import pytest

from collectbench.causes.long_sys_path import CAUSE
from collectbench.causes.surroundings import Surroundings
from made_evidence import collected, evidence, findings, imported

WITHIN = imported(0, -1, "libpackage.part", 0.01, find_s=0.001)


def top(index: int, name: str, find_s: float, **fields: object):
    return imported(index, -1, name, 0.1, find_s=find_s, **fields)


def test_time_to_find_modules_beyond_what_is_usual_is_saved() -> None:
    around = Surroundings(settings={"pythonpath": [f"entry_{number}" for number in range(30)]})
    frames = (WITHIN, top(1, "app", 0.053), top(2, "other", 0.053), top(3, "first", 0.002))
    (found,) = findings(CAUSE, evidence(imports=frames, fields={"surroundings": around}))
    assert (found.subject, found.estimated_saving_s) == ("pythonpath", pytest.approx(0.1))


def test_a_variable_with_many_directories_is_named() -> None:
    variables = {"PYTHONPATH": pathsep.join(f"/entry/{number}" for number in range(30))}
    (found,) = findings(CAUSE, evidence(imports=(WITHIN, top(1, "app", 0.1)), fields={"variables": variables}))
    assert found.subject == "PYTHONPATH"


def test_directories_of_test_files_that_pytest_adds_count() -> None:
    paths = [f"tests/part_{number}/test_{number}.py" for number in range(25)]
    frames = tuple(
        top(number + 1, f"test_{number}", 0.01, path=f"/project/{path}") for number, path in enumerate(paths)
    )
    collectors = tuple(collected(number + 50, -1, path) for number, path in enumerate(paths))
    (found,) = findings(CAUSE, evidence(imports=(WITHIN, *frames), collectors=collectors))
    assert (found.subject, found.estimated_saving_s) == ("test directories", pytest.approx(25 * 0.007))
    assert "--import-mode=importlib" in found.fix


def test_slow_searches_in_few_directories_have_another_cause() -> None:
    assert not findings(CAUSE, evidence(imports=(WITHIN, top(1, "app", 0.5))))


def test_many_directories_that_cost_nothing_are_silent() -> None:
    around = Surroundings(settings={"pythonpath": " ".join(f"entry_{number}" for number in range(30))})
    assert not findings(CAUSE, evidence(imports=(WITHIN, top(1, "app", 0.003)), fields={"surroundings": around}))
