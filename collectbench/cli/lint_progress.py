"""How far lint is, on one line of a terminal. It begins after a second: most runs are over before."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from collectbench.usecases.linting.reading import OnRead

_FIRST_S, _BETWEEN_S = 1.0, 0.1
_CLEAR = "\r\x1b[K"


@contextmanager
def lint_progress(*, wanted: bool, stream: TextIO | None = None) -> Iterator[OnRead]:
    """Show how many files are read on stderr or another `stream`, if it is a terminal; the line is gone at the end."""
    stream = stream or sys.stderr
    if not wanted or not stream.isatty():
        yield _silent
        return
    next_s = time.monotonic() + _FIRST_S
    is_shown = False

    def on_read(done: int, total: int) -> None:
        nonlocal next_s, is_shown
        now_s = time.monotonic()
        if now_s >= next_s:
            next_s, is_shown = now_s + _BETWEEN_S, True
            stream.write(f"{_CLEAR}{done:,} of {total:,} files read")
            stream.flush()

    try:
        yield on_read
    finally:
        if is_shown:
            stream.write(_CLEAR)
            stream.flush()


def _silent(done: int, total: int) -> None:
    """Show nothing."""
