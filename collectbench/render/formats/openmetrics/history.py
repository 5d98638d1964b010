"""The last point of each trend as families of gauges."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from collectbench.model.history import History, TargetTrend, TrendPoint
from collectbench.render.formats.openmetrics.families import Family


def history_families(history: History) -> Iterator[Family]:
    """Yield the last time of each target in each environment, its items, its runs, and its steps."""

    def last(name: str, about: str, unit: str, figure: Callable[[TrendPoint], float | None]) -> Family:
        samples = [
            (_labels(trend), number)
            for trend in history.trends
            if trend.points and (number := figure(trend.points[-1])) is not None
        ]
        return Family(name=f"history_{name}", help=about, unit=unit, samples=samples)

    reference = "The same in reference seconds: on a machine of nominal speed."
    yield last("wall_seconds", "Median wall time of the last run.", "seconds", lambda point: point.wall_s)
    yield last("reference_wall_seconds", reference, "seconds", lambda point: point.reference_wall_s)
    yield last("items", "Collected items of the last run.", "", lambda point: point.items)
    runs = [(_labels(trend), len(trend.points)) for trend in history.trends]
    yield Family(name="history_runs", help="Recorded runs.", samples=runs)
    steps = [(_labels(trend), len(trend.steps)) for trend in history.trends]
    yield Family(name="history_steps", help="Lasting changes among them.", samples=steps)
    ratios = [
        ({**_labels(trend), "figure": step.figure, "base": step.base or "", "head": step.head or ""}, step.ratio)
        for trend in history.trends
        for step in trend.steps[-1:]
        if math.isfinite(step.ratio)
    ]
    about = "The last lasting change, as a multiple of the level before."
    yield Family(name="history_last_step_ratio", help=about, unit="ratio", samples=ratios)


def _labels(trend: TargetTrend) -> dict[str, str]:
    return {"environment": trend.environment, "target": trend.name}
