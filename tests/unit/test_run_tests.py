"""scripts/run_tests.py: no test is forgotten, each failure counts, and nothing runs on after an interruption."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import run_tests
from environments import ROOT
from jobs import Job, run_all


def job(folder: Path, name: str, code: str) -> Job:
    return Job(name=name, command=[sys.executable, "-c", code], folder=folder)


def test_each_test_file_belongs_to_one_part() -> None:
    files = [file for part in run_tests.files_of_parts().values() for file in part]
    expected = [path for kind in ("unit", "functional") for path in (ROOT / "tests" / kind).rglob("test_*.py")]
    assert sorted(files) == sorted(str(path.relative_to(ROOT)) for path in expected)


def test_the_fast_parts_hold_all_unit_tests_and_no_other(tmp_path: Path) -> None:
    words = [word for part in run_tests.test_jobs(tmp_path, fast=True) for word in part.command]
    files = {word for word in words if word.endswith(".py")}
    assert files == {str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "unit").rglob("test_*.py")}


def test_a_job_that_fails_shows_its_output_and_does_not_keep_others_from_running(tmp_path: Path, capsys) -> None:
    jobs = [job(tmp_path, "bad", "print('why it failed'); exit(3)"), job(tmp_path, "good", "print('not shown')")]
    assert not run_all(jobs)
    told = capsys.readouterr().out
    assert "scripts/test: bad: FAILED, " in told
    assert "why it failed" in told
    assert re.search(r"scripts/test: good: passed, \d+ s, \d+ s of CPU\n", told)
    assert "not shown" not in told
    assert run_all([job(tmp_path, "good", "")])


def test_a_running_job_says_how_far_it_is_and_what_runs(tmp_path: Path, capsys) -> None:
    part = job(tmp_path, "part", "import sys; sys.stdin.read(); import time; time.sleep(1)")
    part.events.write_text(
        '{"total": 3}\n{"starts": "a.py::test_a"}\n{"ends": "a.py::test_a", "seconds": 2.5}\n'
        '{"starts": "a.py::test_b"}\n{"ends": "a.py::te'
    )
    assert run_all([part], told_each_s=0.1)
    assert "scripts/test: part: 1 of 3 tests, 0 s, now a.py::test_b\n" in capsys.readouterr().out
    assert part.seconds == {"a.py::test_a": 2.5}


def test_an_interruption_ends_the_jobs_with_their_children(tmp_path: Path) -> None:
    child = "import subprocess, sys\nprocess = subprocess.Popen(['sleep', '600'])\nprint(process.pid, flush=True)\n"
    part = job(tmp_path, "part", f"{child}process.wait()")
    part.start()
    while not part.output().strip():
        time.sleep(0.01)
    part.stop()
    assert part.process.returncode not in (None, 0)
    left = psutil.Process(int(part.output().split()[0])) if psutil.pid_exists(int(part.output().split()[0])) else None
    assert left is None or left.status() == psutil.STATUS_ZOMBIE


STARTING = """
import os, subprocess, sys
import pytest

def test_starts_nothing(): pass
def test_runs_a_command():
    try: subprocess.run([sys.executable, "-c", ""])
    except Exception: pass
def test_forks(): os.fork() or os._exit(0)
def test_asks_the_shell(): os.system("true")
"""


@pytest.mark.parametrize(
    ("options", "outcome"), [((), "4 passed"), (("--no-processes",), "1 passed, 3 skipped")], ids=["all", "fast"]
)
def test_a_test_that_starts_a_process_is_skipped_where_none_is_wanted(tmp_path: Path, options, outcome) -> None:
    (tmp_path / "test_it.py").write_text(STARTING)
    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", ".", "-p", "starting_processes"]
    env = {"PYTHONPATH": str(ROOT / "tests" / "support"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        [*command, *options, "test_it.py"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines()[-1].startswith(outcome), done.stdout
