"""The memory of a whole process tree, watched from outside."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import psutil

from collectbench.measure.process.clock import now_ns

SHORTEST_S, LONGEST_S = 0.02, 0.1
"""Bounds of the interval between two looks: fine for short processes, cheap for long ones."""

TIMELINE_POINTS = 60

SCAN_SHARE = 0.02
"""The share of one processor that scans for descendants may take if the kernel does not list children."""


class MemoryWatch:
    """Resident memory of a process and all its descendants, looked at every 20 to 100 ms.

    Shared pages count once for each process that maps them, as in every sum of resident sizes.

    Attributes:
        peak_bytes: the largest sum seen.
        timeline: (seconds since the spawn, bytes) of every look.
        descendants: all that were seen, by pid, so that those that outlive their parent can be ended.
    """

    def __init__(self, pid: int, spawned_ns: int, proc: Path = Path("/proc")) -> None:
        self._spawned_ns, self._proc = spawned_ns, proc
        # Not Path.exists: it raises ESRCH, which the kernel reports for a process that is just ending.
        self._lists_children = os.path.exists(proc / f"{pid}/task/{pid}/children")  # noqa: PTH110
        self._below: dict[int, psutil.Process] = {}
        self._next_scan_ns = 0
        self.peak_bytes = 0
        self.timeline: list[tuple[float, int]] = []
        self.descendants: dict[int, psutil.Process] = {}
        try:
            self._root: psutil.Process | None = psutil.Process(pid)
        except psutil.NoSuchProcess:
            self._root = None

    @property
    def living(self) -> Iterable[int]:
        """The descendants that the last look saw, by pid."""
        return self._below.keys()

    def look(self) -> float:
        """Take one look; returns the seconds to wait before the next one, which grow with the age of the process."""
        begun_ns = now_ns()
        total = sum(_rss_bytes(process) for process in self._tree())
        age_s = (begun_ns - self._spawned_ns) / 1e9
        if total:
            self.peak_bytes = max(self.peak_bytes, total)
            self.timeline.append((age_s, total))
        return min(LONGEST_S, max(SHORTEST_S, age_s / 50))

    def _tree(self) -> list[psutil.Process]:
        if self._root is None:
            return []
        if self._lists_children:
            self._list(self._root.pid)
        elif now_ns() >= self._next_scan_ns:
            self._scan(self._root)
        self.descendants.update(self._below)
        return [self._root, *self._below.values()]

    def _list(self, pid: int) -> None:
        """Find the descendants through the lists of children in /proc: no other process is read."""
        known, self._below = self._below, {}
        waiting = _children(self._proc, pid)
        while waiting:
            child = waiting.pop()
            try:
                self._below[child] = known.get(child) or psutil.Process(child)
            except psutil.Error:
                continue
            waiting += _children(self._proc, child)

    def _scan(self, root: psutil.Process) -> None:
        """Find the descendants among all processes of the machine, which takes long if there are many."""
        begun_ns = now_ns()
        try:
            self._below = {child.pid: child for child in root.children(recursive=True)}
        except psutil.Error:
            self._below = {}
        ended_ns = now_ns()
        self._next_scan_ns = ended_ns + int((ended_ns - begun_ns) / SCAN_SHARE)


def _children(proc: Path, pid: int) -> list[int]:
    """The children of all threads of a process; none if the process is gone."""
    try:
        lists = [(task / "children").read_text() for task in (proc / f"{pid}/task").iterdir()]
    except OSError:  # a thread has ended since it was listed: the next look finds its children
        return []
    return [int(child) for text in lists for child in text.split()]


def _rss_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def thin(timeline: list[tuple[float, int]], points: int = TIMELINE_POINTS) -> tuple[tuple[float, int], ...]:
    """At most `points` points of a timeline: the highest of each of `points` equal stretches."""
    if len(timeline) <= points:
        return tuple((round(at, 3), size) for at, size in timeline)
    stretches = (timeline[i * len(timeline) // points : (i + 1) * len(timeline) // points] for i in range(points))
    highest = (max(stretch, key=lambda point: point[1]) for stretch in stretches)
    return tuple((round(at, 3), size) for at, size in highest)
