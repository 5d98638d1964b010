"""The process that looks after a worker's copy: it runs commands, holds cores, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from collectbench.usecases.fleet import attendant_program
from collectbench.usecases.fleet.attendant_program import STATE, TREE, Attendant, delete, free_core, listed

PROGRAM = attendant_program.__file__


class Served:
    """An attendant in a thread of this process, with the other ends of its pipes."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.attendant = Attendant(directory)
        orders, self.orders = os.pipe()
        wakeup, self.wakeup = os.pipe()
        self.answers: list[dict[str, Any]] = []
        monkeypatch.setattr(attendant_program, "answer", self.answers.append)
        self.thread = threading.Thread(target=self.attendant.serve, args=(orders, wakeup))
        self.thread.start()

    def order(self, **order: object) -> None:
        os.write(self.orders, f"{json.dumps(order)}\n".encode())

    def run(self, directory: Path, *argv: str, pin: bool = False) -> None:
        sys.audit("subprocess.Popen", argv[0], argv, None, None)  # `--no-processes` skips the test in its own thread
        self.order(
            do="run", argv=argv, cwd=str(directory), env=dict(os.environ), pin=pin, output=str(directory / "err")
        )

    def wake(self) -> None:
        """What a signal does in the real process."""
        os.write(self.wakeup, b"x")

    def wake_until(self, is_met: Callable[[], object]) -> None:
        deadline = time.monotonic() + 30
        while not is_met():
            assert time.monotonic() < deadline
            self.wake()
            time.sleep(0.02)

    def answer(self) -> dict[str, Any]:
        self.wake_until(lambda: self.answers)
        return self.answers.pop()

    def close(self) -> None:
        os.close(self.orders)
        self.thread.join(30)
        assert not self.thread.is_alive()
        self.attendant.end()


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    served = Served(tmp_path, monkeypatch)
    yield served
    served.close()


def test_a_command_runs_in_its_directory_and_its_exit_code_and_errors_are_told(served, tmp_path) -> None:
    served.order(do="renew")
    served.run(tmp_path, sys.executable, "-c", "import os, sys; sys.stderr.write(os.getcwd()); sys.exit(3)")
    assert served.answer() == {"exit_code": 3}
    assert (tmp_path / "err").read_text() == str(tmp_path)
    assert served.attendant.is_idle()


def test_a_command_that_cannot_be_started_is_an_error(served, tmp_path) -> None:
    served.run(tmp_path, "/no/such/program")
    assert served.answer() == {"error": "/no/such/program cannot be started: No such file or directory"}
    assert served.attendant.core is None


def test_a_missing_archive_is_an_error(served, tmp_path) -> None:
    served.order(do="unpack", digest="0")
    assert served.answer() == {"error": f"the archive cannot be unpacked in {tmp_path}: No such file or directory"}


@pytest.fixture
def held() -> Iterator[list[Any]]:
    """Cores that a test holds, each with its holder."""
    cores: list[Any] = []
    yield cores
    for _, holder in cores:
        holder.close()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system cannot pin processes")
def test_a_pinned_command_has_the_first_core_that_nobody_holds_and_waits_if_all_are_held(
    served, tmp_path, held
) -> None:
    while found := free_core():
        held.append(found)
    asked = "import os, sys; sys.stderr.write(str(os.sched_getaffinity(0)))"
    served.run(tmp_path, sys.executable, "-c", asked, pin=True)
    time.sleep(0.5)
    assert served.answers == []
    assert not served.attendant.is_idle()
    if not held:
        pytest.skip("other measurements hold all cores of this machine")
    core, holder = held[-1]
    holder.close()
    assert served.answer() == {"exit_code": 0}
    assert (tmp_path / "err").read_text() == str({core})
    assert served.attendant.core is None


def test_the_end_of_the_worker_ends_the_command(served, tmp_path) -> None:
    served.run(tmp_path, sys.executable, "-c", "import time; time.sleep(100)")
    served.wake_until(lambda: served.attendant.child)
    child = served.attendant.child
    os.close(served.orders)
    served.thread.join(30)
    served.attendant.end()
    assert child.returncode == -signal.SIGTERM
    served.orders = os.dup(0)  # for the fixture


