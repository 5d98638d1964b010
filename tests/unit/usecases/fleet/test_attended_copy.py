"""Directories of workers: each has one of its own, however many workers begin or remove what others left."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from collectbench.usecases.fleet import attended_copy
from collectbench.usecases.fleet.attended_copy import LOCK, PREFIX, new_copy


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def directories(temporary: Path) -> list[Path]:
    return list(temporary.glob(f"{PREFIX}*"))


def end(copy: attended_copy.AttendedCopy) -> None:
    copy.dismiss()
    copy.attendant.wait(30)
    assert copy.attendant.stdout is not None
    copy.attendant.stdout.close()


def test_what_a_killed_attendant_has_left_is_removed_and_what_a_living_one_looks_after_is_not(temporary: Path) -> None:
    left = temporary / f"{PREFIX}left"
    left.mkdir()
    (left / LOCK).touch()
    one, another = new_copy(), new_copy()
    assert sorted(directories(temporary)) == sorted([one.directory, another.directory])
    end(one)
    end(another)
    assert directories(temporary) == []


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
    interrupted_by(attended_copy._remove_left, monkeypatch)
    copy = new_copy()
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
    copy = new_copy()
    assert len(directories(temporary)) == 2
    os.close(held[0])
    attended_copy._remove_left()
    assert directories(temporary) == [copy.directory]
    end(copy)


def test_a_directory_that_cannot_be_locked_is_an_error_and_is_not_left(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(OSError, match="not supported"):
        new_copy()
    assert directories(temporary) == []
