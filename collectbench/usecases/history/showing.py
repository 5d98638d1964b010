"""The trends that the recorded runs make. Nothing is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from collectbench.config import Config
from collectbench.config.readers import hint
from collectbench.discovery import SUITE
from collectbench.judge.cost import cost_of_step
from collectbench.judge.history.trend import trends
from collectbench.model.cost import CostSettings
from collectbench.model.errors import UsageError
from collectbench.model.history import History, Record, Step, TargetTrend
from collectbench.store.history import read_history
from collectbench.usecases.history.recording import shown
from collectbench.usecases.origin import TOOL, now


def place_of_history(given: Path | None, config: Config) -> Path:
    """Return the directory of the history: the given one, else the configured one."""
    cwd = Path.cwd()
    return cwd / (given if given is not None else (config.root or cwd) / config.history_dir)


def measured_targets(targets: Sequence[str]) -> tuple[str, ...]:
    """Return the targets to measure for these trends; empty for all, which the suite is."""
    return () if SUITE in targets else tuple(targets)


def show_history(directory: Path, targets: Sequence[str], config: Config) -> History:
    """Return the trends of these targets, or of all, in each environment.

    Raises:
        UsageError: the directory is not a history, or no record has one of the targets.
        BaselineError: there is no record that can be read, or one that only a newer version reads.
    """
    stored = read_history(directory)
    names = _known(targets, [record for _, record in stored.records])
    found = [trend for trend in trends(stored.records) if not names or trend.name in names]
    return History(
        tool=TOOL,
        created=now(),
        directory=shown(directory),
        records=len(stored.records),
        trends=tuple(_with_cost(trend, config.cost) for trend in found),
        notes=stored.notes,
    )


def order_of_steps(found: tuple[TargetTrend, Step]) -> tuple[str, bool, str]:
    """Return the sort key of a step of a trend: by time, the suite after its parts."""
    trend, step = found
    return trend.points[step.index].created, trend.name == SUITE, trend.name


def _known(targets: Sequence[str], records: Sequence[Record]) -> frozenset[str]:
    """The names of the targets, which a path may name as well."""
    known = dict.fromkeys(result.name for record in records for result in record.results)
    names = {target: target if target in known else target.removeprefix("./").rstrip("/") for target in targets}
    mistakes = [f"{target}: no record has this target; {hint(name, known)}" for target, name in names.items()
                if name not in known]  # fmt: skip
    if mistakes:
        raise UsageError(*mistakes)
    return frozenset(names.values())


def _with_cost(trend: TargetTrend, settings: CostSettings | None) -> TargetTrend:
    if settings is None or not trend.steps:
        return trend
    return replace(trend, cost=cost_of_step(trend.name, trend.steps[-1], settings))
