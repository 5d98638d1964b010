"""The commands that may follow a history."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace

from collectbench.discovery import SUITE
from collectbench.model.history import History, Step, StepKind, TargetTrend
from collectbench.model.reason import Advice
from collectbench.usecases.command_line import CommandLine
from collectbench.usecases.history.showing import order_of_steps

_OF_FILLING = (
    *("--from-git", "--rounds", "--warmup", "--seed", "--depth"),
    *("--suite", "--no-suite", "--counters", "--no-counters"),
)
"""Options that fill the history, and mean nothing for the search."""


def next_steps(history: History, typed: CommandLine) -> tuple[Advice, ...]:
    """Return what to do about the last step of the history; nothing without one whose commits are known."""
    return tuple(advice for advice in _advice(history, typed) if advice.command)


def _advice(history: History, typed: CommandLine) -> Iterator[Advice]:
    plain = replace(typed, options=(), targets=(), pytest_args=())
    if history.bisection is not None and history.bisection.commit is not None:
        yield Advice("what that commit changed", shlex.join(("git", "show", history.bisection.commit[:12])))
        return
    last = _last_step(history)
    if last is None:
        return
    trend, step = last
    if step.base is None or step.head is None:
        return
    yield Advice("the commits of the last step", shlex.join(("git", "log", f"{step.base[:12]}..{step.head[:12]}")))
    target = None if trend.name == SUITE else trend.name
    yield Advice(
        "the commit before it and your files, in pairs",
        plain.other("compare", "--against", step.base[:12], target=target),
    )
    shown_by_counter = any(each.kind is StepKind.COUNTER and each.index == step.index for each in trend.steps)
    if history.bisection is None and shown_by_counter:
        yield Advice("which of the commits it was", typed.again("--bisect", without=_OF_FILLING))


def _last_step(history: History) -> tuple[TargetTrend, Step] | None:
    """The latest step of all trends; that of the suite before those of its parts."""
    found = [(trend, step) for trend in history.trends for step in trend.steps[-1:]]
    return max(found, key=order_of_steps, default=None)
