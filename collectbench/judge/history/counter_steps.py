"""Steps of the work counters in a history: exact, since a stable counter changes only if the work does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collectbench.judge.counters import FLOORS, ITEMS, REMARKED_FROM, is_remarkable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CAUSES = ("sockets", "subprocesses", "modules", "compiled", "rewritten", ITEMS)
"""These say what changed; the other counters follow from them."""

_ITEMS_FLOOR = 4_000
"""About 50 ms worth: 20,000 hook calls, of which networkx has five for each item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a run counted of a target.

    Attributes:
        counters: those that repeated within the run.
        counted_by: the version of collectbench. Another one may count otherwise.
        is_dirty: whether the working tree had changes.
    """

    counters: Mapping[str, int]
    counted_by: str
    is_dirty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CounterStep:
    """A change of the work at one point.

    Attributes:
        index: of the first run with the new count.
        base_index: of the last run with the old one.
        figure: the counter that says most about it.
        before: the old count.
        after: the new one.
    """

    index: int
    base_index: int
    figure: str
    before: int
    after: int

    @property
    def weight(self) -> float:
        """How much it changed, as a multiple of what a user would notice (about 50 ms)."""
        floor = _ITEMS_FLOOR if self.figure == ITEMS else FLOORS.get(self.figure, 1)
        return abs(self.after - self.before) / floor


def counter_steps(runs: Sequence[Counted | None]) -> tuple[CounterStep, ...]:
    """Return one step for each run whose work differs from the runs before, the earliest first.

    Each counter is compared with the last run that has it. Changes that deserve no remark in a comparison are no steps:
    any commit that adds a test starts some functions more. A change in a dirty working tree counts if the next run
    repeats it; else it was tried and not kept. Where the version of collectbench changes, counts begin anew.
    """
    return tuple(_steps(runs))


def changed_counters(base: Counted, head: Counted) -> tuple[str, ...]:
    """Return the names of the counters that both runs have and that changed remarkably."""
    return tuple(
        name
        for name, count in head.counters.items()
        if name in base.counters and _is_step(name, base.counters[name], count)
    )


def _steps(runs: Sequence[Counted | None]) -> Iterator[CounterStep]:
    last: dict[str, tuple[int, int]] = {}
    version = None
    for index, run in enumerate(runs):
        if run is None:
            continue
        if run.counted_by != version:
            last, version = {}, run.counted_by
        changes = list[CounterStep]()
        for name, count in run.counters.items():
            if run.is_dirty and count != _next_count(runs, index, name):
                continue
            base_index, before = last.get(name, (index, count))
            if _is_step(name, before, count):
                changes.append(CounterStep(index=index, base_index=base_index, figure=name, before=before, after=count))
            last[name] = index, count
        if changes:
            yield max(changes, key=lambda step: (step.figure in _CAUSES, step.weight))


def _is_step(name: str, before: int, after: int) -> bool:
    if name == ITEMS:
        return abs(after - before) >= REMARKED_FROM * _ITEMS_FLOOR
    return after != before and is_remarkable(name, after - before)


def _next_count(runs: Sequence[Counted | None], index: int, name: str) -> int | None:
    """The count of the next run that has this counter."""
    later = (runs[after] for after in range(index + 1, len(runs)))
    return next((run.counters[name] for run in later if run is not None and name in run.counters), None)
