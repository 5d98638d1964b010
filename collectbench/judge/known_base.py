"""What an earlier run already tells about base: counters are exact, so they need not be counted again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collectbench.judge.counters import fails_by_counters
from collectbench.judge.sameness import is_same_work
from collectbench.model.counter_names import PATH_DEPENDENT
from collectbench.model.sample import RoundKind

if TYPE_CHECKING:
    from collectbench.model.run import TargetResult


def known_base(stored: TargetResult, *, note: str) -> TargetResult:
    """What a stored result tells about base, if base has the same files.

    Left out are its times, which are of another day, and the counters that depend on where the files lie. Head can
    fail by the others. It can only be the same if there are no such counters, as before Python 3.12. `note` says whence
    the counters are.
    """
    counters = {name: count for name, count in (stored.counters or {}).items() if name not in PATH_DEPENDENT}
    return replace(
        stored,
        counters=counters,
        wall_s=None,
        unqueued_wall_s=None,
        reference_wall_s=None,
        cpu_s=None,
        peak_rss_bytes=None,
        cold_wall_s=None,
        phases={},
        memory_timeline=(),
        samples=tuple(sample for sample in stored.samples if sample.kind is RoundKind.COUNTED),
        inputs=None,
        from_earlier_run=True,
        notes=(*stored.notes, note),
    )


def seems_decided(known: TargetResult, head: TargetResult, margin_floor: float | None) -> bool:
    """Whether base need not be measured, by head's first counted round: it is the same as base, or fails already.

    `margin_floor` is the tolerated growth of counters, a fraction; None if they are not to decide about the time.
    """
    head = replace(head, unstable=()) if head.counted_once else head
    return is_same_work(known, head) or (margin_floor is not None and fails_by_counters(known, head, margin_floor))
