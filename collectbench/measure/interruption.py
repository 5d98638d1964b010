"""Ctrl-C, SIGTERM and SIGHUP: noted when they arrive, raised where a round can be left with nothing half done.

An exception in the middle of a spawn would lose the child, and one while the user's tree is put back would leave it
as the tests made it; worker threads would hear of neither.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from collectbench.model.errors import Interrupted

NOTED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_arrived: list[str] = []


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


def raise_if_interrupted() -> None:
    """Go on, unless a signal has arrived.

    Raises:
        Interrupted: it names the first signal that arrived.
    """
    if _arrived:
        raise Interrupted(_arrived[0])
