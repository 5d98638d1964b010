"""Takes rounds, one by one: the part that all sessions share, from the deadline to the observer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from collectbench.measure.process.clock import now_ns
from collectbench.measure.process.interruption import raise_if_interrupted
from collectbench.measure.round.bench import Bench
from collectbench.measure.round.request import RoundRequest
from collectbench.measure.round.round import Round, run_round
from collectbench.measure.round.tree_report import report
from collectbench.measure.session.pace import Outlook
from collectbench.model.sample import Reference, RoundKind

ReferenceSource = Callable[[], Reference | None]
"""Runs the reference workload, or returns its last figures; None if it failed."""


class OutOfTime(Exception):
    """The deadline is over; no round was taken."""


class Observer(Protocol):
    """Learns what happens, to show it. It must not fail."""

    def begins(self, name: str, kind: RoundKind, outlook: Outlook) -> None:
        """A round begins: its target, its kind, and where the command stands."""

    def ended(self, name: str, kind: RoundKind, finished: Round) -> None:
        """A round is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A round as it is announced to the observer: see `Observer.begins`."""

    name: str
    outlook: Outlook


@dataclass(slots=True, kw_only=True)
class RoundRunner:
    """Takes rounds until a deadline.

    Attributes:
        observer: learns of each round.
        deadline_ns: no round begins at or after this moment of the clock; None for no deadline.
        clock_ns: reads the clock.
    """

    observer: Observer
    deadline_ns: int | None = None
    clock_ns: Callable[[], int] = now_ns

    @property
    def rest_s(self) -> float | None:
        """Seconds until the deadline, negative after it; None without a deadline."""
        return None if self.deadline_ns is None else (self.deadline_ns - self.clock_ns()) / 1e9

    def take(
        self,
        bench: Bench,
        request: RoundRequest,
        announcement: Announcement,
        reference: ReferenceSource | None = None,
    ) -> Round:
        """Take one round; its sample holds the reference workload right before it, if there is a source of that.

        Raises:
            OutOfTime: the deadline is over.
            Interrupted: a signal arrived before or during the round.
            OSError: the interpreter cannot be started.
        """
        raise_if_interrupted()
        if self.deadline_ns is not None and self.clock_ns() >= self.deadline_ns:
            raise OutOfTime
        self.observer.begins(announcement.name, request.kind, announcement.outlook)
        beside = None if reference is None else reference()
        finished = run_round(bench, request)
        finished = replace(finished, sample=replace(finished.sample, reference=beside))
        self.observer.ended(announcement.name, request.kind, finished)
        return finished


@contextmanager
def trees_put_back(benches: Iterable[Bench]) -> Iterator[None]:
    """Put the trees of all benches back when the block ends, in whichever way, and note what stays changed.

    Raises:
        Interrupted: a signal arrived during the last round.
    """
    try:
        yield
    finally:
        for tree in dict.fromkeys(bench.tree for bench in benches):
            tree.restore()
            tree.notes = report(tree)
    raise_if_interrupted()
