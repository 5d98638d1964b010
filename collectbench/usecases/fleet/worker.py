"""A worker that takes part in a command, and the clock by which it is waited for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from collectbench.usecases.fleet.cluster import Pending
from collectbench.usecases.fleet.inspection import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The time in seconds, and how it passes."""

    now_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(slots=True, kw_only=True)
class Worker:
    """A worker that takes part.

    Attributes:
        address: of the worker; a restarted one has another address.
        facts: what it says about itself.
        has_copy: whether it has the user's tree, is getting it, or is unpacking it.
        is_ready: whether it has unpacked it, and can measure a target as soon as it is free.
        copies: how many copies of it were sent.
        unpacking: the task that unpacks it.
        measuring: the task that measures a target.
    """

    address: str
    facts: Facts
    has_copy: bool = False
    is_ready: bool = False
    copies: int = 0
    unpacking: Pending | None = None
    measuring: Pending | None = None

    def lose_copy(self) -> None:
        """What it had is gone."""
        self.has_copy = self.is_ready = False

    @property
    def tasks(self) -> tuple[Pending, ...]:
        """What runs on it."""
        return tuple(filter(None, (self.measuring, self.unpacking)))
