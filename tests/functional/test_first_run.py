"""`collectbench compare --save-if-missing`: the first run becomes the baseline of the second."""

from __future__ import annotations

import json

import pytest

NOTE = "not compared: no baseline; saved as {path}: commit or cache it"


def test_a_first_run_is_saved_and_the_second_is_compared_with_it(run_cli, api_and_core, quick) -> None:
    command = ("compare", "--save-if-missing", *quick, "--format", "json")
    first = run_cli(*command, cwd=api_and_core)
    comparison = json.loads(first.stdout)
    assert (first.returncode, comparison["verdict"], comparison["baseline"]) == (0, "pass", None)
    assert comparison["notes"][0] == NOTE.format(path="baselines/main.json")
    saved = (api_and_core / "baselines" / "main.json").read_bytes()
    assert "about 3 rounds; the first ones tell how long they take\n" in first.stderr
    second = run_cli(*command, cwd=api_and_core)
    assert "about 3 rounds, about " in second.stderr  # the baseline tells
    assert json.loads(second.stdout)["baseline"] == "main"
    assert (api_and_core / "baselines" / "main.json").read_bytes() == saved


def test_a_first_run_is_judged_by_the_budgets_and_saved_although_one_fails(run_cli, api_and_core, quick) -> None:
    (api_and_core / "collectbench.toml").write_text("[targets.api]\npaths = ['tests/api']\nmin-items = 3\n")
    command = ("compare", "--save-if-missing", "--baseline", "stored/release.json", *quick)
    result = run_cli(*command, "--format", "github", cwd=api_and_core)
    assert result.returncode == 1
    assert "min-items: items: 2, minimum 3" in result.stdout
    assert NOTE.format(path="stored/release.json") in result.stdout
    assert (api_and_core / "stored" / "release.json").is_file()


def test_a_run_with_a_failed_target_does_not_become_the_baseline(run_cli, api_and_core, quick) -> None:
    (api_and_core / "tests" / "api" / "conftest.py").write_text("raise RuntimeError('broken')\n")
    result = run_cli("compare", "--save-if-missing", *quick, "--format", "json", cwd=api_and_core)
    assert result.returncode == 4
    (note,) = (note for note in json.loads(result.stdout)["notes"] if "no baseline" in note)
    assert note == "not compared: no baseline; not saved, since this could not be collected: tests/api"
    assert not list((api_and_core / "baselines").glob("*.json"))


def test_a_run_in_which_nothing_was_collected_does_not_become_a_baseline(run_cli, write_suite, quick) -> None:
    root = write_suite({"pytest.ini": "[pytest]\ntestpaths = tests\n", "tests/test_none.py": "VALUE = 1\n"})
    compared = run_cli("compare", "--save-if-missing", *quick, "--format", "json", cwd=root)
    assert compared.returncode == 5
    assert json.loads(compared.stdout)["notes"][0] == ("not compared: no baseline; not saved: nothing was collected")
    measured = run_cli("baseline", *quick, cwd=root)
    assert measured.returncode == 5
    assert "not saved: nothing was collected" in measured.stderr
    assert not list((root / "baselines").glob("*.json"))


def test_without_the_option_a_missing_baseline_still_ends_with_6(run_cli, api_and_core, quick) -> None:
    result = run_cli("compare", *quick, cwd=api_and_core)
    assert (result.returncode, result.stdout) == (6, "")
    assert "there is no baseline 'main'" in result.stderr
    assert "--save-if-missing" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--run", "head.json"), "--run: --save-if-missing measures"),
        (("--budgets-only",), "--budgets-only: --save-if-missing measures"),
        (("--shard", "1/2"), "--shard: --save-if-missing saves whole runs"),
        (("--against", "main"), "--save-if-missing: --against measures both sides"),
        (("base.json", "head.json"), "--save-if-missing: the second of two files is compared with the first"),
        (("--baseline", "stored/main.txt"), "give a name, or a file that ends in .json"),
    ],
)
def test_what_cannot_become_a_baseline_is_refused(run_cli, api_and_core, arguments, words) -> None:
    result = run_cli("compare", *arguments, "--save-if-missing", cwd=api_and_core)
    assert (result.returncode, result.stdout) == (2, "")
    assert words in result.stderr
