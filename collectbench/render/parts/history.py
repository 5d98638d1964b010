"""A history in pieces that formats share: a table of trends for each environment, and its steps in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collectbench.model.cost import Cost
from collectbench.model.counter_names import NOUNS
from collectbench.model.history import Bisection, History, Step, StepKind, TargetTrend, TrendPoint
from collectbench.model.units import format_ratio
from collectbench.render.parts.costs import cost_text
from collectbench.render.parts.escape import printable
from collectbench.render.parts.prose import Statement, list_names, state
from collectbench.render.parts.quantities import MISSING, TimeScale, count, pluralize, time_scale
from collectbench.render.parts.sparkline import sparkline
from collectbench.render.parts.tables import Column, Table, target_table

RUNS_SHOWN = 20
"""Bars of a trend. All columns of a table fit into 80 columns with them."""
STEPS_SHOWN = 3
MARKS_SHOWN = 4
COMMIT_DIGITS = 7
SUITE = "suite"
WALL = "wall_s"
"""The figure of a step of the time that is not in reference seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """The steps of several trends at the same place."""

    environment: str
    point: TrendPoint
    base: str | None
    head: str | None
    steps: tuple[tuple[TargetTrend, Step], ...]


def history_stamp(history: History) -> list[str]:
    """Return the directory, the number of its runs, and when the first and the last one was."""
    times = sorted(point.created for trend in history.trends for point in trend.points)
    span = (
        [times[0][:10] if times[0][:10] == times[-1][:10] else f"{times[0][:10]} to {times[-1][:10]}"] if times else []
    )
    return [history.directory, pluralize(history.records, "run"), *span]


def trends_by_environment(history: History) -> dict[str, list[TargetTrend]]:
    """Return the trends of each environment, in their order."""
    found: dict[str, list[TargetTrend]] = {}
    for trend in history.trends:
        found.setdefault(trend.environment, []).append(trend)
    return found


def trend_table(trends: Sequence[TargetTrend]) -> Table:
    """Return a row for each trend of an environment: its bars, the last time, and the last step."""
    last = [trend.points[-1] if trend.points else None for trend in trends]
    scale = time_scale(point.wall_s for point in last if point is not None and point.wall_s is not None)
    runs = tuple(sparkline(_times(trend), RUNS_SHOWN) for trend in trends)
    most = max((len(trend.points) for trend in trends), default=0)
    title = f"last {min(most, RUNS_SHOWN)} runs" if most > 1 else "runs"
    columns = (
        Column(title=title, cells=runs, drop=2, right=False),
        Column(title="now", cells=tuple(_time(point, scale) for point in last), drop=0),
        Column(title="items", cells=tuple(_items(point) for point in last), drop=4),
        Column(title="last step", cells=tuple(map(_last_step, trends)), drop=1),
        Column(title="commits", cells=tuple(map(_last_range, trends)), drop=3, right=False),
    )
    return target_table((trend.name for trend in trends), columns, len(trends))


def history_statements(history: History, *, verbose: bool) -> Iterator[Statement]:
    """Yield the last steps (all with `verbose`), the latest first; what the last one of each trend costs; notes."""
    if history.bisection is not None:
        yield _found(history.bisection)
    changes = _changes(history)
    for change in changes if verbose else changes[:STEPS_SHOWN]:
        yield state("step", _in_words(change, several=len(trends_by_environment(history)) > 1))
    if not verbose and len(changes) > STEPS_SHOWN:
        yield state("note", f"{pluralize(len(changes) - STEPS_SHOWN, 'earlier step')} not shown")
    yield from (state("cost", cost_text(cost)) for cost in _costs(history))
    yield from (state("note", note) for note in history.notes)


def _found(search: Bisection) -> Statement:
    """The commit of a step, or why it was not found."""
    effort = f"{len(search.measured)} of {pluralize(search.commits, 'commit')} measured"
    if search.commits == 1 and not search.measured:
        effort = "the only commit between two runs"
    if search.commit is None:
        return state("not found", f"{printable(search.target)}: {search.reason} ({effort})")
    nouns = NOUNS.get(search.figure, (search.figure, search.figure))
    low, high = ("unknown" if number is None else count(number) for number in (search.low, search.high))
    doubt = f"; {search.reason}" if search.reason else ""
    return state(
        "found",
        f"{printable(search.target)}: {search.commit[:COMMIT_DIGITS]} ({printable(search.subject)}): "
        f"{nouns[1]} {low} -> {high}{doubt} ({effort})",
    )


