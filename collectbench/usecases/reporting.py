"""A run together with what is decided about it."""

from __future__ import annotations

from dataclasses import replace

from collectbench.judge.budgets import judge_limits
from collectbench.judge.hints import hints
from collectbench.judge.parts import explained, sum_of_parts
from collectbench.judge.reference_seconds import machine_speed
from collectbench.model.reason import Wording
from collectbench.model.report import RunReport
from collectbench.model.run import Run
from collectbench.model.target import Limits


def report(run: Run, word: Wording, *, quiet: bool = False) -> RunReport:
    """The run with the state of its budgets and, unless `quiet`, with hints.

    Goals of a reduction are omitted: only `compare` can judge them, against this run.
    """
    limited = [(result, run.config.limits.get(result.name, Limits())) for result in run.targets]
    if run.suite is not None:
        limited.append((run.suite, Limits(budget_s=run.config.suite_budget_s)))
    judged = {
        result.name: judge_limits(result, replace(limits, goal_reduction=None, warning_reduction=None), None, word)
        for result, limits in limited
    }
    return RunReport(
        run=run,
        parts=sum_of_parts(run),
        explained=explained(run),
        budgets={name: budget for name, budget in judged.items() if budget is not None},
        hints=() if quiet else tuple(map(word, hints(run))),
        machine_speed=machine_speed(run).factor,
    )
