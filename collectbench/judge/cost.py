"""What a change of the time costs in a day. Only changes that are no noise have a cost."""

from __future__ import annotations

from collections.abc import Iterable

from collectbench.model.comparison import Comparison, TargetComparison
from collectbench.model.cost import Cost, CostSettings
from collectbench.model.history import Step, StepKind


def daily_cost(name: str, growth_s: float, settings: CostSettings) -> Cost:
    """Return the cost of a growth of `growth_s` seconds in each run.

    Each machine collects by itself, waits that long, and is paid for it: so the seconds of a run count once for each.
    """
    day_s = growth_s * settings.runs_per_day * settings.workers
    price = settings.price_per_minute
    return Cost(
        name=name,
        run_s=growth_s,
        day_s=day_s,
        runs_per_day=settings.runs_per_day,
        workers=settings.workers,
        day_price=None if price is None else day_s / 60 * price,
        currency=settings.currency,
    )


def cost_of_comparison(comparison: Comparison, settings: CostSettings) -> tuple[Cost, ...]:
    """Return the cost of the change of the suite; without a suite, of each target that changed.

    The parts are not added up: nobody knows which of them a run collects.
    """
    rows: Iterable[TargetComparison] = comparison.targets if comparison.suite is None else (comparison.suite,)
    growths = ((row.name, _growth_s(row)) for row in rows)
    return tuple(daily_cost(name, growth_s, settings) for name, growth_s in growths if growth_s is not None)


def cost_of_step(name: str, step: Step, settings: CostSettings) -> Cost | None:
    """Return the cost of a step of the time; None for one of a counter, whose seconds are unknown."""
    if step.kind is not StepKind.TIME:
        return None
    return daily_cost(name, step.after - step.before, settings)


def _growth_s(row: TargetComparison) -> float | None:
    """The change of the wall time in seconds; None if there is none beyond noise.

    The interval of the CPU time decides whether there is one. A wall time that changed the other way is noise.
    """
    change = row.change
    if change is None or change.ci95 is None or change.base_wall_s is None or change.head_wall_s is None:
        return None
    growth_s = change.head_wall_s - change.base_wall_s
    low, high = change.ci95
    is_real = low > 1 if growth_s > 0 else high < 1
    return growth_s if is_real else None
