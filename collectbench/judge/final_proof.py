"""From a comparison of the tree without and with its fixes to the final proof."""

from __future__ import annotations

from collections.abc import Sequence

from collectbench.model.comparison import TargetComparison
from collectbench.model.diagnosis import INCONCLUSIVE, PROVEN, REFUTED, FinalProof


def final_proof(compared: TargetComparison, files: Sequence[str]) -> FinalProof:
    """Return the proof for one target; `files` are those that were edited in head."""
    change = compared.change
    verdict, reasons = _verdict(compared)
    return FinalProof(
        files=tuple(files),
        ratio=None if change is None else change.ratio,
        ci95=None if change is None else change.ci95,
        pairs=0 if change is None else change.pairs or 0,
        base_wall_s=None if change is None else change.base_wall_s,
        head_wall_s=None if change is None else change.head_wall_s,
        same_nodeids=compared.counts.same_nodeids,
        verdict=verdict,
        reasons=reasons,
    )


def _verdict(compared: TargetComparison) -> tuple[str, tuple[str, ...]]:
    counts, change = compared.counts, compared.change
    if counts.same_nodeids is False:
        return REFUTED, ("other tests are collected", *compared.reasons)
    if counts.base and counts.head and counts.base.errors != counts.head.errors:
        return REFUTED, (f"collection errors: {counts.base.errors} -> {counts.head.errors}", *compared.reasons)
    if change is None or change.ci95 is None or counts.same_nodeids is None:
        return INCONCLUSIVE, compared.reasons
    low, high = change.ci95
    if high < 1:
        return PROVEN, ()
    if low > 1:
        return REFUTED, ("it takes more CPU time with the fixes",)
    return INCONCLUSIVE, ("the CPU time is indistinguishable from that without the fixes",)
