"""Waits, seen by whole commands: CPU time shows none of them."""

from __future__ import annotations

import json
import re
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells waiting from queueing")

FAST = ("--no-progress", "--format", "json", "--warmup", "0", "--no-suite")
WAIT = "import time\ntime.sleep(0.3)\n"
CALL = 'import subprocess\nsubprocess.run(["sleep", "0.3"])\n'


@pytest.fixture
def compared(repo, run_cli, plain_python, git_env):
    """Compares the working tree with HEAD; returns the exit code and the one target of the comparison."""

    def run(*args: str):
        done = run_cli(
            "compare", "--against", "HEAD", "--python", plain_python, *FAST, *args, cwd=repo.root, env=git_env
        )
        assert done.stdout, done.stderr
        (target,) = json.loads(done.stdout)["targets"]
        return done.returncode, target

    return run


@pytest.mark.long
def test_a_wait_that_head_adds_fails_and_names_its_line(repo, compared) -> None:
    repo.write("tests/conftest.py", "# waits for nothing\n")
    repo.commit("a conftest")
    repo.write("tests/conftest.py", WAIT)
    code, target = compared("tests", "--rounds", "9")  # as few as decide on CPU time and waits together
    waits = target["waits"]
    assert (code, target["verdict"], waits["verdict"]) == (1, "fail", "fail"), target
    assert waits["growth_s"] > 0.29
    assert waits["locations"][0] | {"growth_s": 0.3} == {
        "path": "tests/conftest.py",
        "line": 2,
        "growth_s": 0.3,
        "operation": "",
        "more": 0,
    }
    (reason,) = (reason for reason in target["reasons"] if reason.startswith("waits +"))
    assert "at tests/conftest.py:2" in reason


def test_a_process_that_head_starts_fails_with_its_command_and_its_line(repo, compared) -> None:
    repo.write("tests/conftest.py", "import subprocess\n")
    repo.commit("a conftest")
    repo.write("tests/conftest.py", CALL)
    code, target = compared("tests", "--rounds", "1")
    assert (code, target["verdict"]) == (1, "fail"), target
    (reason,) = (reason for reason in target["reasons"] if "subprocess" in reason)
    assert re.match(r"\+1 subprocess \(0 -> 1\), sleep 0\.3 at tests/conftest\.py:2 \(waited \d+ ms\)", reason)


@pytest.mark.long
def test_a_stored_comparison_judges_waits_too(write_suite, run_cli, plain_python) -> None:
    root = write_suite({"tests/conftest.py": "import time\n", "tests/test_a.py": "def test_a(): pass\n"})
    measured = ("tests", "--python", plain_python, "--rounds", "3", *FAST)
    assert run_cli("baseline", *measured, cwd=root).returncode == 0
    (root / "tests" / "conftest.py").write_text(WAIT)
    done = run_cli("compare", *measured, cwd=root)
    (target,) = json.loads(done.stdout)["targets"]
    assert (done.returncode, target["verdict"], target["waits"]["verdict"]) == (1, "fail", "fail"), target
    assert target["waits"]["locations"][0]["line"] == 2
    baseline = root / "baselines" / "main.json"
    old = json.loads(baseline.read_text())
    for sample in old["targets"][0]["samples"]:
        sample["waited_s"] = None
    baseline.write_text(json.dumps(old))
    (root / "tests" / "conftest.py").write_text("import time\n")
    comparison = json.loads(run_cli("compare", *measured, cwd=root).stdout)
    assert comparison["targets"][0]["waits"] is None
    assert "waits were not compared, since the baseline does not hold them: record it again" in comparison["notes"]
