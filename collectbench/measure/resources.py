"""Memory over a whole process tree, watched from outside."""

from __future__ import annotations

import psutil

from collectbench.measure.clock import now_ns

SHORTEST_S, LONGEST_S = 0.02, 0.1
"""Bounds of the interval between two looks: fine for short processes, cheap for long ones."""

TIMELINE_POINTS = 60


class MemoryWatch:
    """Resident memory of a process and all its descendants, looked at every 20 to 100 ms.

    Shared pages count once for each process that maps them, as in every sum of resident sizes.

    Attributes:
        peak_bytes: the largest sum seen.
        timeline: (seconds since the spawn, bytes) of every look.
        seen: descendants by pid, to be able to end those that outlive their parent.
    """

    def __init__(self, pid: int, spawned_ns: int) -> None:
        self._spawned_ns = spawned_ns
        self.peak_bytes = 0
        self.timeline: list[tuple[float, int]] = []
        self.seen: dict[int, psutil.Process] = {}
        try:
            self._root: psutil.Process | None = psutil.Process(pid)
        except psutil.NoSuchProcess:
            self._root = None

    def look(self) -> float:
        """Take one look; returns the seconds to wait before the next.

        The wait grows with the age of the process, and with what a look costs, so that watching takes at
        most about two percent of a processor.
        """
        begun_ns = now_ns()
        total = sum(_rss_bytes(process) for process in self._tree())
        age_s = (begun_ns - self._spawned_ns) / 1e9
        if total:
            self.peak_bytes = max(self.peak_bytes, total)
            self.timeline.append((age_s, total))
        cost_s = (now_ns() - begun_ns) / 1e9
        return max(min(LONGEST_S, max(SHORTEST_S, age_s / 50)), 50 * cost_s)

    def _tree(self) -> list[psutil.Process]:
        if self._root is None:
            return []
        try:
            children = self._root.children(recursive=True)
        except psutil.Error:
            return []
        self.seen.update((child.pid, child) for child in children)
        return [self._root, *children]


def _rss_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def thin(timeline: list[tuple[float, int]], points: int = TIMELINE_POINTS) -> tuple[tuple[float, int], ...]:
    """At most `points` of a timeline: of each of as many equal stretches its highest point."""
    if len(timeline) <= points:
        return tuple((round(at, 3), size) for at, size in timeline)
    stretches = (timeline[i * len(timeline) // points : (i + 1) * len(timeline) // points] for i in range(points))
    highest = (max(stretch, key=lambda point: point[1]) for stretch in stretches)
    return tuple((round(at, 3), size) for at, size in highest)
