"""Ctrl-C and SIGTERM: noted when they arrive, raised where a round can be left with nothing half done.

An exception in the middle of a spawn would lose the child, and one while the user's tree is put back would leave it
as the tests made it; worker threads would hear of neither.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from collectbench.model.errors import Interrupted

_arrived: list[str] = []


@contextmanager
def signals_noted() -> Iterator[None]:
    """Within, SIGINT and SIGTERM do nothing but make `raise_if_interrupted` raise, in every thread."""

    def note(number: int, frame: FrameType | None) -> None:
        _arrived.append(signal.Signals(number).name)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _arrived.clear()


def raise_if_interrupted() -> None:
    """Go on, unless a signal has arrived.

    Raises:
        Interrupted: it names the first signal that arrived.
    """
    if _arrived:
        raise Interrupted(_arrived[0])
