"""Children end when this process is killed: real processes, killed by SIGKILL."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from collectbench.measure.process import sentinel_program
from collectbench.measure.process.sentinel import PROGRAM, Sentinel
from collectbench.measure.process.sentinel_program import Process, Watched, listen, members

PATIENCE_S = 60.0
"""Upper bound for waiting, far above the time that a busy machine needs."""

COMMAND = """
import sys
from pathlib import Path
from collectbench.measure.process.launch import Invocation, launch
code, folder = sys.argv[1:]
invocation = Invocation(argv=(sys.executable, "-S", "-c", code, folder), cwd=Path("/"), env={})
launch(invocation, output=Path(folder) / "output", timeout_s=600)
"""

# A child with a fork in its session, a process in a session of its own, and a daemon that init or a subreaper adopts.
CHILD = """
import os, signal, subprocess, sys, time
folder = sys.argv[1]
def mark(name):
    with open(f"{folder}/{name}.tmp", "w") as file: file.write(str(os.getpid()))
    os.rename(f"{folder}/{name}.tmp", f"{folder}/{name}.pid")
if not os.fork():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    mark("fork")
    time.sleep(600)
if not os.fork():
    os.setsid()
    mark("session")
    time.sleep(600)
middle = os.fork()
if not middle:
    os.setsid()
    if not os.fork():
        while os.getppid() == os.getsid(0): time.sleep(0.01)
        mark("daemon")
        time.sleep(600)
    os._exit(0)
os.waitpid(middle, 0)
signal.signal(signal.SIGTERM, lambda *_: (mark("cleaned up"), os._exit(0)))
mark("child")
while True: time.sleep(600)
"""


def wait_until(condition) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def sentinels_of(pid: int) -> list[psutil.Process]:
    children = psutil.Process(pid).children()
    return [child for child in children if str(PROGRAM) in child.cmdline()]


@pytest.fixture
def command(tmp_path, clean_env) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours whose child runs, with all the processes that the child made."""
    argv = [sys.executable, "-c", COMMAND, CHILD, str(tmp_path)]
    with subprocess.Popen(argv, env=clean_env, start_new_session=True) as process:
        wait_until(lambda: len(list(tmp_path.glob("*.pid"))) == 4 or process.poll() is not None)
        time.sleep(0.3)  # for a few looks at the processes
        yield process
        process.kill()
    for file in tmp_path.glob("*.pid"):
        with suppress(ProcessLookupError):
            os.kill(int(file.read_text()), signal.SIGKILL)


def pids(folder: Path) -> dict[str, int]:
    return {file.stem: int(file.read_text()) for file in folder.glob("*.pid")}


@pytest.mark.parametrize("whom", ["the process", "its process group"])
def test_all_processes_of_a_child_end_when_we_are_killed(command, tmp_path, whom) -> None:
    made = pids(tmp_path)
    assert set(made) == {"child", "fork", "session", "daemon"}
    assert all(map(psutil.pid_exists, made.values()))
    (sentinel,) = sentinels_of(command.pid)
    (os.kill if whom == "the process" else os.killpg)(command.pid, signal.SIGKILL)
    command.wait()
    wait_until(lambda: not any(map(_runs, made.values())))
    assert (tmp_path / "cleaned up.pid").exists()  # SIGTERM came first
    wait_until(lambda: not sentinel.is_running() or sentinel.status() == psutil.STATUS_ZOMBIE)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_sentinel_survives_the_signals_of_our_group_and_holds_nothing_of_ours(command, tmp_path) -> None:
    (sentinel,) = sentinels_of(command.pid)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        sentinel.send_signal(number)
    assert os.getsid(sentinel.pid) == sentinel.pid
    assert sentinel.cwd() == "/"
    assert sentinel.status() != psutil.STATUS_ZOMBIE
    if sys.platform == "linux":
        held = {file.name: os.readlink(file) for file in Path(f"/proc/{sentinel.pid}/fd").iterdir()}  # noqa: PTH115
        assert held.pop("0").startswith("pipe:")
        assert held == {"1": os.devnull, "2": os.devnull}
        child = pids(tmp_path)["child"]
        assert not [file for file in Path(f"/proc/{child}/fd").iterdir() if os.readlink(file).startswith("pipe:")]  # noqa: PTH115


ENDS = """
import os, sys, time
from pathlib import Path
import psutil
from collectbench.measure.process.launch import Invocation, launch
from collectbench.measure.process import sentinel_program
from collectbench.measure.process.sentinel import SENTINEL
for number in range(2):
    invocation = Invocation(argv=("/bin/sh", "-c", "exit 0"), cwd=Path("/"), env={})
    print(launch(invocation, output=Path("out"), timeout_s=30).left_behind)
    print([child.pid for child in psutil.Process().children()])
"""


def test_there_is_one_sentinel_and_it_is_gone_after_a_normal_end(tmp_path, clean_env) -> None:
    argv = [sys.executable, "-c", ENDS]
    done = subprocess.run(argv, cwd=tmp_path, env=clean_env, capture_output=True, text=True, check=True)
    left, first, left_again, second = done.stdout.splitlines()
    assert (left, left_again, first) == ("()", "()", second)
    (pid,) = json.loads(first)
    assert not psutil.pid_exists(pid)


