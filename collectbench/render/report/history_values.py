"""The history as the page of a report holds it: the runs once for each environment, and numbers by their position."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from collectbench.model.history import History, Step, StepKind, TargetTrend
from collectbench.model.units import format_duration, format_ratio
from collectbench.render.parts.quantities import count
from collectbench.render.profile.page_values import short_text

_MOST_MARKS = 20
_MOST_POINTS = 500
"""The latest runs of a trend that the page holds."""


def history_values(history: History) -> dict[str, Any]:
    """Return the environments with their runs, and each trend with its values at these runs, in milliseconds."""
    environments: dict[str, list[TargetTrend]] = {}
    for trend in history.trends:
        environments.setdefault(trend.environment, []).append(trend)
    return {
        "directory": short_text(history.directory),
        "records": history.records,
        "notes": [short_text(note, 1000) for note in history.notes[:100]],
        "environments": [_environment(name, trends) for name, trends in environments.items()],
    }


def _environment(name: str, trends: Iterable[TargetTrend]) -> dict[str, Any]:
    trends = list(trends)
    runs: dict[str, list[Any]] = {}
    for trend in trends:
        for point in trend.points:
            runs.setdefault(
                point.created,
                [
                    point.created[:16].replace("T", " "),
                    short_text(point.commit or "")[:12],
                    bool(point.dirty),
                    [short_text(mark) for mark in point.marks[:_MOST_MARKS]],
                ],
            )
    moments = sorted(runs)[-_MOST_POINTS:]
    positions = {moment: position for position, moment in enumerate(moments)}
    return {
        "name": short_text(name),
        "total": len(runs),
        "runs": [runs[moment] for moment in moments],
        "trends": [_trend(trend, positions) for trend in trends],
    }


def _trend(trend: TargetTrend, positions: dict[str, int]) -> dict[str, Any]:
    is_normal = all(point.reference_wall_s is not None for point in trend.points if point.wall_s is not None)
    values: list[float | None] = [None] * len(positions)
    items: list[int | None] = [None] * len(positions)
    for point in trend.points:
        position = positions.get(point.created)
        seconds = point.reference_wall_s if is_normal else point.wall_s
        if position is not None and seconds is not None:
            values[position] = round(seconds * 1000, 1)
        if position is not None:
            items[position] = point.items
    return {
        "name": short_text(trend.name),
        "reference": is_normal,
        "ms": values,
        "items": _changes_only(items),
        "steps": [
            {
                "at": positions[trend.points[step.index].created],
                "kind": step.kind.value,
                "before": step.before,
                "after": step.after,
                "words": short_text(step_words(step), 500),
            }
            for step in trend.steps
            if trend.points[step.index].created in positions
        ],
    }


def _changes_only(items: list[int | None]) -> list[list[int]]:
    """The positions at which the number of items changes, each with the new number."""
    changes: list[list[int]] = []
    for position, number in enumerate(items):
        if number is not None and (not changes or changes[-1][1] != number):
            changes.append([position, number])
    return changes


def step_words(step: Step) -> str:
    """Return a step as a clause: `1.20 s -> 1.38 s (+15 %), between 1a2b3c4 and 5d6e7f8`."""
    if step.kind is StepKind.TIME:
        change = f"{format_duration(step.before)} -> {format_duration(step.after)} ({format_ratio(step.ratio)})"
    else:
        change = f"{step.figure.replace('_', ' ')} {count(round(step.before))} -> {count(round(step.after))}"
    if not step.head:
        return change
    if not step.base:
        return f"{change}, at {step.head[:10]}"
    return f"{change}, between {step.base[:10]} and {step.head[:10]}"
