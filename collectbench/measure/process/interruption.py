"""SIGINT, SIGQUIT, SIGTERM and SIGHUP: noted when they arrive, raised later, where nothing is left half done.

An exception in the middle of a spawn would lose the child. An exception while the user's tree is restored would leave
the tree as the tests changed it. And worker threads would get neither: Python raises in the main thread alone.

Work that only reads and computes has nothing to leave half done. It may take long, and it does not ask for signals:
within `interruptible` they are raised at once.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FrameType

from collectbench.model.errors import Interrupted

NOTED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)

_arrived: list[str] = []

_deferred: ContextVar[bool] = ContextVar("deferred", default=False)
"""Holds for the current thread: each thread has a context of its own."""

_at_once: ContextVar[bool] = ContextVar("at_once", default=False)
"""Holds for the main thread, in which Python calls handlers of signals."""


@contextmanager
def signals_noted() -> Iterator[None]:
    """Note these signals in the block: they do nothing but make `raise_if_interrupted` raise, in every thread."""

    def note(number: int, frame: FrameType | None) -> None:
        _arrived.append(signal.Signals(number).name)
        if len(_arrived) == 1:  # a second one would hit what the first one makes us clean up
            _raise_at_once()

    # nohup ignores SIGHUP on purpose, so that stays ignored. A shell's `&` makes us ignore SIGINT and
    # SIGQUIT, but one that is sent to this process is meant for it.
    numbers = [number for number in NOTED if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
    handlers = {number: signal.signal(number, note) for number in numbers}
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        _arrived.clear()


@contextmanager
def deferred() -> Iterator[None]:
    """Do not interrupt this thread in the block, which must not be left half done; the signal is raised afterwards."""
    token = _deferred.set(True)
    try:
        yield
    finally:
        _deferred.reset(token)


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise a noted signal at once while the main thread is in the block, which must only read and compute.

    Raises:
        Interrupted: as `raise_if_interrupted`, anywhere in the block.
    """
    token = _at_once.set(True)
    try:
        raise_if_interrupted()
        yield
    finally:
        _at_once.reset(token)


def _raise_at_once() -> None:
    if _at_once.get():
        raise_if_interrupted()


def raise_if_interrupted() -> None:
    """Do nothing, unless a signal has arrived and this thread does not defer it.

    Raises:
        Interrupted: with the name of the first signal that arrived.
    """
    if _arrived and not _deferred.get():
        raise Interrupted(_arrived[0])
