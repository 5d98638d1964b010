"""`collectbench diagnose` and `collectbench` alone, as processes: what a user types first, and bad input."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from collectbench.model.diagnosis import Diagnosis
from collectbench.store.documents import DIAGNOSIS
from collectbench.store.files import read_document


@pytest.fixture
def quick_diagnosis(plain_python: str) -> tuple[str, ...]:
    return ("--python", plain_python, "--quiet")


def test_a_diagnosis_gives_each_second_of_the_traced_round_one_owner(run_cli, api_and_core, quick_diagnosis) -> None:
    result = run_cli("diagnose", *quick_diagnosis, "--output", "kept.json", "--output", "kept.md", cwd=api_and_core)
    assert (result.returncode, result.stderr) == (0, "")
    kept = json.loads((api_and_core / "kept.json").read_text(encoding="utf-8"))
    jsonschema.validate(kept, json.loads(run_cli("schema", "diagnosis", cwd=api_and_core).stdout))
    diagnosis: Diagnosis = read_document(api_and_core / "kept.json", DIAGNOSIS)
    (target,) = diagnosis.targets
    assert (target.name, target.counts and target.counts.items) == ("suite", 6)
    saved_s = sum(finding.estimated_saving_s for finding in target.findings)
    assert saved_s + sum(row.seconds for row in target.rest) == pytest.approx(target.traced_wall_s, rel=0.03)
    assert "\nsuite: " in result.stdout
    assert (api_and_core / "kept.md").read_text(encoding="utf-8").startswith("<!-- collectbench diagnose -->\n")


def test_without_a_command_the_suite_is_diagnosed(run_cli, api_and_core) -> None:
    result = run_cli(cwd=api_and_core)
    assert result.returncode == 0
    assert "\nsuite: " in result.stdout
    assert "profile\n" in result.stdout.splitlines(keepends=True)[-1]


def test_options_without_a_command_are_refused(run_cli, tmp_path) -> None:
    result = run_cli("--format", "json", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert "--format" in result.stderr


def test_a_directory_without_tests_is_empty_and_not_clean(run_cli, tmp_path) -> None:
    result = run_cli(cwd=tmp_path)
    assert result.returncode == 5
    assert "no tests were collected" in result.stdout
    assert "nothing to save" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("diagnose", "--select", "gc-pases"), "--select gc-pases: there is no such cause; did you mean gc-passes?"),
        (("diagnose", "--explain", "nothing-like-it"), "--explain nothing-like-it: there is no such cause"),
        (("diagnose", "--select", "superlinear"), "--select superlinear: it needs more rounds; add --scaling"),
        (
            ("diagnose", "--scaling", "--ignore", "superlinear"),
            "--scaling: its only cause, superlinear",
        ),
        (("diagnose", "--format", "junit"), "--format junit: only for collectbench compare, lint and verify"),
        (("diagnose", "tests/gone"), "tests/gone"),
        (("profile", "tests/gone"), "tests/gone"),
    ],
)
def test_a_mistake_is_named_before_anything_is_measured(run_cli, api_and_core: Path, arguments, message) -> None:
    result = run_cli(*arguments, cwd=api_and_core)
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr


def test_the_dry_run_shows_the_rounds_of_the_suite_alone(run_cli, api_and_core, quick_diagnosis) -> None:
    result = run_cli("diagnose", *quick_diagnosis, "--dry-run", cwd=api_and_core)
    assert result.returncode == 0
    assert " traced " in result.stdout
    assert "tests/api:" not in result.stdout


def test_a_cause_is_explained_without_a_round(run_cli, tmp_path) -> None:
    result = run_cli("diagnose", "--explain", "gc-passes", cwd=tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("gc-passes: ")
    assert "\nFix:\n" in result.stdout


def test_a_target_that_hangs_is_told_by_its_line(run_cli, project, quick_diagnosis) -> None:
    root = project("bad_endless")
    result = run_cli("diagnose", *quick_diagnosis, "--timeout", "8s", cwd=root)
    assert result.returncode == 4
    assert "it hung at\n  tests/odd/test_odd.py:2 in wait_for_server" in result.stdout
    assert "module-level-compute  tests/odd/test_odd.py:5" in result.stdout


def test_a_target_without_a_trace_does_not_hide_the_others(run_cli, api_and_core, quick_diagnosis) -> None:
    (api_and_core / "collectbench.toml").write_text(
        '[targets.api]\npaths = ["tests/api"]\n'
        '[targets.core]\npaths = ["tests/core"]\nenv = {PYTHONHOME = "/nowhere"}\n',
        encoding="utf-8",
    )
    result = run_cli("diagnose", "api", "core", *quick_diagnosis, "--format", "json", cwd=api_and_core)
    assert result.returncode == 4
    api, core = json.loads(result.stdout)["targets"]
    assert (api["status"], core["status"]) == ("ok", "crashed")
    assert core["message"] == "the process ended with exit code 1 while starting Python"
    assert sum(row["seconds"] for row in core["rest"]) == core["traced_wall_s"]


QUADRATIC = """\
from time import thread_time


