"""Tells whether two results did the same work on the same code: then their times only differ by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectbench.model.run import TargetResult

_OUTSIDE = ("sockets", "subprocesses")
"""Counters of work outside the process. Its results come from no file that was read."""


def is_same_work(base: TargetResult, head: TargetResult) -> bool:
    """Whether base and head read the same bytes, did the same work and collected the same tests.

    Counters alone are not enough: they see neither sleep nor loops in C. Equal files are not enough either: code may
    read the clock, the network or another program. Therefore a result is never the same if a counter differs from round
    to round, or if the process used sockets or subprocesses.
    """
    if base.counters is None or base.counters != head.counters or base.unstable or head.unstable:
        return False
    if works_outside(base):
        return False
    if base.loaded_sha256 is None or base.loaded_sha256 != head.loaded_sha256:
        return False
    return base.nodeids_sha256 is not None and base.nodeids_sha256 == head.nodeids_sha256


def works_outside(result: TargetResult) -> bool:
    """Whether the process starts others or uses sockets. Then its work may change although no file does."""
    return any((result.counters or {}).get(name, 0) for name in _OUTSIDE)
