"""Processes of a killed command whose sentinel was killed, too."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from collectbench.measure.process.left_processes import end_left_processes


@pytest.fixture
def start(tmp_path):
    """Starts a process that sleeps, and ends it here at the latest."""
    started = []

    def start(*argv, **options) -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(argv or ("/bin/sleep", "600"), start_new_session=True, **options))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_probe_that_reports_to_a_left_directory_is_ended(start, tmp_path) -> None:
    (tmp_path / "runner.py").write_text("import time\nprint(flush=True)\ntime.sleep(600)\n")
    (tmp_path / "left" / "round-1").mkdir(parents=True)
    probe = start(
        sys.executable, tmp_path / "runner.py", tmp_path / "left" / "round-1", "light", stdout=subprocess.PIPE
    )
    probe.stdout.readline()
    assert end_left_processes([tmp_path / "left"]) == ()
    assert probe.wait(60) == -signal.SIGTERM
    probe.stdout.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which files other processes hold")
def test_a_process_that_writes_its_output_there_is_ended(start, tmp_path) -> None:
    with (tmp_path / "output").open("wb") as output:
        child = start(stdout=output)
    assert end_left_processes([tmp_path]) == ()
    assert child.wait(60) == -signal.SIGTERM


def test_a_process_that_only_works_there_is_named_and_not_ended(start, tmp_path) -> None:
    child = start(cwd=tmp_path)
    assert end_left_processes([tmp_path]) == ("/bin/sleep 600",)
    assert child.poll() is None


def test_others_are_left_alone(start, tmp_path) -> None:
    (tmp_path / "left").mkdir()
    child = start(sys.executable, "-c", "import time; time.sleep(600)", str(tmp_path / "left"))
    assert end_left_processes([tmp_path / "left"]) == ()
    assert end_left_processes([]) == ()
    assert child.poll() is None