def test_a_command_that_ignores_sigterm_is_killed(served, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(attendant_program, "GRACE_S", 0.2)
    code = "import signal, sys, time; signal.signal(15, signal.SIG_IGN); sys.stderr.write('x'); sys.stderr.flush(); "
    served.run(tmp_path, sys.executable, "-c", f"{code}time.sleep(100)")
    served.wake_until(lambda: (tmp_path / "err").exists() and (tmp_path / "err").read_text())
    child = served.attendant.child
    assert child is not None
    served.attendant.end()
    assert child.returncode == -signal.SIGKILL


def test_if_nothing_is_heard_for_a_lease_the_attendant_ends(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(attendant_program, "LEASE_S", 0.2)
    served = Served(tmp_path, monkeypatch)
    served.thread.join(30)
    assert not served.thread.is_alive()
    os.close(served.orders)


def test_an_order_that_takes_longer_than_a_lease_does_not_end_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(attendant_program, "LEASE_S", 0.5)
    monkeypatch.setattr(attendant_program, "unpack", lambda directory, digest: time.sleep(1) or {"unpacked": "there"})
    served = Served(tmp_path, monkeypatch)
    served.order(do="unpack", digest="0")
    begun = time.monotonic()
    served.thread.join(30)
    assert served.answers == [{"unpacked": "there"}]
    assert time.monotonic() - begun >= 1.5
    os.close(served.orders)


def test_temporary_directories_of_killed_commands_are_known_by_their_ledgers(tmp_path) -> None:
    ledger = tmp_path / STATE / "collectbench/tree-1/runs/1.jsonl"
    ledger.parent.mkdir(parents=True)
    lines = [
        "1",
        '["directory", "/tmp/collectbench-1"]',
        '["worktree", "/a", "/b"]',
        '["directory", "/home"]',
        '["dire',
    ]
    ledger.write_text("\n".join(lines))
    assert listed(tmp_path) == {Path("/tmp/collectbench-1")}


def test_a_directory_is_deleted_also_while_somebody_writes_into_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(attendant_program, "DELETION_PAUSE_S", 0.05)
    directory = tmp_path / "copy"
    (directory / "locked/inner").mkdir(parents=True)
    (directory / "locked").chmod(0o500)
    (directory / "link").symlink_to(tmp_path)
    ended = threading.Event()

    def write() -> None:
        for number in range(10):
            (directory / f"new{number}").mkdir(parents=True, exist_ok=True)
            time.sleep(0.01)
        ended.set()

    writer = threading.Thread(target=write)
    writer.start()
    ended.wait(10)
    delete(directory)
    writer.join()
    assert not directory.exists()
    assert tmp_path.exists()


@pytest.fixture
def signals_as_before() -> Iterator[None]:
    numbers = (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    handlers = {number: signal.getsignal(number) for number in numbers}
    yield
    signal.set_wakeup_fd(-1)
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("order", [b"", b"no json\n"])
@pytest.mark.usefixtures("signals_as_before")
def test_at_the_end_of_its_orders_the_directory_is_gone(tmp_path, monkeypatch, order) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(attendant_program, "answer", told.append)
    directory, reading, writing = tmp_path / "copy", *os.pipe()
    (directory / TREE).mkdir(parents=True)
    os.write(writing, order)
    os.close(writing)
    attendant_program.main(directory, reading)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(reading)  # nobody can give it an order now
    assert not directory.exists()
    assert [answer["error"].partition(":")[0] for answer in told] == (["JSONDecodeError"] if order else [])


@pytest.mark.usefixtures("signals_as_before")
def test_a_signal_ends_it_on_the_way_on_which_the_directory_is_deleted() -> None:
    with pytest.raises(SystemExit) as end:
        attendant_program.leave(signal.SIGTERM, None)
    assert end.value.code == 128 + signal.SIGTERM


@pytest.fixture
def started(tmp_path: Path) -> Callable[[], subprocess.Popen[bytes]]:
    directory = tmp_path / "copy"
    (directory / TREE).mkdir(parents=True)

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            (sys.executable, "-I", "-S", PROGRAM, str(directory)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    return start


@pytest.mark.parametrize("end", ["stdin", "SIGTERM", "broken order"])
def test_the_program_deletes_its_directory_whatever_ends_it(started, tmp_path, end) -> None:
    process = started()
    order = {"do": "run", "argv": [sys.executable, "-c", "import time; time.sleep(100)"], "cwd": str(tmp_path),
             "env": {}, "pin": False, "output": str(tmp_path / "err")}  # fmt: skip
    process.stdin.write(f"{json.dumps(order)}\n".encode())
    process.stdin.flush()
    own = psutil.Process(process.pid)
    while not own.children():
        time.sleep(0.02)
    (child,) = own.children()
    if end == "SIGTERM":
        process.terminate()
    elif end == "broken order":
        process.stdin.write(b"no json\n")
        process.stdin.flush()
    else:
        process.stdin.close()
    said = process.stdout.read()
    process.wait(30)
    assert not (tmp_path / "copy").exists()
    assert not child.is_running()
    assert ("JSONDecodeError" in said.decode()) is (end == "broken order")
    process.stdout.close()
    process.stdin.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent has died")
def test_a_command_ends_if_its_attendant_is_killed(started, tmp_path) -> None:
    process = started()
    order = {"do": "run", "argv": [sys.executable, "-c", "import time; time.sleep(100)"], "cwd": str(tmp_path),
             "env": {}, "pin": False, "output": str(tmp_path / "err")}  # fmt: skip
    process.stdin.write(f"{json.dumps(order)}\n".encode())
    process.stdin.flush()
    own = psutil.Process(process.pid)
    while not own.children():
        time.sleep(0.02)
    (child,) = own.children()
    time.sleep(0.3)  # between fork and exec
    process.kill()
    process.wait()
    psutil.wait_procs([child], timeout=30)
    assert not child.is_running()
    process.stdout.close()
    process.stdin.close()
