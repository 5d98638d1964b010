"""Which target goes to which worker, and what becomes of it if the worker dies. Pure: nothing here knows Dask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from collectbench.discovery import SUITE

MOST_DEATHS = 3
"""A target that so many workers died of is not measured again: it would take them all."""

MOST_FAILURES = 3
"""After so many workers that could not measure a target, the fault is not theirs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Where each target is. It is in exactly one of these: waiting, running, finished, crashed.

    Attributes:
        waiting: the targets that nobody measures, the next one first.
        running: by target, the address of the worker that measures it.
        finished: those that were measured.
        deaths: by target, the labels of the workers that died while they measured it.
        failures: by target, why workers could not measure it, each with the label of the worker.
    """

    waiting: tuple[str, ...]
    running: Mapping[str, str] = field(default_factory=dict)
    finished: tuple[str, ...] = ()
    deaths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    failures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def crashed(self) -> tuple[str, ...]:
        """The targets that are given up, since too many workers died of them."""
        return tuple(name for name, labels in self.deaths.items() if len(labels) >= MOST_DEATHS)

    @property
    def hopeless(self) -> tuple[str, ...]:
        """The targets that too many workers could not measure."""
        return tuple(name for name, reasons in self.failures.items() if len(reasons) >= MOST_FAILURES)

    @property
    def is_over(self) -> bool:
        """Whether no target waits or runs."""
        return not self.waiting and not self.running

    def target_of(self, worker: str) -> str | None:
        """The target that a worker measures; None if it is free."""
        return next((target for target, at in self.running.items() if at == worker), None)

    def assigned(self, workers: Sequence[str]) -> Board:
        """Give each of these workers that is free the next target, in their order."""
        board = self
        for worker in workers:
            if board.waiting and board.target_of(worker) is None:
                target, *rest = board.waiting
                board = replace(board, waiting=tuple(rest), running={**board.running, target: worker})
        return board

    def measured(self, target: str) -> Board:
        """A target is measured. One that does not run (any more) stays where it is."""
        if target not in self.running:
            return self
        return replace(self._without(target), finished=(*self.finished, target))

    def died(self, target: str, label: str) -> Board:
        """The worker of that label died while it measured a target, which is measured again as a whole, if at all."""
        if target not in self.running:
            return self
        deaths = {**self.deaths, target: (*self.deaths.get(target, ()), label)}
        board = replace(self._without(target), deaths=deaths)
        return board if target in board.crashed else replace(board, waiting=(target, *board.waiting))

    def returned(self, target: str) -> Board:
        """A target that was given to a worker never began there. It is the next one again."""
        if target not in self.running:
            return self
        return replace(self._without(target), waiting=(target, *self.waiting))

    def failed(self, target: str, reason: str) -> Board:
        """A worker could not measure a target. Another one tries."""
        if target not in self.running:
            return self
        failures = {**self.failures, target: (*self.failures.get(target, ()), reason)}
        return replace(self._without(target), failures=failures, waiting=(target, *self.waiting))

    def abandoned(self) -> Board:
        """No further target begins."""
        return replace(self, waiting=())

    def _without(self, target: str) -> Board:
        return replace(self, running={name: at for name, at in self.running.items() if name != target})


def new_board(names: Sequence[str], seconds: Mapping[str, float]) -> Board:
    """The board before the first target runs: the longest first, so that no worker is left with it at the end.

    `seconds` are known wall seconds by target. One of unknown length counts as the median. Of equal ones the suite
    comes first, and the others keep their order.
    """
    known = [seconds[name] for name in names if name in seconds]
    usual = median(known) if known else 0.0
    return Board(waiting=tuple(sorted(names, key=lambda name: (-seconds.get(name, usual), name != SUITE))))
