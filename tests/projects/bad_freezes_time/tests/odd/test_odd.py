"""Freezes time by hand, in the modules that have the clocks already, too, as freezegun does."""

import sys
import time

REAL = {name: getattr(time, name) for name in ("time", "monotonic", "perf_counter", "clock_gettime", "clock_gettime_ns")}


def frozen(*_):
    return 0


for module in list(sys.modules.values()):
    for attribute, value in list(vars(module).items()) if hasattr(module, "__dict__") else ():
        if any(value is real for real in REAL.values()):
            setattr(module, attribute, frozen)


def test_after():
    assert time.time() == 0
