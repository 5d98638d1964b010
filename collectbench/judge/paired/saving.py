"""The figure of an experiment: what an intervention saves in seconds, and the margin that a saving must exceed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collectbench.judge.paired.panel import ALPHA, Disturbance, Pair, Panel
from collectbench.judge.paired.scale import Scale
from collectbench.judge.statistics import median
from collectbench.model.sample import Sample

LOOKS_AT = (7, 10, 15, 20)
SHARES = (0.8, 0.9, 0.95, 1.0)
"""The share of the error that the looks have spent by then. Seven pairs decide if all of them agree: 2^-7 is 0.0078."""

NOTICED_SHARE, NOTICED_S = 0.02, 0.02
"""A smaller saving is not worth a finding: that share of the unchanged arm's wall time, and so many seconds."""


WEIGHT = 8
"""How often the test counts the smaller half. Other programs only add wall time, so large figures say little; but they
count, since a test for which swaps leave no trace could not be sure."""


class SavingMargin:
    """The saving that an experiment must exceed, in seconds: the larger one of the two limits."""

    def __call__(self, pairs: Sequence[Pair]) -> float:
        """Return it for pairs whose head is the unchanged arm."""
        return margin_s(median([pair.head for pair in pairs]))


def margin_s(wall_s: float) -> float:
    """Return the smallest saving that counts, for an unchanged arm that takes so many seconds of wall time."""
    return max(NOTICED_SHARE * wall_s, NOTICED_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """Wall time in seconds. Base is the arm with the intervention and head the unchanged one: growth is the saving.

    It is wall time without the queueing that other programs of the machine caused. What the threads and processes of
    the tree may have inflicted on themselves counts: as much queueing as they took CPU time.
    """

    name: str = "saving"

    def panel(self, *, seed: int, share: float) -> Panel:
        """Return an empty panel; `share` is that of the error."""
        return Panel(
            trials={},
            scale=Scale.DIFFERENCE,
            margin=SavingMargin(),
            alpha=ALPHA * share,
            alpha_under=ALPHA,
            over_shares=SHARES,
            under_shares=SHARES,
            looks_at=LOOKS_AT,
            disturbance=Disturbance.SLOWER,
            seed=seed,
            weight=WEIGHT,
        )

    def pair(self, base: Sample, head: Sample) -> Pair | None:
        """Return the figures of one pair; None if the machine slept."""
        if base.slept or head.slept:
            return None
        return Pair(
            base=wall_of_its_own_s(base),
            head=wall_of_its_own_s(head),
            base_reference_s=base.reference.cpu_s if base.reference else None,
            head_reference_s=head.reference.cpu_s if head.reference else None,
            base_wall_s=base.unqueued_wall_s,
        )


def wall_of_its_own_s(sample: Sample) -> float:
    """Return the wall time of a round without what other programs of the machine made of it, in seconds."""
    return sample.wall_s - sample.machine_queued_s
