from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.memory import LONGEST_S, SHORTEST_S, MemoryWatch, _rss_bytes, thin

POINTS = st.lists(st.tuples(st.floats(0, 1000), st.integers(0, 2**40)), max_size=300).map(sorted)


def test_a_look_adds_up_the_tree_and_remembers_descendants() -> None:
    child = subprocess.Popen(["/bin/sleep", "60"])
    try:
        watch = MemoryWatch(os.getpid(), now_ns())
        wait_s = watch.look()
        own = psutil.Process().memory_info().rss
    finally:
        child.kill()
        child.wait()
    assert child.pid in watch.descendants
    assert [size for _, size in watch.timeline] == [watch.peak_bytes]
    assert 0.9 * own < watch.peak_bytes
    assert wait_s >= SHORTEST_S


def test_looks_get_rarer_with_age_up_to_a_tenth_of_a_second() -> None:
    old = MemoryWatch(os.getpid(), now_ns() - 3600 * 10**9)
    assert old.look() >= LONGEST_S
    assert old.timeline[0][0] >= 3600


@pytest.mark.skipif(
    not Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").exists(), reason="this kernel lists no children"
)
def test_no_other_process_is_read_if_the_kernel_lists_children(monkeypatch) -> None:
    nested = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'print(1, flush=True); input()'])"
    with subprocess.Popen([sys.executable, "-c", nested], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        below = {process.pid for process in psutil.Process(child.pid).children(recursive=True)}
        monkeypatch.setattr(psutil.Process, "children", None)
        watch = MemoryWatch(child.pid, now_ns())
        watch.look()
        known = watch.descendants.copy()
        watch.look()
        child.communicate(b"\n")
        watch.look()
    assert len(below) == 1
    assert set(known) == set(watch.descendants) == below
    assert all(watch.descendants[pid] is process for pid, process in known.items())


def test_slow_scans_are_made_rarely_and_never_delay_the_next_look(monkeypatch, tmp_path) -> None:
    scans = []

    def children(process, *, recursive):
        scans.append(process)
        time.sleep(0.2)  # the next scan is due after 10 s, however busy the machine is
        return []

    monkeypatch.setattr(psutil.Process, "children", children)
    watch = MemoryWatch(os.getpid(), now_ns(), proc=tmp_path)
    waits_s = [watch.look(), watch.look(), watch.look()]
    assert len(scans) == 1
    assert max(waits_s) <= LONGEST_S
    assert len(watch.timeline) == 3


def test_a_process_that_is_gone_has_no_memory() -> None:
    child = subprocess.Popen(["/bin/sleep", "60"])
    watch, gone = MemoryWatch(child.pid, now_ns()), psutil.Process(child.pid)
    child.kill()
    child.wait()
    late = MemoryWatch(child.pid, now_ns())
    watch.look()
    late.look()
    assert _rss_bytes(gone) == 0
    assert (watch.peak_bytes, watch.timeline) == (late.peak_bytes, late.timeline) == (0, [])


def test_a_process_that_waits_to_be_reaped_has_no_memory() -> None:
    child = subprocess.Popen(["/bin/sleep", "60"])
    watch = MemoryWatch(child.pid, now_ns())
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    watch.look()
    child.wait()
    assert watch.timeline == []


@given(timeline=POINTS, points=st.integers(1, 80))
def test_a_thinned_timeline_keeps_its_peak_and_its_order(timeline, points) -> None:
    kept = thin(timeline, points)
    rounded = [(round(at, 3), size) for at, size in timeline]
    assert len(kept) == min(points, len(timeline))
    assert [at for at, _ in kept] == sorted(at for at, _ in kept)
    assert set(kept) <= set(rounded)
    assert max((size for _, size in kept), default=0) == max((size for _, size in timeline), default=0)


def test_a_process_whose_proc_entry_cannot_be_read_is_still_watched() -> None:
    # For a process that is just ending the kernel reports ESRCH, which no test can bring about. A name that is too long
    # is an error as well.
    watch = MemoryWatch(os.getpid(), now_ns(), Path("/") / ("x" * 300))
    assert watch.look() >= SHORTEST_S
    assert watch.peak_bytes > 0
