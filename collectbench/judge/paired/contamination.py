"""Whether the machine itself, and not the program, made head's figures larger."""

from __future__ import annotations

import math
import random
from statistics import fmean

from collectbench.judge.paired.flips import difference, sign_flip
from collectbench.judge.paired.panel import Disturbance, Panel, Trial
from collectbench.judge.paired.scale import Scale

_REFERENCE_DIFFERS = 0.05
"""The p-value at which the reference workload counts as different: it only ever turns `OVER` into doubt."""


def is_contaminated(trial: Trial, panel: Panel) -> bool:
    """Whether head is within the margin once the machine's part is taken away.

    `Panel.disturbance` says what that part is.
    """
    if panel.disturbance is Disturbance.WITHHELD:
        withheld_s = fmean((pair.head_withheld - pair.base_withheld) * pair.base_wall_s for pair in trial.pairs)
        return withheld_s > 0 and difference(trial.base, trial.head) - withheld_s <= panel.margin(trial.pairs)
    return _is_slowed(trial, panel)


def _is_slowed(trial: Trial, panel: Panel) -> bool:
    """Whether the reference workload was slower beside head, and head without that slowdown is within the margin."""
    slowdown = reference_ratio(trial)
    if slowdown is None or slowdown <= 1:
        return False
    base_s, head_s = _reference_times(trial)
    tails = sign_flip(
        Scale.LOG_RATIO.values(base_s),
        Scale.LOG_RATIO.values(head_s),
        over=_REFERENCE_DIFFERS,
        under=1.0,
        source=random.Random(f"{panel.seed}/reference/{trial.name}"),
    )
    corrected = panel.scale.values([figure / slowdown for figure in trial.head])
    growth = difference(panel.scale.values(trial.base), corrected)
    return tails.at_least <= _REFERENCE_DIFFERS and growth <= panel.margin(trial.pairs)


def reference_ratio(trial: Trial) -> float | None:
    """Head over base time of the reference workload; None if it did not run beside any pair."""
    base_s, head_s = _reference_times(trial)
    if not base_s:
        return None
    return math.exp(difference(Scale.LOG_RATIO.values(base_s), Scale.LOG_RATIO.values(head_s)))


def _reference_times(trial: Trial) -> tuple[list[float], list[float]]:
    """The times of the workload beside base and beside head, of the pairs that have both."""
    times = [(pair.base_reference_s, pair.head_reference_s) for pair in trial.pairs]
    complete = [(base_s, head_s) for base_s, head_s in times if base_s and head_s]
    return [base_s for base_s, _ in complete], [head_s for _, head_s in complete]
