"""Steps of the time, explained by steps of the counters: the same change seen twice has one place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collectbench.judge.statistics import median

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collectbench.judge.history.counter_steps import CounterStep
    from collectbench.judge.history.steps import TimeStep

NEAR = 3
"""Runs between the place of a step of the time and the step of a counter that explains it."""


def explained_steps(
    values: Sequence[float], steps: Sequence[TimeStep], counted: Sequence[tuple[int, CounterStep]]
) -> tuple[TimeStep, ...]:
    """Return the steps of the time, each at the place of a counter step that explains it.

    A counter step explains one step of the time. It is at most three runs away, at a place that the times allow, and
    goes in the same direction. If several do, the one with the largest growth does.

    Args:
        values: the times, in seconds.
        steps: of these times.
        counted: the counter steps, each with the index of its first time.
    """
    moved: list[TimeStep] = []
    free = list(counted)
    for step in steps:
        fitting = [pair for pair in free if _explains(*pair, step)]
        if fitting:
            chosen = max(fitting, key=lambda pair: (pair[1].weight, -abs(pair[0] - step.index)))
            free.remove(chosen)
            moved.append(replace(step, index=chosen[0]))
        else:
            moved.append(step)
    bounds = [0, *(step.index for step in moved), len(values)]
    return tuple(
        replace(step, before=median(values[start:place]), after=median(values[place:end]))
        for step, start, place, end in zip(moved, bounds, bounds[1:], bounds[2:], strict=False)
    )


def _explains(index: int, counted: CounterStep, step: TimeStep) -> bool:
    is_near = abs(index - step.index) <= NEAR and step.earliest <= index <= step.latest
    return is_near and (counted.after > counted.before) == (step.after > step.before)
