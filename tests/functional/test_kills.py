"""What a killed command leaves is put right by the next one: children, worktrees, directories, changed files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.usecases.recovery import recover

PATIENCE_S = 300.0
"""Upper bound for waiting, far above the time that a busy machine needs."""

HANGS = """
import os, subprocess, time
MARK = {mark!r}
if os.path.exists(MARK):
    os.makedirs("made/by", exist_ok=True)
    open("made/by/a_test.txt", "w").close()
    for name in (".benchmarks/old.ignored", "notes.ignored"):
        if os.path.exists(name):
            with open(name, "a") as file: file.write(" and more")
    sleeper = subprocess.Popen(["/bin/sleep", "600"], start_new_session=True)
    with open(MARK + ".tmp", "w") as file: file.write("%d %d" % (os.getpid(), sleeper.pid))
    os.rename(MARK + ".tmp", MARK)
    time.sleep(600)
def test_it(): pass
"""


class Scene:
    """A repository whose tests hang while a mark exists, with directories of its own for temporary files and state."""

    def __init__(self, repo, folder: Path, start: Callable[..., subprocess.Popen[str]], python: str) -> None:
        self.repo, self.start, self.python = repo, start, python
        self.mark, self.temporary, self.state = folder / "mark", folder / "temporary", folder / "state"
        self.temporary.mkdir()
        repo.write("pytest.ini", "[pytest]\ntestpaths = tests\n")
        repo.write("tests/test_hangs.py", HANGS.format(mark=str(self.mark)))
        repo.commit("hangs")
        repo.write("notes.ignored", "mine")
        repo.write(".benchmarks/old.ignored", "old")
        self.env = {**repo.env, "TMPDIR": str(self.temporary), "XDG_STATE_HOME": str(self.state)}

    def hanging(self, *command: str) -> subprocess.Popen[str]:
        """A command whose child hangs in a test module by now."""
        self.mark.touch()
        process = self.start(*command, "--python", self.python, "--no-suite", cwd=self.repo.root, env=self.env)
        deadline = time.monotonic() + PATIENCE_S
        while not self.mark.read_text():
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.pids = tuple(map(int, self.mark.read_text().split()))
        return process

    def kill(self, process: subprocess.Popen[str], number: int = signal.SIGKILL) -> None:
        process.send_signal(number)
        process.communicate(timeout=PATIENCE_S)
        self.mark.unlink()

    def everything(self) -> dict[str, object]:
        """All that a killed command could change, except the directory of the baselines."""
        state = self.repo.state()
        return {
            **state,
            "files": [path for path in state["files"] if path != Path("baselines")],
            "temporary": sorted(self.temporary.iterdir()),
            "state": sorted(path for path in self.state.rglob("runs/*") if path.is_file()),
            "cache": (self.repo.root / ".benchmarks" / "old.ignored").read_text(),
            "admin": sorted((self.repo.root / ".git").glob("worktrees/*")),
        }

    def running(self) -> list[int]:
        return [pid for pid in self.pids if _runs(pid)]


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def scene(repo, tmp_path, cli_command, plain_python) -> Iterator[Scene]:
    started: list[subprocess.Popen[str]] = []

    def start(*command: str, cwd: Path, env: dict[str, str]) -> subprocess.Popen[str]:
        argv = cli_command(*command)
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        started.append(subprocess.Popen(argv, cwd=cwd, env=env, text=True, start_new_session=True, **pipes))  # type: ignore[call-overload]
        return started[-1]

    yield Scene(repo, tmp_path, start, plain_python)
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


COMMANDS = {
    "baseline": ("baseline", "--rounds", "1", "--no-counters"),
    "compare --against": ("compare", "--against", "HEAD", "--rounds", "2"),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_the_next_command_puts_right_what_a_killed_one_left(command, scene, run_cli) -> None:
    before = scene.everything()
    scene.kill(scene.hanging(*command))
    assert scene.everything() != before
    done = run_cli("targets", "--python", scene.python, cwd=scene.repo.root, env=scene.env)
    assert done.returncode == 0, done.stderr
    assert scene.everything() == before
    assert scene.running() == []
    assert done.stderr.count("a command that was killed had left") == 1
    assert ("2 git worktrees" in done.stderr) == ("--against" in command)
    assert "1 unfinished round" in done.stderr  # comparing begins in the user's tree, which has ignored files
    assert "notes.ignored: tests/test_hangs.py:9 changed it; the original is kept in" in done.stderr
    again = run_cli("targets", "--python", scene.python, cwd=scene.repo.root, env=scene.env)
    assert "killed" not in again.stderr


def test_what_a_running_command_has_made_is_left_alone(scene, run_cli) -> None:
    process = scene.hanging("compare", "--against", "HEAD", "--rounds", "2")
    before = scene.everything()
    done = run_cli("targets", "--python", scene.python, cwd=scene.repo.root, env=scene.env)
    assert (done.returncode, done.stderr) == (0, "")
    assert scene.everything() == before
    assert len(scene.running()) == 2
    scene.kill(process, signal.SIGINT)
    assert scene.running() == []


def test_processes_are_ended_also_if_the_sentinel_was_killed(scene, run_cli) -> None:
    process = scene.hanging("baseline", "--rounds", "1")
    for child in psutil.Process(process.pid).children():
        if child.pid not in scene.pids:
            child.kill()
    scene.kill(process)
    assert len(scene.running()) == 2
    done = run_cli("doctor", "--no-aa", "--python", scene.python, cwd=scene.repo.root, env=scene.env)
    assert "a command that was killed had left" in done.stderr
    assert scene.running() == []


def test_a_state_directory_that_cannot_be_written_is_named_and_the_command_goes_on(scene, run_cli) -> None:
    scene.state.write_text("")
    done = run_cli("targets", "--python", scene.python, cwd=scene.repo.root, env=scene.env)
    assert done.returncode == 0
    assert f"note: {scene.state}" in done.stderr
    assert os.listdir(scene.temporary) == []  # noqa: PTH208


KILLED_AFTER = """
import os, signal, sys
from pathlib import Path
from collectbench.checkouts.worktrees import both_checkouts
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.measure.process.ledger import LEDGER
from collectbench.measure.process.temporary import make_temporary_directory
root, git_command, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
seen = []
def start(invocation, **options):
    finished = launch(invocation, **options)
    if git_command in " ".join(invocation.argv):
        seen.append(invocation)
        if len(seen) == number: os.kill(os.getpid(), signal.SIGKILL)
    return finished
