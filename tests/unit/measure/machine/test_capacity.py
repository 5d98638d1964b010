"""What processes may use at the same time."""

from __future__ import annotations

import psutil
import pytest

from collectbench.measure.machine.capacity import read_capacity


@pytest.fixture
def group(tmp_path):
    """Makes the files of a control group with a quota and a limit of memory."""

    def make(quota: str, limit: str):
        (tmp_path / "proc/self").mkdir(parents=True)
        (tmp_path / "proc/self/cgroup").write_text("0::/\n")
        place = tmp_path / "sys/fs/cgroup"
        place.mkdir(parents=True)
        (place / "cpu.max").write_text(quota)
        (place / "memory.max").write_text(limit)
        return tmp_path

    return make


@pytest.mark.parametrize(("quota", "processors"), [("150000 100000", 1.5), ("800000 100000", 4.0), ("max 100000", 4.0)])
def test_a_quota_lowers_the_processors(group, quota, processors) -> None:
    assert read_capacity(4, group(quota, "max")).processors == processors


def test_a_limit_lowers_the_memory(group) -> None:
    assert read_capacity(4, group("max 100000", "1000000")).memory_bytes == 1000000


def test_without_a_control_group_the_machine_counts(tmp_path) -> None:
    capacity = read_capacity(3, tmp_path)
    assert capacity.processors == 3.0
    assert capacity.memory_bytes is not None
    assert 0 < capacity.memory_bytes <= psutil.virtual_memory().total
