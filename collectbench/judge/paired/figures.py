"""The figures of a round that a paired comparison judges: CPU time, and waits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from collectbench.judge.change import MARGIN_FLOOR
from collectbench.judge.paired.panel import CPU_ALPHA, WAIT_ALPHA, Disturbance, Pair, Panel
from collectbench.judge.paired.scale import Margin, RelativeMargin, Scale, WaitMargin
from collectbench.judge.paired.spending import OVER_SHARES, WAIT_SHARES
from collectbench.judge.waits import waited_at_most_s, withheld
from collectbench.model.sample import Sample

CPU, WAITS = "CPU", "waits"


class Compared(Protocol):
    """What is compared of two rounds: `Figure`, or the saving of an experiment."""

    @property
    def name(self) -> str:
        """Of the figure."""

    def panel(self, *, seed: int, share: float) -> Panel:
        """An empty panel that has this share of the figure's error."""

    def pair(self, base: Sample, head: Sample) -> Pair | None:
        """The figures of one pair; None if the pair is spoilt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number of a round, and how it is judged.

    Attributes:
        name: of the figure.
        of: the number, from a sample.
        scale: on which base and head are compared.
        margin: the growth that is tolerated, on that scale.
        alpha: its part of the error of `OVER`.
        over_shares: how the looks spend it.
        disturbance: what the machine can do to it.
    """

    name: str
    of: Callable[[Sample], float]
    scale: Scale = Scale.LOG_RATIO
    margin: Margin = field(default_factory=RelativeMargin)
    alpha: float = CPU_ALPHA
    over_shares: tuple[float, ...] = OVER_SHARES
    disturbance: Disturbance = Disturbance.SLOWER

    def panel(self, *, seed: int, share: float) -> Panel:
        """An empty panel that has this share of the figure's error."""
        return Panel(
            trials={},
            scale=self.scale,
            margin=self.margin,
            alpha=self.alpha * share,
            over_shares=self.over_shares,
            disturbance=self.disturbance,
            seed=seed,
        )

    def pair(self, base: Sample, head: Sample) -> Pair | None:
        """The figures of one pair; None if the machine slept, or one has no place on the scale (a clock set back)."""
        figures = self.of(base), self.of(head)
        if base.slept or head.slept or not all(map(self.scale.accepts, figures)):
            return None
        return Pair(
            base=figures[0],
            head=figures[1],
            base_reference_s=base.reference.cpu_s if base.reference else None,
            head_reference_s=head.reference.cpu_s if head.reference else None,
            base_wall_s=base.unqueued_wall_s,
            base_withheld=withheld(base),
            head_withheld=withheld(head),
        )


def figures(margin_floor: float = MARGIN_FLOOR) -> tuple[Figure, ...]:
    """The figures of a comparison; `margin_floor` is the tolerated growth as a fraction."""
    return (
        Figure(name=CPU, of=lambda sample: sample.cpu_s, margin=RelativeMargin(floor=margin_floor)),
        Figure(
            name=WAITS,
            of=waited_at_most_s,
            scale=Scale.DIFFERENCE,
            margin=WaitMargin(floor=margin_floor),
            alpha=WAIT_ALPHA,
            over_shares=WAIT_SHARES,
            disturbance=Disturbance.WITHHELD,
        ),
    )
