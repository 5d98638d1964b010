"""The state of the test: pairs of one target (a trial), and all targets that share one error (a panel)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from collectbench.judge.paired.flips import USUAL_WEIGHT
from collectbench.judge.paired.scale import Margin, RelativeMargin, Scale
from collectbench.judge.paired.spending import OVER_SHARES, UNDER_SHARES

ALPHA = 0.01
"""The chance that any target is called over although none grew by more than the margin, over all looks and figures."""

CPU_ALPHA, WAIT_ALPHA = 0.8 * ALPHA, 0.2 * ALPHA
"""The parts of it for CPU time and for waits. Waits hardly vary, so a small part detects them."""

LOOKS = (10, 15, 20)
FURTHER = 5
"""Numbers of pairs at which the test looks. After the last one it looks again after each `FURTHER` pairs."""


class Decision(Enum):
    """What the test decided about a target."""

    OVER = "over"
    """Head is larger than base by more than the margin."""
    UNDER = "under"
    """Head is larger than base by less than the margin, if at all."""


class Disturbance(Enum):
    """What the machine can do to a figure of head, so that `OVER` is withheld."""

    SLOWER = "the reference workload took longer beside head"
    WITHHELD = "the machine withheld more of head's wall time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The figures of one base and one head round that were measured together, in the figure's unit.

    Attributes:
        base: the figure of the base round.
        head: the figure of the head round.
        base_reference_s: CPU seconds of the reference workload right before the base round; None if it did not run.
        head_reference_s: the same of head.
        base_wall_s: the wall time of the base round without queueing.
        base_withheld: the share of the base round's wall time that the machine withheld, see `withheld`.
        head_withheld: the same of head.
    """

    base: float
    head: float
    base_reference_s: float | None = None
    head_reference_s: float | None = None
    base_wall_s: float = 0.0
    base_withheld: float = 0.0
    head_withheld: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is known of one target.

    Attributes:
        name: the target.
        pairs: pairs whose figures the scale accepts, in the order in which they were measured.
        decided: the decision once it is sure. The target is then measured no more, and keeps its p-values.
        p_over: p-value of the test against "head grew by at most the margin", at the last look.
        p_under: p-value of the test against "head grew by at least the margin", at the last look.
        level: the error that Holm granted this target at the last look at which it could be called over; 0 if none.
        contaminated: whether `OVER` was withheld because the machine itself was slower for head.
    """

    name: str
    pairs: tuple[Pair, ...] = ()
    decided: Decision | None = None
    p_over: float = 1.0
    p_under: float = 1.0
    level: float = 0.0
    contaminated: bool = False

    @property
    def base(self) -> list[float]:
        """The base's figures, pair by pair."""
        return [pair.base for pair in self.pairs]

    @property
    def head(self) -> list[float]:
        """The head's figures, pair by pair."""
        return [pair.head for pair in self.pairs]

    def after(self, pair: Pair) -> Trial:
        """The trial with one more pair."""
        return replace(self, pairs=(*self.pairs, pair))


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """All targets that are timed, and how much of the error their looks have spent.

    Attributes:
        trials: by target.
        scale: on which base and head are compared.
        margin: the tolerated growth, on that scale.
        disturbance: what `contamination` looks for.
        alpha: the error of `OVER` for all targets and looks together.
        alpha_under: the error of `UNDER` for each target. No figures share it: a target passes only if all are under.
        over_shares: how the looks spend `alpha`.
        under_shares: how the looks spend `alpha_under`.
        looks_at: the numbers of pairs at which to look, see `LOOKS`.
        seed: of all random flips and resamples.
        weight: how often the statistic counts the smaller half of the figures.
        looks: how many there were.
        spent_over: the part of `alpha` that these looks have spent on `OVER`.
        spent_under: the part of `alpha_under` that they have spent on `UNDER`.
    """

    trials: Mapping[str, Trial]
    scale: Scale = Scale.LOG_RATIO
    margin: Margin = field(default_factory=RelativeMargin)
    disturbance: Disturbance = Disturbance.SLOWER
    alpha: float = CPU_ALPHA
    alpha_under: float = ALPHA
    over_shares: tuple[float, ...] = OVER_SHARES
    under_shares: tuple[float, ...] = UNDER_SHARES
    looks_at: tuple[int, ...] = LOOKS
    seed: int = 0
    weight: int = USUAL_WEIGHT
    looks: int = 0
    spent_over: float = 0.0
    spent_under: float = 0.0

    @property
    def live(self) -> tuple[str, ...]:
        """The targets that are not decided."""
        return tuple(name for name, trial in self.trials.items() if trial.decided is None)

    def with_trial(self, trial: Trial) -> Panel:
        """The panel with this trial in place of the one of that name."""
        return replace(self, trials={**self.trials, trial.name: trial})

    @property
    def next_look(self) -> int:
        """The number of pairs at which to look next."""
        planned = self.looks_at
        if self.looks < len(planned):
            return planned[self.looks]
        return planned[-1] + FURTHER * (self.looks - len(planned) + 1)
