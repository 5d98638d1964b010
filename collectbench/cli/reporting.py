"""A run together with what is decided about it."""

from __future__ import annotations

from collectbench.discovery import SUITE
from collectbench.judge.budgets import judge_limits
from collectbench.judge.hints import hints
from collectbench.model.comparison import Budget
from collectbench.model.report import RunReport
from collectbench.model.run import Run
from collectbench.model.target import Limits


def report(run: Run, *, quiet: bool = False) -> RunReport:
    """The run with the state of its budgets and, unless `quiet`, with hints."""
    judged = [(result, run.config.limits.get(result.name, Limits())) for result in run.targets]
    if run.suite is not None:
        judged.append((run.suite, Limits(budget_s=run.config.suite_budget_s)))
    budgets: dict[str, Budget] = {}
    for result, limits in judged:
        budget = judge_limits(result, limits, None)
        if budget is not None:
            budgets[SUITE if result is run.suite else result.name] = budget
    return RunReport(run=run, budgets=budgets, hints=() if quiet else hints(run))