def test_a_sentinel_that_was_killed_is_replaced() -> None:
    sentinel = Sentinel()
    sentinel.start()
    (first,) = (child for child in psutil.Process().children() if child.pid == sentinel._process.pid)  # type: ignore[union-attr]
    first.kill()
    first.wait()
    sentinel.watch(1)
    sentinel.clear()
    sentinel.start()
    assert sentinel._process.poll() is None  # type: ignore[union-attr]
    sentinel.end()
    assert sentinel._process is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which files other processes hold")
def test_a_child_that_was_just_being_started_is_known_by_its_output(tmp_path) -> None:
    sentinel, output = Sentinel(), tmp_path / "output"
    sentinel.start()
    sentinel.expect(output)
    with output.open("wb") as sink:
        child = subprocess.Popen(["/bin/sleep", "600"], stdout=sink, start_new_session=True)
    sentinel.end()
    assert child.wait(PATIENCE_S) == -signal.SIGTERM


def test_without_a_list_of_processes_the_groups_of_the_children_are_ended(monkeypatch) -> None:
    def no_list() -> None:
        raise FileNotFoundError("/proc")

    monkeypatch.setattr(sentinel_program, "_in_proc", no_list)
    monkeypatch.setattr(sentinel_program, "_by_ps", no_list)
    monkeypatch.setattr(sentinel_program, "GRACE_S", 0.1)
    watched = Watched()
    for script in ("sleep 600", "trap '' TERM; echo; sleep 600; sleep 600"):
        child = subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True)
        with child:
            if "echo" in script:
                child.stdout.readline()  # type: ignore[union-attr]
            watched.hear(b"session %d" % child.pid)
            sentinel_program.end_all(watched, set(), sentinel_program.younger)
            assert child.wait(PATIENCE_S) == -(signal.SIGKILL if "trap" in script else signal.SIGTERM)
        watched.hear(b"clear null")


def test_a_list_of_processes_of_another_container_is_not_used(monkeypatch) -> None:
    monkeypatch.setattr(sentinel_program, "_in_proc", lambda: iter([Process(1, 0, 1, 1, 0)]))
    monkeypatch.setattr(sentinel_program, "_by_ps", lambda: iter([Process(1, 0, 1, 1, 0)]))
    assert sentinel_program.everything() == sentinel_program.younger() == []


def test_lines_are_taken_over_up_to_one_that_was_cut_short() -> None:
    reading, writing = os.pipe()
    os.write(writing, b'output "/a"\nsession 7\nsession 8\ndrop 7\noutput "/b"\ndrop "/a"\nsession 9')
    os.close(writing)
    watched = listen(reading)
    os.close(reading)
    assert (watched.sessions, watched.outputs) == ({8}, {"/b"})
    watched.hear(b"clear null")
    assert (watched.sessions, watched.outputs) == (set(), set())


def test_members_are_known_by_session_by_group_and_by_parent() -> None:
    watched = Watched()
    watched.hear(b"session 10")
    leader = Process(10, 1, 10, 10, 0)
    fork = Process(11, 10, 10, 10, 0)
    group = Process(12, 1, 10, 50, 0)
    own_session = Process(13, 11, 13, 13, 0)
    orphan_of_that = Process(14, 1, 13, 13, 0)
    other = Process(15, 1, 15, 15, 0)
    found = [leader, fork, group, own_session, orphan_of_that, other]
    assert members(found, watched, set()) == set(found) - {other}
    assert members([other, orphan_of_that], watched, {own_session}) == {orphan_of_that}
    assert members([other], watched, {other}) == {other}


def test_a_process_that_got_another_parent_is_the_same_one() -> None:
    """The sentinel may learn of a kill just before the children of the killed command get another parent."""
    watched, before, after = Watched(), Process(20, 10, 20, 20, 5), Process(20, 1, 20, 20, 5)
    watched.sessions.add(20)
    assert before == after
    assert before != Process(20, 10, 20, 20, 6)
    (kept,) = members([after], watched, {before})
    assert kept.parent == 1


def test_a_leader_with_another_parent_is_not_killed_before_it_could_clean_up(tmp_path) -> None:
    script = (
        "import os, signal, sys, time\n"
        f"def clean(*_):\n    time.sleep(0.2)\n    open({str(tmp_path / 'cleaned')!r}, 'w').close()\n    os._exit(0)\n"
        "signal.signal(signal.SIGTERM, clean)\nprint('ready', flush=True)\ntime.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True) as leader:
        assert leader.stdout is not None
        assert leader.stdout.readline() == b"ready\n"
        parents = iter((10, 1))

        def look() -> list[Process]:
            if leader.poll() is not None:
                return []
            return [Process(leader.pid, next(parents, 1), leader.pid, leader.pid, 5)]

        watched = Watched()
        watched.sessions.add(leader.pid)
        sentinel_program.end_all(watched, set(), look)
        assert leader.wait(10) == 0
    assert (tmp_path / "cleaned").exists()
