from __future__ import annotations

import os
import subprocess

import psutil
import pytest

from collectbench.measure.process.orphans import bystanders, end_orphans, relatives


@pytest.fixture
def sleeper():
    """A process in a session of its own that sleeps; killed here at the latest."""
    child = subprocess.Popen(["/bin/sleep", "60"], start_new_session=True)
    yield child
    child.kill()
    child.wait()


def test_descendants_that_were_seen_are_ended_once(sleeper) -> None:
    spared = bystanders()
    seen = [psutil.Process(sleeper.pid)]
    assert end_orphans(-1, seen, spared) == ("/bin/sleep 60",)
    assert end_orphans(-1, seen, spared) == ()


def test_only_the_process_group_is_ended_while_other_children_run(sleeper) -> None:
    assert end_orphans(-1, [], None) == ()
    assert sleeper.poll() is None
    assert end_orphans(sleeper.pid, [], None) == ("/bin/sleep 60",)


class Gone(psutil.Process):
    """A process that ends after it was listed and before it is read."""

    def __init__(self) -> None:
        super().__init__(os.getpid())

    def is_running(self) -> bool:
        return True

    def status(self) -> str:
        raise psutil.NoSuchProcess(self.pid)

    def send_signal(self, sig: int) -> None:
        raise psutil.AccessDenied(self.pid)

    def wait(self, timeout: float | None = None) -> int:
        return 0


def test_processes_that_cannot_be_read_or_killed_are_passed_over() -> None:
    assert end_orphans(-1, [Gone()], None) == ()


TIES = {
    10: (1, 9),  # a server, older than the child, in the session of the shell that started it
    11: (10, 11),  # its worker, in a session of its own
    12: (1, 11),  # an orphan that the worker's parent left to us
    13: (12, 13),
    20: (1, 9),  # an orphan that the shell itself left to us
    30: (1, 31),  # a daemon of the measured child
    32: (30, 30),  # its fork, in the session of the child
}
"""Parent and session of the descendants of process 1."""


def test_relatives_are_known_by_their_parents_and_by_older_sessions() -> None:
    assert relatives(TIES, {10}, {1, 9}) == {10, 11, 12, 13, 20}


def test_orphans_whose_ancestors_all_ended_are_known_by_their_session_alone() -> None:
    orphans = {pid: ties for pid, ties in TIES.items() if pid != 10}
    assert relatives(orphans, set(), {1, 9}) == {20}