def _costs(history: History) -> list[Cost]:
    """The costs that are shown: those of the suites, or of the first targets where there are none."""
    costs = [trend.cost for trend in history.trends if trend.cost is not None]
    return [cost for cost in costs if cost.name == SUITE] or costs[:STEPS_SHOWN]


def _changes(history: History) -> list[_Change]:
    """All steps, the latest first; those of several targets at the same commit are one."""
    found: dict[tuple[object, ...], list[tuple[TargetTrend, Step]]] = {}
    for trend in history.trends:
        for step in trend.steps:
            place = trend.points[step.index]
            key = (trend.environment, step.base, step.head, None if step.head else place.created)
            found.setdefault(key, []).append((trend, step))
    changes = [
        _Change(
            environment=steps[0][0].environment,
            point=steps[0][0].points[steps[0][1].index],
            base=steps[0][1].base,
            head=steps[0][1].head,
            steps=tuple(steps),
        )
        for steps in found.values()
    ]
    return sorted(changes, key=lambda change: change.point.created, reverse=True)


def _in_words(change: _Change, *, several: bool) -> str:
    """`1a2b3c4..5d6e7f8 (2026-11-20): suite: time 8.10 s -> 9.90 s (+22 %); with it numpy 2.1.0 -> 2.2.0`."""
    by_name: dict[str, list[str]] = {}
    for trend, step in change.steps:
        by_name.setdefault(printable(trend.name), []).append(step_text(step))
    by_text: dict[str, list[str]] = {}
    for name, texts in by_name.items():
        by_text.setdefault(", ".join(texts), []).append(name)
    effects = "; ".join(f"{list_names(names)}: {text}" for text, names in by_text.items())
    marks = [*change.point.marks[:MARKS_SHOWN]]
    rest = len(change.point.marks) - len(marks)
    with_it = f"; with it {', '.join(marks)}{f' and {rest} more' if rest > 0 else ''}" if marks else ""
    where = f" in {change.environment}" if several else ""
    return f"{commit_range(change.base, change.head)} ({change.point.created[:10]}){where}: {effects}{with_it}"


def step_text(step: Step) -> str:
    """Return what a step changed: `time 8.10 s -> 9.90 s (+22 %)`, `812 modules -> 1,204 (+48 %)`."""
    growth = f" ({format_ratio(step.ratio)})" if math.isfinite(step.ratio) else ""
    if step.kind is StepKind.TIME:
        scale = time_scale((step.before, step.after))
        noun = "time" if step.figure == WALL else "time in reference seconds"
        return f"{noun} {scale.amount(step.before)} -> {scale.amount(step.after)}{growth}"
    nouns = NOUNS.get(step.figure, (step.figure, step.figure))
    return f"{pluralize(round(step.before), *nouns)} -> {count(round(step.after))}{growth}"


def commit_range(base: str | None, head: str | None) -> str:
    """Return the commits between two runs as git names a range, each in seven digits."""
    if head is None:
        return "commits unknown"
    return f"{base[:COMMIT_DIGITS]}..{head[:COMMIT_DIGITS]}" if base and base != head else head[:COMMIT_DIGITS]


def _times(trend: TargetTrend) -> list[float | None]:
    """The times of all points, in reference seconds if each has them: as its steps do."""
    timed = [point for point in trend.points if point.wall_s is not None]
    if all(point.reference_wall_s is not None for point in timed):
        return [None if point.wall_s is None else point.reference_wall_s for point in trend.points]
    return [point.wall_s for point in trend.points]


def _last_step(trend: TargetTrend) -> str:
    return step_label(trend.steps[-1]) if trend.steps else MISSING


def step_label(step: Step) -> str:
    """Return what a step changed, in few characters: `time +22 %`, `modules +48 %`."""
    noun = "time" if step.kind is StepKind.TIME else NOUNS.get(step.figure, ("", step.figure))[1]
    amount = format_ratio(step.ratio) if math.isfinite(step.ratio) else f"+{count(round(step.after))}"
    return f"{noun} {amount}"


def _last_range(trend: TargetTrend) -> str:
    return commit_range(trend.steps[-1].base, trend.steps[-1].head) if trend.steps else ""


def _time(point: TrendPoint | None, scale: TimeScale) -> str:
    return MISSING if point is None or point.wall_s is None else scale.amount(point.wall_s)


def _items(point: TrendPoint | None) -> str:
    return MISSING if point is None or point.items is None else count(point.items)