def pytest_collection_modifyitems(items):
    end = thread_time() + 0.4 * (len(items) / 40) ** 2
    while thread_time() < end:
        pass
"""


@pytest.mark.long
def test_a_hook_that_grows_with_the_square_of_the_tests_is_found_with_its_exponent(
    run_cli, write_suite, quick_diagnosis
) -> None:
    tests = "".join(f"def test_{number}(): pass\n" for number in range(5))
    files = {f"tests/{folder}/test_{folder}_{number}.py": tests for folder in "ab" for number in range(4)}
    root = write_suite({"pytest.ini": "[pytest]\ntestpaths = tests\n", "conftest.py": QUADRATIC, **files})
    result = run_cli("diagnose", *quick_diagnosis, "--scaling", "--format", "json", "--output", "kept.json", cwd=root)
    assert result.returncode == 0, result.stderr
    (target,) = json.loads(result.stdout)["targets"]
    (found,) = [each for each in target["findings"] if each["cause"] == "superlinear"]
    assert (found["subject"], found["bound"]) == ("pytest_collection_modifyitems in conftest.py", True)
    assert found["locations"][0] == {
        "path": "conftest.py",
        "line": 4,
        "text": "def pytest_collection_modifyitems(items):",
    }
    assert "for 10 items" in found["evidence"][0]
    assert "for 40: grows with the power 2." in found["evidence"][0] or "power 1.9" in found["evidence"][0]
    assert "the power" in run_cli("diagnose", "--from", "kept.json", cwd=root).stdout


def test_too_few_files_for_subsets_are_said_and_do_not_stop_the_diagnosis(
    run_cli, api_and_core, quick_diagnosis
) -> None:
    result = run_cli("diagnose", *quick_diagnosis, "--scaling", "--format", "json", cwd=api_and_core)
    assert result.returncode == 0
    (target,) = json.loads(result.stdout)["targets"]
    why = "growth is unknown: suite has 3 files with tests, and subsets need at least 8"
    assert why in target["notes"]


def test_the_dry_run_shows_the_rounds_on_subsets(run_cli, api_and_core, quick_diagnosis) -> None:
    result = run_cli("diagnose", *quick_diagnosis, "--scaling", "--dry-run", cwd=api_and_core)
    assert result.returncode == 0
    for share in (25, 50, 100):
        assert f"FILES are {share} % of the test files that the first round collects" in result.stdout
    assert result.stdout.count("--continue-on-collection-errors FILES\n") == 3


SLOW_TESTS = """
import pathlib, time

pathlib.Path("made.txt").write_text("by a test")


def test_x(): time.sleep(0.01)


