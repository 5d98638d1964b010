"""`collectbench doctor`, as a process: what it looks at, measures and leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess

import jsonschema
import pytest


def test_a_machine_is_examined_and_a_target_compared_with_itself(run_cli, api_and_core, plain_python) -> None:
    before = sorted(api_and_core.rglob("*"))
    options = ("--python", plain_python, "--rounds", "2", "--warmup", "0", "--format", "json")
    result = run_cli("doctor", "tests/core", *options, cwd=api_and_core)
    assert result.returncode == 0, result.stderr
    checkup = json.loads(result.stdout)
    jsonschema.validate(checkup, json.loads(run_cli("schema", "doctor", cwd=api_and_core).stdout))
    conditions = {each["name"]: each["condition"] for each in checkup["examinations"]}
    assert len(conditions) == len(checkup["examinations"]) > 10
    assert (conditions["bytecode"], conditions["clock"]) == ("ok", "ok")
    compared = checkup["self_comparison"]
    assert (compared["target"], compared["pairs"], compared["relabellings"]) == ("tests/core", 2, 0)
    assert [sample["pair"] for sample in compared["samples"]] == [0, 0, 1, 1]
    assert all(sample["reference"] for sample in compared["samples"])
    assert "--rounds 10" in compared["advice"][0]
    after = [path for path in sorted(api_and_core.rglob("*")) if "__pycache__" not in path.parts]
    assert after == before


def test_without_a_target_to_measure_only_the_machine_is_examined(run_cli, api_and_core, plain_python) -> None:
    result = run_cli("doctor", "--no-aa", "--python", plain_python, cwd=api_and_core)
    assert (result.returncode, result.stderr) == (0, "")
    assert "ok: clock: CLOCK_MONOTONIC resolves" in result.stdout
    assert "A/A" not in result.stdout


def test_what_would_do_nothing_is_refused_all_at_once(run_cli, api_and_core) -> None:
    result = run_cli("doctor", "tests/api", "--no-aa", "--rounds", "5", "--format", "html", cwd=api_and_core)
    assert result.returncode == 2
    for option in ("TARGET", "--rounds", "--format html"):
        assert option in result.stderr


def test_the_commands_of_the_first_target_can_be_read(run_cli, api_and_core, plain_python) -> None:
    result = run_cli("doctor", "--dry-run", "--python", plain_python, cwd=api_and_core)
    assert result.returncode == 0
    assert result.stdout.count("runner.py") == 1
    assert "tests/api" in result.stdout


@pytest.mark.parametrize(
    ("name", "code", "word"), [("bad_segfaults", 4, "crashed"), ("config_pytest_ini", 5, "no test was collected")]
)
def test_a_target_that_cannot_be_collected_is_said(name, code, word, project, run_cli, plain_python) -> None:
    root, options = project(name), ("--python", plain_python, "--rounds", "2", "--warmup", "0")
    extra = ("tests/odd",) if code == 4 else ("--", "-k", "nothing")
    result = run_cli("doctor", *options, *extra, cwd=root)
    assert result.returncode == code, result.stderr
    assert word in result.stdout


def test_an_interruption_leaves_nothing_running(cli_command, clean_env, write_suite, plain_python) -> None:
    root = write_suite({"test_slow.py": "import time, pathlib\npathlib.Path('made').touch()\ntime.sleep(30)\n"})
    argv = cli_command("doctor", "--python", plain_python)
    with subprocess.Popen(argv, cwd=root, env=clean_env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while not (root / "made").exists():
            assert process.poll() is None
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, words = process.communicate(timeout=30)
    assert process.returncode == 130, words
    assert b"interrupted" in words
    assert not (root / "made").exists()
