"""The one clock of all measurements."""

from __future__ import annotations

import time


def now_ns() -> int:
    """Nanoseconds of CLOCK_MONOTONIC, the clock that the probe reads in the measured process.

    `time.monotonic` is another clock on macOS.
    """
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
