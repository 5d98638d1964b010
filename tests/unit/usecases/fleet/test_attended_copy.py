"""Directories of workers: each has one of its own, however many workers begin or remove what others left."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from collectbench.usecases.fleet import attendant_program
from collectbench.usecases.fleet.attendant_program import LOCK, STATE
from collectbench.usecases.fleet.attended_copy import PREFIX, AttendantGoneError, AttendedCopy, new_copy, remove_left


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def left_by_killed(temporary: Path, host: str = "") -> Path:
    """A directory whose attendant was killed."""
    left = temporary / f"{PREFIX}left{host}"
    left.mkdir()
    (left / LOCK).write_text(host or socket.gethostname())
    return left


def directories(temporary: Path) -> list[Path]:
    return list(temporary.glob(f"{PREFIX}*"))


def end(copy: AttendedCopy) -> None:
    copy.dismiss()
    copy.attendant.wait(30)
    assert copy.attendant.stdout is not None
    copy.attendant.stdout.close()


def test_what_a_killed_attendant_has_left_is_removed_and_what_a_living_one_looks_after_is_not(temporary: Path) -> None:
    left_by_killed(temporary)
    one, another = new_copy("w:1"), new_copy("w:1")
    remove_left()
    assert sorted(directories(temporary)) == sorted([one.directory, another.directory])
    end(one)
    end(another)
    assert directories(temporary) == []


def test_what_belongs_to_another_user_stays_whatever_its_ledger_lists(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = left_by_killed(temporary)
    monkeypatch.setattr(os, "geteuid", lambda: left.stat().st_uid + 1)
    remove_left()
    assert directories(temporary) == [left]


@pytest.mark.parametrize("lock", ["link", "pipe"])
def test_a_lock_that_is_no_file_is_not_ours(temporary: Path, lock: str) -> None:
    left = left_by_killed(temporary)
    (left / LOCK).rename(left / "real")
    if lock == "link":
        (left / LOCK).symlink_to(left / "real")
    else:
        os.mkfifo(left / LOCK)
    remove_left()
    assert directories(temporary) == [left]


def test_a_link_to_a_directory_is_not_followed(temporary: Path) -> None:
    kept = temporary / "home"
    kept.mkdir()
    (kept / "file").touch()
    (temporary / f"{PREFIX}link").symlink_to(left_by_killed(kept))
    left = left_by_killed(temporary)
    (left / "collectbench-x").symlink_to(kept)
    ledger = left / STATE / "collectbench/tree-1/runs/1.jsonl"
    ledger.parent.mkdir(parents=True)
    ledger.write_text(f"1\n{json.dumps(['directory', str(left / 'collectbench-x')])}\n")
    remove_left()
    assert sorted(path.name for path in kept.iterdir()) == [f"{PREFIX}left", "file"]
    assert [path.name for path in directories(temporary)] == [f"{PREFIX}link"]


def test_those_of_another_machine_stay_since_its_locks_may_not_be_seen_here(temporary: Path) -> None:
    other = left_by_killed(temporary, host=f"{socket.gethostname()}x")
    remove_left()
    assert directories(temporary) == [other]


def test_what_the_killed_command_has_made_is_removed_with_the_directory(temporary: Path) -> None:
    left = left_by_killed(temporary)
    worktrees = temporary / "collectbench-worktrees"
    (worktrees / "base").mkdir(parents=True)
    ledger = left / STATE / "collectbench/tree-1/runs/1.jsonl"
    ledger.parent.mkdir(parents=True)
    ledger.write_text(f"1\n{json.dumps(['directory', str(worktrees)])}\n")
    remove_left()
    assert list(temporary.iterdir()) == []


def test_a_directory_that_cannot_be_deleted_now_is_deleted_by_the_next_sweep(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendant_program, "DELETIONS", 1)
    left = left_by_killed(temporary)
    (left / "tree/inner").mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr("shutil.rmtree", lambda path, **_: None)
        remove_left()
    assert sorted(path.name for path in left.iterdir()) == [LOCK, "tree"]
    remove_left()
    assert directories(temporary) == []


def test_orders_of_two_threads_do_not_mix_however_long_they_are(temporary: Path) -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb", buffering=0) as stdin, os.fdopen(reading, "rb") as received:
        attendant = SimpleNamespace(stdin=stdin)
        copy = AttendedCopy(temporary, attendant)  # type: ignore[arg-type]
        long = threading.Thread(target=lambda: copy.order(do="run", env="x" * 10**6))
        long.start()
        for _ in range(100):
            threading.Thread(target=lambda: copy.order(do="renew")).start()
        orders = [json.loads(received.readline())["do"] for _ in range(101)]
        long.join()
    assert sorted(orders) == [*["renew"] * 100, "run"]


def test_an_attendant_that_has_ended_takes_no_order(temporary: Path) -> None:
    copy = new_copy("w:1")
    end(copy)
    with pytest.raises(AttendantGoneError):
        copy.order(do="renew")


def interrupted_by(act: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let another worker do something just before the next lock is taken."""
    lock = fcntl.flock
    acts = [act]

    def flock(descriptor: int, operation: int) -> None:
        if acts:
            acts.pop()()
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)


def test_a_worker_whose_new_directory_another_one_has_removed_makes_another_directory(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted_by(remove_left, monkeypatch)
    copy = new_copy("w:1")
    assert directories(temporary) == [copy.directory]
    assert (copy.directory / LOCK).exists()
    end(copy)


def test_a_worker_whose_new_directory_another_one_is_about_to_remove_makes_another_directory(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[int] = []

    def hold() -> None:
        (directory,) = directories(temporary)
        held.append(os.open(directory / LOCK, os.O_WRONLY))
        fcntl.flock(held[0], fcntl.LOCK_EX | fcntl.LOCK_NB)

    interrupted_by(hold, monkeypatch)
    copy = new_copy("w:1")
    os.close(held[0])
    assert directories(temporary) == [copy.directory]
    end(copy)


def test_a_directory_that_cannot_be_locked_is_an_error_and_is_not_left(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(OSError, match="not supported"):
        new_copy("w:1")
    assert directories(temporary) == []
