"""One look at all targets: which of them are decided by the pairs that they have."""

from __future__ import annotations

import random
from dataclasses import replace

from collectbench.judge.paired.contamination import is_contaminated
from collectbench.judge.paired.flips import sign_flip
from collectbench.judge.paired.holm import Granted, holm
from collectbench.judge.paired.panel import Decision, Panel, Trial
from collectbench.judge.paired.spending import spent_by


def look(panel: Panel, *, last: bool = False) -> Panel:
    """Judge all targets that are not decided by the pairs that they have; `last` spends all of the remaining error.

    A look at which no flips could be as rare as Holm requires spends nothing of the error of `OVER`.
    """
    over = panel.alpha * (1.0 if last else spent_by(panel.over_shares, panel.looks)) - panel.spent_over
    under = panel.alpha_under * (1.0 if last else spent_by(panel.under_shares, panel.looks)) - panel.spent_under
    trials = {name: _tested(panel, trial, over, under) for name, trial in panel.trials.items()}
    granted = holm({name: trial.p_over for name, trial in trials.items()}, over)
    can_be_over = {name for name in panel.live if 0.5 ** len(trials[name].pairs) <= granted[name].level}
    for name in panel.live:
        if name in can_be_over:
            trials[name] = _held_against(trials[name], granted[name], panel)
        trial = trials[name]
        if trial.decided is None and trial.pairs and trial.p_under <= under:
            trials[name] = replace(trial, decided=Decision.UNDER)
    return replace(
        panel,
        trials=trials,
        looks=panel.looks + 1,
        spent_over=panel.spent_over + (over if can_be_over else 0.0),
        spent_under=panel.spent_under + under,
    )


def _tested(panel: Panel, trial: Trial, over: float, under: float) -> Trial:
    """The trial with its p-values by now; a decided one, or one without pairs, keeps those that it has."""
    if trial.decided is not None or not trial.pairs:
        return trial
    allowed = panel.margin(trial.pairs)
    tails = sign_flip(
        panel.scale.values(trial.base),
        [value - allowed for value in panel.scale.values(trial.head)],
        over=over / len(panel.trials),
        under=under,
        source=random.Random(f"{panel.seed}/{panel.looks}/{trial.name}"),
        weight=panel.weight,
    )
    return replace(trial, p_over=tails.at_least, p_under=tails.at_most)


def _held_against(trial: Trial, granted: Granted, panel: Panel) -> Trial:
    """The trial after its p-value was compared with the error that Holm grants it."""
    trial = replace(trial, level=granted.level, contaminated=False)
    if not granted.rejected:
        return trial
    if is_contaminated(trial, panel):
        return replace(trial, contaminated=True)
    return replace(trial, decided=Decision.OVER)
