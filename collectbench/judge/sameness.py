"""Whether two results are of the same work on the same code: then no time can differ but by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collectbench.model.run import TargetResult

_OUTSIDE = ("sockets", "subprocesses")
"""Counters of what reaches beyond the process: what comes back from there is in no file that was read."""


def is_same_work(base: TargetResult, head: TargetResult) -> bool:
    """Whether base and head read the same bytes, did the same work and found the same tests.

    Counters alone would not do: they see neither sleep nor loops in C. Nor would the files: code may ask the clock, the
    network or another program, so nothing is called the same that counts differently from round to round, or reaches
    out.
    """
    if base.counters is None or base.counters != head.counters or base.unstable or head.unstable:
        return False
    if any(base.counters.get(name, 0) for name in _OUTSIDE):
        return False
    if base.loaded_sha256 is None or base.loaded_sha256 != head.loaded_sha256:
        return False
    return base.nodeids_sha256 is not None and base.nodeids_sha256 == head.nodeids_sha256
