"""Ctrl-C, SIGTERM and SIGHUP: noted when they arrive, raised where a round can be left with nothing half done.

An exception in the middle of a spawn would lose the child, and one while the user's tree is put back would leave it
as the tests made it; worker threads would hear of neither.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

from collectbench.model.errors import Interrupted

NOTED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_arrived: list[str] = []

_deferred: ContextVar[bool] = ContextVar("deferred", default=False)
"""Of the thread that asks: each has a context of its own."""


@contextmanager
def signals_noted() -> Iterator[None]:
    """Within, these signals do nothing but make `raise_if_interrupted` raise, in every thread."""

    def note(number: int, frame: FrameType | None) -> None:
        _arrived.append(signal.Signals(number).name)

    # nohup ignores SIGHUP on purpose; a shell's `&` ignores SIGINT, which whoever sends it to us still means.
    wanted = [number for number in NOTED if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, note) for number in wanted}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _arrived.clear()


@contextmanager
def deferred() -> Iterator[None]:
    """Within, this thread is not interrupted: for what must not be left half done. The signal is raised afterwards."""
    token = _deferred.set(True)
    try:
        yield
    finally:
        _deferred.reset(token)


def raise_if_interrupted() -> None:
    """Go on, unless a signal has arrived and nothing defers it.

    Raises:
        Interrupted: it names the first signal that arrived.
    """
    if _arrived and not _deferred.get():
        raise Interrupted(_arrived[0])
