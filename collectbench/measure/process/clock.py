"""The one clock of all measurements."""

from __future__ import annotations

import time


def now_ns() -> int:
    """Nanoseconds of CLOCK_MONOTONIC, which the probe reads in the measured process as well.

    Not `time.monotonic`: on macOS that is another clock.
    """
    return time.clock_gettime_ns(time.CLOCK_MONOTONIC)
