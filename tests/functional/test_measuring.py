"""The contents of a run and the messages about it, whichever command measured it."""

from __future__ import annotations

import json

import pytest


def test_a_directory_called_suite_is_measured_beside_the_suite(run_cli, write_suite, plain_python) -> None:
    test = "def test_it(): pass\n"
    root = write_suite({"pytest.ini": "[pytest]\n", "suite/test_s.py": test, "other/test_o.py": test})
    options = ("--python", plain_python, "--no-counters", "--rounds", "1", "--warmup", "0", "--format", "json")
    run = json.loads(run_cli("baseline", *options, cwd=root).stdout)
    items = {target["name"]: target["counts"]["items"] for target in run["targets"]}
    assert (items, run["suite"]["counts"]["items"]) == ({"./suite": 1, "other": 1}, 2)
    run = json.loads(run_cli("baseline", "--name", "part", "suite", *options, cwd=root).stdout)
    assert ([target["name"] for target in run["targets"]], run["suite"]) == (["./suite"], None)


@pytest.mark.parametrize("selection", [("--no-suite",), ("tests/api",)])
def test_a_run_without_suite_holds_the_arguments_behind_the_dashes(run_cli, api_and_core, quick, selection) -> None:
    (api_and_core / "collectbench.toml").write_text('pytest-args = ["-p", "no:doctest"]\n')
    result = run_cli("baseline", *selection, *quick, "--format", "json", "--", "-k", "one", cwd=api_and_core)
    assert json.loads(result.stdout)["config"]["pytest_args"] == ["-p", "no:doctest", "-k", "one"]


@pytest.mark.parametrize("option", ["--no-progress", "-q"])
def test_the_output_of_pytest_is_shown_also_in_ci_and_without_its_colours(run_cli, api_and_core, quick, option) -> None:
    (api_and_core / "tests" / "api" / "test_broken.py").write_text("import no_such_module_here\n")
    result = run_cli("baseline", *quick, option, "--format", "json", "--", "--color=yes", cwd=api_and_core)
    assert "ModuleNotFoundError: No module named 'no_such_module_here'" in result.stderr
    assert "x1b[" not in result.stderr
    (message,) = (target["message"] for target in json.loads(result.stdout)["targets"] if target["message"])
    assert message == (
        "1 collection error: tests/api/test_broken.py: ModuleNotFoundError: No module named 'no_such_module_here'"
    )
