"""What a change costs in a day, in words."""

from __future__ import annotations

from collectbench.model.cost import Cost
from collectbench.model.units import format_difference, format_duration
from collectbench.render.parts.escape import printable
from collectbench.render.parts.quantities import pluralize


def cost_text(cost: Cost) -> str:
    """Return `suite: +0.80 s a run = 41 minutes a day (1,025 runs on 3 machines), 0.33 EUR`."""
    runs = f"{cost.runs_per_day:,.10g} {'run' if cost.runs_per_day == 1 else 'runs'}"
    machines = f" on {pluralize(cost.workers, 'machine')}" if cost.workers > 1 else ""
    return f"{printable(cost.name)}: {format_difference(cost.run_s)} a run = {_day(cost)} a day ({runs}{machines})"


def _day(cost: Cost) -> str:
    """The time in one unit, without a sign if it is lost, and the price of it."""
    time = _long(abs(cost.day_s))
    price = "" if cost.day_price is None else f", {abs(cost.day_price):,.2f} {printable(cost.currency)}"
    return f"{time}{price}{' saved' if cost.day_s < 0 else ''}"


def _long(seconds: float) -> str:
    """A duration in words: seconds, minutes, or hours with one decimal."""
    if seconds < 99.5:
        return format_duration(seconds)
    if seconds < 119.5 * 60:
        return pluralize(round(seconds / 60), "minute")
    return f"{seconds / 3600:,.1f} hours"
