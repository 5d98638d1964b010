"""`collectbench verify` as a process: recording, comparing, exit codes, files."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SUITE = {
    "pytest.ini": "[pytest]\ntestpaths = tests\nmarkers = slow\n",
    "tests/api/test_api.py": (
        "import pytest\n"
        "def test_one(): pass\n"
        "def test_two(): assert 1 == 2\n"
        "@pytest.mark.slow\n"
        "def test_slow(): open('made.txt', 'w').close()\n"
    ),
    "tests/core/test_core.py": "import pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_n(n): pass\n",
}
STATE = Path("baselines", "verify", "main.json")
Verify = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture(scope="module")
def recorded_once(run_cli, plain_python, tmp_path_factory) -> str:
    """A state of the suite as it is written."""
    root = tmp_path_factory.mktemp("recorded")
    for name, text in SUITE.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    done = run_cli("verify", "--record", "--python", plain_python, cwd=root)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, f"recorded {STATE}")
    assert not (root / "made.txt").exists()
    return (root / STATE).read_text()


@pytest.fixture
def suite(write_suite, recorded_once) -> Path:
    """The suite, with its recorded state."""
    return write_suite({**SUITE, str(STATE): recorded_once})


@pytest.fixture
def verify(run_cli, plain_python) -> Verify:
    """Runs the command; returns its exit code and the targets of the document by name."""

    def run(*args: str | Path, cwd: Path) -> tuple[int, dict[str, Any]]:
        done = run_cli("verify", *args, "--python", plain_python, "--format", "json", "-q", cwd=cwd)
        assert done.returncode in (0, 1, 3, 4, 5), done.stderr
        return done.returncode, {target["name"]: target for target in json.loads(done.stdout)["targets"]}

    return run


def ids(changes: list[dict[str, Any]]) -> list[str]:
    return [change["nodeid"].rpartition("::")[2] for change in changes]


def test_the_outcome_of_each_test_is_recorded(recorded_once) -> None:
    document = json.loads(recorded_once)
    outcomes = {test["nodeid"]: test["outcome"] for target in document["targets"] for test in target["tests"]}
    assert outcomes == {
        "tests/api/test_api.py::test_one": "passed",
        "tests/api/test_api.py::test_two": "failed",
        "tests/api/test_api.py::test_slow": "passed",
        **{f"tests/core/test_core.py::test_n[{n}]": "passed" for n in range(3)},
    }
    assert (document["kind"], document["schema"]) == ("collectbench.verification", 1)


def test_tests_that_do_what_they_did_pass_although_some_fail(verify, suite) -> None:
    code, targets = verify(cwd=suite)
    assert (code, {target["verdict"] for target in targets.values()}) == (0, {"pass"})
    assert (targets["tests/api"]["failed"], round(targets["tests/api"]["success_percent"])) == (1, 67)


def test_changes_fail_and_flaky_tests_are_named(verify, suite, tmp_path) -> None:
    flag = tmp_path / "flag"
    (suite / "tests/api/test_api.py").write_text(
        "import pathlib, pytest\n"
        f"FLAG = pathlib.Path({str(flag)!r})\n"
        "def test_one():\n"
        "    there = FLAG.exists()\n"
        "    FLAG.touch()\n"
        "    assert there\n"
        "def test_two(): pass\n"
        "def test_new(): assert 0\n"
    )
    (suite / "tests/core/test_core.py").write_text(
        "import os, pytest\n@pytest.mark.parametrize('n', range(3))\ndef test_n(n):\n"
        "    if n == 0: pytest.skip('why')\n    if n == 1: os._exit(3)\n"
    )
    code, targets = verify("--reruns", "1", cwd=suite)
    api, core = targets["tests/api"], targets["tests/core"]
    assert code == 1
    assert (ids(api["newly_passing"]), ids(api["missing"]), ids(api["new"])) == (
        ["test_two"],
        ["test_slow"],
        ["test_new"],
    )
    assert [(test["nodeid"][-8:], test["runs"]) for test in api["flaky"]] == [("test_one", ["failed", "passed"])]
    assert api["newly_failing"] == []
    assert [(each["nodeid"][-4:], each["now"]) for each in core["newly_failing"]] == [("n[1]", "crashed")]
    assert [(each["nodeid"][-4:], each["now"], each["message"]) for each in core["changed"]] == [
        ("n[0]", "skipped", "why")
    ]
    assert core["passed"] == 1


def test_the_text_says_what_changed_and_how_to_accept_it(run_cli, suite, plain_python) -> None:
    (suite / "tests/core/test_core.py").write_text("def test_n(): raise ValueError('broken')\n")
    done = run_cli("verify", "tests/core", "--reruns", "0", "--python", plain_python, cwd=suite)
    assert done.returncode == 1
    assert "tests/core: missing: 3 (was passed)" in done.stdout
    assert "tests/core: new tests: 1\n  tests/core/test_core.py::test_n\n    failed: ValueError: broken" in done.stdout
    (advised,) = re.findall(r"  \S.* (verify tests/core .*--record)\n", done.stdout.replace("\\\n   ", ""))
    assert "ValueError: broken" in done.stderr
    assert run_cli(*shlex.split(advised), cwd=suite).returncode == 0
    assert run_cli("verify", "tests/core", "--python", plain_python, cwd=suite).returncode == 0


def test_a_choice_is_remembered_and_another_one_is_named(verify, run_cli, suite, plain_python) -> None:
    code, targets = verify("-m", "not slow", cwd=suite)
    assert code == 0
    assert targets["tests/api"]["missing"] == []
    assert "the state holds all tests, and this run chose -m 'not slow'" in targets["tests/api"]["notes"][0]
    done = run_cli("verify", "-m", "not slow", "--record", "--python", plain_python, cwd=suite)
    assert done.returncode == 6
    assert "holds the outcomes of more tests than -m 'not slow'" in done.stderr
    other = ("-m", "not slow", "-k", "one", "--state", "one.json")
    assert run_cli("verify", *other, "--record", "--python", plain_python, cwd=suite).returncode == 0
    code, targets = verify(*other, cwd=suite)
    assert (code, [test["nodeid"][-8:] for test in targets["tests/api"]["tests"]]) == (0, ["test_one"])


def test_markers_and_keywords_of_a_target_are_its_category(verify, suite) -> None:
    (suite / "collectbench.toml").write_text(
        '[targets.slow]\npaths = ["tests"]\nmarkers = "slow"\n'
        '[targets.quick]\npaths = ["tests/api"]\nmarkers = "not slow"\nkeywords = "one"\nenv = { STAGE = "ci" }\n'
    )
    state = ("--state", "categories.json")
    code, targets = verify("--record", *state, cwd=suite)
    found = {name: [test["nodeid"].rpartition("::")[2] for test in each["tests"]] for name, each in targets.items()}
    assert (code, found) == (0, {"slow": ["test_slow"], "quick": ["test_one"]})
    code, targets = verify("quick", "-m", "slow", *state, "--on-inconclusive", "fail", cwd=suite)
    assert (code, targets["quick"]["choice"]["markers"]) == (5, "(not slow) and (slow)")


def test_if_failures_are_expected_all_tests_must_fail_and_pass_later(verify, suite) -> None:
    assert verify("-k", "test_two", "--expect-failures", cwd=suite)[0] == 0  # tests/core is empty, and that is fine
    options = ("tests/api", "-k", "test_two", "--state", "wanted.json")
    assert verify(*options, "--expect-failures", "--record", cwd=suite)[0] == 0
    code, targets = verify(*options, cwd=suite)
    assert (code, targets["tests/api"]["reasons"]) == (1, ["1 test still fails"])
    file = suite / "tests/api/test_api.py"
    file.write_text(file.read_text().replace("1 == 2", "2 == 2"))
    assert verify(*options, cwd=suite)[0] == 0
    code, targets = verify("tests/api", "--expect-failures", cwd=suite)
    assert (code, len(targets["tests/api"]["not_as_expected"])) == (1, 3)


def test_the_least_success_can_be_judged_without_a_state(verify, suite) -> None:
    (suite / STATE).unlink()
    assert verify("tests/api", "--min-success", "60", cwd=suite)[0] == 0
    code, targets = verify("tests/api", "--min-success", "90%", cwd=suite)
    assert (code, targets["tests/api"]["reasons"]) == (1, ["66.7 % succeed, less than 90 %"])


def test_the_first_newly_failing_test_ends_everything_with_fast_fail(verify, suite) -> None:
    file = suite / "tests/api/test_api.py"
    file.write_text(file.read_text().replace("test_one(): pass", "test_one(): assert 0"))
    code, targets = verify("--fast-fail", "--reruns", "0", cwd=suite)
    assert (code, targets["tests/api"]["not_run"], targets["tests/core"]["tests"]) == (1, 2, [])
    assert targets["tests/core"]["reasons"] == ["not run: tests/api/test_api.py::test_one newly fails"]


@pytest.mark.long
def test_the_test_that_hangs_is_named(verify, suite) -> None:
    (suite / "tests/core/test_core.py").write_text(
        "import pytest, time\n@pytest.mark.parametrize('n', range(3))\ndef test_n(n): time.sleep(60 * n)\n"
    )
    code, targets = verify("tests/core", "--timeout", "20s", cwd=suite)
    (change,) = targets["tests/core"]["newly_failing"]
    assert (code, change["now"], targets["tests/core"]["not_run"]) == (1, "timeout", 1)
    assert "while running tests/core/test_core.py::test_n[1]; it hung at tests/core/test_core.py:3" in change["message"]


def test_results_are_exported(run_cli, suite, plain_python) -> None:
    exports = ("--export", "all.xml", "--export", "all.json", "--output", "comment.md")
    done = run_cli("verify", *exports, "--format", "github", "--python", plain_python, cwd=suite)
    assert done.returncode == 0, done.stderr
    cases = {case.get("name"): case for case in ET.parse(suite / "all.xml").iter("testcase")}
    assert cases.keys() == {"test_one", "test_two", "test_slow", "test_n[0]", "test_n[1]", "test_n[2]"}
    failure = cases["test_two"].find("failure")
    assert failure is not None
    assert failure.get("message") == "assert 1 == 2"
    assert cases["test_one"].get("classname") == "tests.api.test_api"
    assert json.loads((suite / "all.json").read_text())["verdict"] == "pass"
    assert "### Verification: pass: 6 tests, no outcome changed" in (suite / "comment.md").read_text()
    assert "pass: 6 tests, no outcome changed" in done.stdout


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"tests/api/conftest.py": "import missing\n"}, 4),
        ({"tests/api/test_api.py": "import missing\n"}, 4),
        ({"tests/api/test_api.py": "", "tests/core/test_core.py": ""}, 5),
    ],
    ids=["conftest", "only errors", "nothing"],
)
def test_what_is_not_collected_has_the_exit_code_of_that(files, code, verify, suite) -> None:
    for name, text in files.items():
        (suite / name).write_text(text)
    assert verify(cwd=suite)[0] == code


def test_a_state_that_cannot_be_used_is_refused_before_any_test_runs(run_cli, suite, plain_python) -> None:
    def refused(*args: str) -> str:
        done = run_cli("verify", "tests/core", "--python", plain_python, *args, cwd=suite)
        assert (done.returncode, done.stdout) == (6, "")
        return str(done.stderr)

    assert "there is no recorded state: other.json; record the outcomes:" in refused("--state", "other.json")
    state = json.loads((suite / STATE).read_text())
    other = {**state, "environment": {**state["environment"], "python": "2.7.18"}}
    (suite / "other.json").write_text(json.dumps(other))
    assert "was recorded in another environment: Python 2.7.18 ->" in refused("--state", "other.json")
    assert "holds the outcomes of another environment" in refused("--state", "other.json", "--record")
    (suite / "other.json").write_text("{")
    assert "not JSON or was cut off" in refused("--state", "other.json")


def test_recording_one_target_keeps_the_others(run_cli, suite, plain_python) -> None:
    (suite / "tests/core/test_core.py").write_text("def test_other(): pass\n")
    done = run_cli("verify", "tests/core", "--record", "--python", plain_python, cwd=suite)
    assert done.returncode == 0, done.stderr
    targets = {target["name"]: target["tests"] for target in json.loads((suite / STATE).read_text())["targets"]}
    assert {name: len(tests) for name, tests in targets.items()} == {"tests/api": 3, "tests/core": 1}


def test_a_target_that_is_not_collected_is_not_recorded(run_cli, suite, plain_python) -> None:
    before = (suite / STATE).read_text()
    (suite / "tests/core/test_core.py").write_text("import missing\n")
    done = run_cli("verify", "--record", "--python", plain_python, cwd=suite)
    assert done.returncode == 4
    assert "not recorded: this could not be collected: tests/core" in done.stderr
    assert (suite / STATE).read_text() == before


def test_all_mistakes_are_told_at_once(run_cli, suite) -> None:
    wrong = (
        "--record",
        "--fast-fail",
        "--on-inconclusive",
        "x",
        "--export",
        "a.txt",
        "--export",
        "no/a.xml",
        "--",
        "-k",
        "one",
    )
    done = run_cli("verify", *wrong, cwd=suite)
    assert done.returncode == 2
    for part in (
        "--fast-fail: --record compares",
        "--on-inconclusive x: give",
        "--export a.txt",
        "--export no/a.xml",
        "-- -k: give -k",
    ):
        assert part in done.stderr


def test_a_dry_run_shows_the_commands(run_cli, suite, child_commands) -> None:
    done = run_cli("verify", "tests/api", "-m", "not slow", "--dry-run", cwd=suite)
    (words,) = child_commands(done.stdout).values()
    ours = ["--maxfail=0", "--continue-on-collection-errors", "tests/api"]
    assert words[3:] == ["outcomes", words[4], "-m", "not slow", *ours]


def test_an_interruption_keeps_the_finished_targets(cli_command, clean_env, suite, plain_python) -> None:
    (suite / "tests/core/test_core.py").write_text("import time\ndef test_n(): time.sleep(60)\n")
    command = cli_command("verify", "tests/api", "tests/core", "--verbose", "--python", plain_python)
    with subprocess.Popen(command, cwd=suite, env=clean_env, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("outcomes"):
                break
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert process.wait(60) == 130
    partial = STATE.with_name("main.partial.json")
    assert f"finished targets are kept in {partial}" in rest
    assert [target["name"] for target in json.loads((suite / partial).read_text())["targets"]] == ["tests/api"]