def test_y(): pass
"""


@pytest.fixture
def workers(run_cli, quick_diagnosis):
    """Diagnoses a project with workers, and returns what is known of its only target."""

    def run(cwd: Path, *arguments: str) -> dict:
        result = run_cli("diagnose", *quick_diagnosis, *arguments, "--format", "json", cwd=cwd)
        assert result.returncode == 0, result.stderr
        (target,) = json.loads(result.stdout)["targets"]
        return target

    return run


def test_workers_are_measured_and_the_best_number_follows_from_the_durations_of_a_junit_file(
    run_cli, write_suite, workers
) -> None:
    root = write_suite({"pytest.ini": "[pytest]\n", "tests/test_slow.py": SLOW_TESTS})
    cases = (f'<testcase classname="tests.test_slow" name="test_{name}" time="40"/>' for name in "xy")
    (root / "results.xml").write_text(f"<testsuite>{''.join(cases)}</testsuite>")
    arguments = ("--workers", "2,1000", "--junit", "results.xml", "--output", "kept.json")
    found = workers(root, *arguments)["workers"]
    one, two, many = found["costs"]
    assert [(cost["workers"], cost["basis"], len(cost["barriers_s"])) for cost in (one, two, many)] == [
        (1, "measured", 5), (2, "measured", 5), (1000, "predicted", 0)
    ]  # fmt: skip
    assert two["cpu_s"] > one["cpu_s"]
    assert (one["tests_s"], two["tests_s"], found["best"]) == (80.0, 40.0, 2)
    assert (found["tests"]["tests"], found["tests"]["source"], found["shards"]["single"]["shards"]) == (
        2, "results.xml", 1
    )  # fmt: skip
    assert not (root / "made.txt").exists()
    shown = run_cli("diagnose", "--from", "kept.json", cwd=root).stdout
    assert "Use -n 2, or" in shown
    assert "For collection alone, one process is always best" in shown


def test_durations_come_from_the_outcomes_that_verify_has_recorded(run_cli, write_suite, workers, plain_python) -> None:
    root = write_suite({"pytest.ini": "[pytest]\n", "tests/test_slow.py": SLOW_TESTS})
    assert run_cli("verify", "--record", "--python", plain_python, cwd=root).returncode == 0
    found = workers(root, "--workers", "1")["workers"]
    assert (found["tests"]["source"], found["tests"]["tests"]) == ("baselines/verify/main.json", 2)
    assert 0.01 <= found["tests"]["longest_s"] <= found["tests"]["total_s"]
    assert found["best"] == 1


def test_without_time_no_worker_is_measured_and_that_is_said(workers, api_and_core) -> None:
    target = workers(api_and_core, "--workers", "1,2", "--max-time", "1ms")
    assert "workers" not in target
    assert any(note.startswith("--max-time was reached after 0 of 10 measurements") for note in target["notes"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--workers", "0"), "'0' is not a list of numbers from 1 to 1000; write it like 1,2,4,8"),
        (("--workers", "1,,2"), "'1,,2' is not a list of numbers"),
        (("--junit", "results.xml"), "--junit: durations only tell the best number of workers; add --workers 1,2,4"),
        (("--workers", "2", "--junit", "results.xml"), "--junit results.xml: no such file"),
        (("--workers", "2", "--from", "kept.json"), "--workers: --from shows a stored file"),
    ],
)
def test_workers_that_cannot_be_measured_are_refused(run_cli, tmp_path, arguments, message) -> None:
    result = run_cli("diagnose", *arguments, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert message in result.stderr


def test_the_dry_run_shows_how_many_collections_run_at_the_same_time(run_cli, api_and_core, quick_diagnosis) -> None:
    result = run_cli("diagnose", *quick_diagnosis, "--workers", "1,2,3", "--dry-run", cwd=api_and_core)
    assert result.returncode == 0
    assert "timed: 2 of these at the same time" in result.stdout
    assert "timed: 3 of these at the same time" in result.stdout
    assert "1 of these" not in result.stdout
