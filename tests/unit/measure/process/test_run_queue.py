from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.measure.process.run_queue import Scheduled, queued_ns, scheduled


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "7").mkdir()
    (tmp_path / "self/task/9").mkdir(parents=True)
    return tmp_path


def test_the_life_of_a_main_thread_is_read(proc: Path) -> None:
    (proc / "7/schedstat").write_text("1200 340 5\n")
    assert scheduled(7, proc) == Scheduled(running_ns=1200, queued_ns=340)


@pytest.mark.parametrize("text", ["0 0 0\n", "", "1200\n", "many numbers here\n"])
def test_a_kernel_that_does_not_tell_leaves_it_unknown(proc: Path, text: str) -> None:
    (proc / "7/schedstat").write_text(text)
    assert scheduled(7, proc) is None


def test_a_system_without_proc_leaves_it_unknown(proc: Path) -> None:
    assert scheduled(8, proc) is None
    assert queued_ns(9, proc) == 0


def test_the_queue_of_a_thread_of_our_own_is_read(proc: Path) -> None:
    (proc / "self/task/9/schedstat").write_text("1200 340 5\n")
    assert queued_ns(9, proc) == 340
