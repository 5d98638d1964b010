"""How long jobs take on several workers."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable


def makespan_s(seconds: Iterable[float], workers: int) -> float:
    """Return when the last worker has ended: the longest job first, each to the worker that is free first.

    That is at most 4/3 of the shortest possible time (Graham, "Bounds on multiprocessing timing anomalies", 1969), and
    never less than the longest job or an even share.

    Raises:
        ValueError: there is no worker.
    """
    if workers < 1:
        raise ValueError("no workers: a schedule needs at least one")
    jobs = sorted(seconds, reverse=True)
    if workers == 1:
        return math.fsum(jobs)
    ends = [0.0] * min(workers, max(1, len(jobs)))
    for job in jobs:
        heapq.heapreplace(ends, ends[0] + job)
    return max(ends)
