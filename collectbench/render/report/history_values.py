"""The history as the page of a report holds it: the runs once for each environment, and numbers by their position."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from collectbench.model.history import History, TargetTrend, TrendPoint
from collectbench.render.parts.history import commit_range, step_label, step_text, trends_by_environment
from collectbench.render.profile.page_values import short_text

_Key = tuple[str, str | None, int]
_MOST_MARKS = 20


def history_values(history: History, most_runs: int) -> dict[str, Any]:
    """Return the environments with their latest `most_runs` runs, and each trend with its milliseconds at these."""
    return {
        "directory": short_text(history.directory),
        "records": history.records,
        "notes": [short_text(note, 1000) for note in history.notes[:100]],
        "environments": [
            _environment(name, trends, most_runs) for name, trends in trends_by_environment(history).items()
        ],
    }


def _environment(name: str, trends: Sequence[TargetTrend], most_runs: int) -> dict[str, Any]:
    keys = [_keys(trend) for trend in trends]
    order = _order(sorted(keys, key=len, reverse=True))
    kept = order[-most_runs:]
    positions = {key: position for position, key in enumerate(kept)}
    runs: dict[_Key, TrendPoint] = {}
    for own, trend in zip(keys, trends, strict=True):
        for key, point in zip(own, trend.points, strict=True):
            runs.setdefault(key, point)
    return {
        "name": short_text(name),
        "total": len(order),
        "runs": [_run(runs[key]) for key in kept],
        "trends": [
            _trend(trend, [positions.get(key) for key in own], len(kept))
            for own, trend in zip(keys, trends, strict=True)
        ],
    }


def _keys(trend: TargetTrend) -> list[_Key]:
    """A key of each point that is the same for the point of that run in other trends; one commit may have many runs."""
    seen: Counter[tuple[str, str | None]] = Counter()
    keys = []
    for point in trend.points:
        place = (point.created, point.commit)
        keys.append((*place, seen[place]))
        seen[place] += 1
    return keys


def _order(sequences: Iterable[Sequence[_Key]]) -> list[_Key]:
    """All keys in an order that each sequence has; one that only later sequences have comes behind its predecessor."""
    order: list[_Key] = []
    known: set[_Key] = set()
    for sequence in sequences:
        if known.issuperset(sequence):
            continue
        at = 0
        for key in sequence:
            if key in known:
                at = order.index(key) + 1
            else:
                order.insert(at, key)
                known.add(key)
                at += 1
    return order


def _run(point: TrendPoint) -> list[Any]:
    """When, at which commit, whether with changes, and what else changed."""
    return [
        point.created[:16].replace("T", " "),
        short_text(point.commit or "")[:12],
        bool(point.dirty),
        [short_text(mark) for mark in point.marks[:_MOST_MARKS]],
    ]


def _trend(trend: TargetTrend, positions: Sequence[int | None], size: int) -> dict[str, Any]:
    """The values of a trend at `size` runs; its points lie at `positions`, None for those that are too old."""
    is_normal = all(point.reference_wall_s is not None for point in trend.points if point.wall_s is not None)
    values: list[float | None] = [None] * size
    items: list[int | None] = [None] * size
    for position, point in zip(positions, trend.points, strict=True):
        seconds = point.reference_wall_s if is_normal else point.wall_s
        if position is not None:
            values[position] = None if seconds is None else round(seconds * 1000, 1)
            items[position] = point.items
    return {
        "name": short_text(trend.name),
        "reference": is_normal,
        "ms": values,
        "items": _changes_only(items),
        "earlier_steps": sum(positions[step.index] is None for step in trend.steps),
        "steps": [
            {
                "at": position,
                "kind": step.kind.value,
                "label": short_text(step_label(step)),
                "words": short_text(step_text(step), 500),
                "range": short_text(commit_range(step.base, step.head)),
            }
            for step in trend.steps
            if (position := positions[step.index]) is not None
        ],
    }


def _changes_only(items: list[int | None]) -> list[list[int]]:
    """The positions at which the number of items changes, each with the new number."""
    changes: list[list[int]] = []
    for position, number in enumerate(items):
        if number is not None and (not changes or changes[-1][1] != number):
            changes.append([position, number])
    return changes
