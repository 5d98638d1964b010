"""Several commands save the same baseline: no target of any of them is lost."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from collectbench.model.errors import BaselineError
from collectbench.store import locks
from collectbench.store.baselines import load_run, save_run
from collectbench.usecases.baseline_slot import BaselineSlot

SAVE = """
import sys
from dataclasses import replace
from pathlib import Path
from collectbench.store.baselines import load_run
from collectbench.usecases.baseline_slot import BaselineSlot

baseline_run, directory, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
run = load_run(baseline_run)
slot = BaselineSlot(directory=directory, name="main", selected=True, force=False)
print(flush=True)
input()
for number in range(20):
    target = replace(run.targets[0], name=f"{name}-{number}")
    slot.save(replace(run, targets=(target,)))
"""


@pytest.fixture
def baseline_run(stored_run) -> Path:
    return Path(stored_run("template", {"tests": [1.0, 1.0, 1.0]}))


def test_two_processes_that_save_the_same_baseline_at_the_same_time_lose_no_target(baseline_run, tmp_path) -> None:
    directory = tmp_path / "baselines"
    directory.mkdir()
    command = [sys.executable, "-c", SAVE, str(baseline_run), str(directory)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with (
        subprocess.Popen([*command, "one"], **pipes) as one,
        subprocess.Popen([*command, "two"], **pipes) as two,
    ):
        for process in (one, two):
            assert process.stdout.readline() == "\n"
        for process in (one, two):
            process.stdin.write("\n")
            process.stdin.flush()
        assert [process.wait(timeout=300) for process in (one, two)] == [0, 0]
    saved = {target.name for target in load_run(directory / "main.json").targets}
    assert saved == {f"{name}-{number}" for name in ("one", "two") for number in range(20)}
    assert [path.name for path in directory.iterdir()] == ["main.json"]


def test_a_run_is_kept_elsewhere_if_another_environment_was_saved_meanwhile(stored_run, baseline_run, tmp_path) -> None:
    directory, run = tmp_path / "baselines", load_run(baseline_run)
    slot = BaselineSlot(directory=directory, name="main", selected=True, force=False)
    other = load_run(Path(stored_run("other", {"tests": [1.0]}, environment={"pytest": "8.0.0"})))
    save_run(other, directory, "main")
    with pytest.raises(BaselineError, match=r"(?s)another environment.*nothing is lost, the run is kept in"):
        slot.save(run)
    assert load_run(directory / "main.json") == other


def test_a_directory_that_stays_locked_is_named_and_the_run_is_kept(baseline_run, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE_S", 0.05)
    slot = BaselineSlot(directory=tmp_path, name="main", selected=True, force=False)
    descriptor = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(BaselineError, match=r"(?s)cannot be locked: another process.*the run is kept in"):
            slot.save(load_run(baseline_run))
    finally:
        os.close(descriptor)
    assert slot.save(load_run(baseline_run)).path == tmp_path / "main.json"


def test_a_directory_that_cannot_be_locked_is_written_all_the_same(baseline_run, tmp_path, monkeypatch) -> None:
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    slot = BaselineSlot(directory=tmp_path, name="main", selected=True, force=False)
    assert slot.save(load_run(baseline_run)).path == tmp_path / "main.json"


@pytest.mark.parametrize("kind", ["a symbolic link", "a pipe or a device"])
def test_a_baseline_that_is_not_a_regular_file_is_refused_at_once(kind, baseline_run, run_cli, tmp_path) -> None:
    baseline = tmp_path / "baselines" / "main.json"
    baseline.parent.mkdir()
    if kind == "a symbolic link":
        baseline.symlink_to(baseline_run)
    else:
        os.mkfifo(baseline)
    before = baseline_run.read_bytes()
    done = run_cli("compare", "--run", baseline_run, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (6, "")
    assert f"main.json is {kind}, and a baseline must be a regular file" in done.stderr
    slot = BaselineSlot(directory=baseline.parent, name="main", selected=False, force=True)
    with pytest.raises(BaselineError, match=f"main.json is {kind}"):
        slot.save(load_run(baseline_run))
    assert baseline_run.read_bytes() == before