LEDGER.open(root)
with signals_noted(), both_checkouts("HEAD", root, dict(os.environ), make_temporary_directory(), start): pass
"""


@pytest.mark.parametrize(
    ("git_command", "number"), [("worktree add", 1), ("worktree add", 2), ("reset", 1), ("worktree remove", 1)]
)
def test_worktrees_are_removed_whichever_git_command_was_the_last(
    git_command, number, repo, tmp_path, monkeypatch
) -> None:
    (tmp_path / "temporary").mkdir()
    env = {**repo.env, "TMPDIR": str(tmp_path / "temporary"), "XDG_STATE_HOME": str(tmp_path / "state")}
    before = repo.state()
    argv = [sys.executable, "-c", KILLED_AFTER, str(repo.root), git_command, str(number)]
    assert subprocess.run(argv, env=env, check=False).returncode == -signal.SIGKILL
    assert list((repo.root / ".git" / "worktrees").iterdir())
    monkeypatch.setenv("XDG_STATE_HOME", env["XDG_STATE_HOME"])
    said: list[str] = []
    with signals_noted():
        recover(repo.root, repo.env, launch, said.append)
    assert repo.state() == before
    assert list((tmp_path / "temporary").iterdir()) == []
    assert not (repo.root / ".git" / "worktrees").exists()
    assert len(said) == 1
    assert "git worktree" in said[0]
