"""Noise during a round: the sensors of the machine, read before and after it, if the system has them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from collectbench.model.sample import Noise

SHORTEST_SLEEP_S = 0.05
"""A shorter difference is the time between reading the two clocks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The load, and running totals: microseconds of pressure and throttling, seconds of steal and sleep."""

    load_1m: float
    cpu_us: int | None
    memory_us: int | None
    io_us: int | None
    steal_s: float | None
    throttled_us: int | None
    asleep_s: float | None = None


def read(root: Path = Path("/")) -> Reading:
    """A reading of all sensors; their files lie below `root`."""
    return Reading(
        load_1m=round(os.getloadavg()[0], 2),
        cpu_us=_pressure(root, "cpu"),
        memory_us=_pressure(root, "memory"),
        io_us=_pressure(root, "io"),
        steal_s=getattr(psutil.cpu_times(), "steal", None),
        throttled_us=_throttled(root),
        asleep_s=_asleep_s(),
    )


def between(before: Reading, after: Reading, wall_s: float) -> Noise:
    """The noise between the readings before and after a round of `wall_s` seconds."""

    def share(start: int | None, end: int | None) -> float | None:
        return None if start is None or end is None else round(min(1.0, (end - start) / 1e6 / wall_s), 4)

    steal = None if before.steal_s is None or after.steal_s is None else round(after.steal_s - before.steal_s, 3)
    throttled = (
        None
        if before.throttled_us is None or after.throttled_us is None
        else round((after.throttled_us - before.throttled_us) / 1e6, 4)
    )
    asleep = None if before.asleep_s is None or after.asleep_s is None else after.asleep_s - before.asleep_s
    return Noise(
        load_1m=after.load_1m,
        cpu_pressure=share(before.cpu_us, after.cpu_us),
        memory_pressure=share(before.memory_us, after.memory_us),
        io_pressure=share(before.io_us, after.io_us),
        steal_s=steal,
        throttled_s=throttled,
        suspended_s=None if asleep is None else (round(asleep, 3) if asleep >= SHORTEST_SLEEP_S else 0.0),
    )


def _asleep_s() -> float | None:
    """Seconds that the machine has slept: two clocks differ by them, since one stops during sleep. None if unknown."""
    for awake_and_asleep, awake in (("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"), ("CLOCK_MONOTONIC", "CLOCK_UPTIME_RAW")):
        clocks = [getattr(time, name, None) for name in (awake_and_asleep, awake)]
        if clocks[0] is not None and clocks[1] is not None:
            return time.clock_gettime(clocks[0]) - time.clock_gettime(clocks[1])
    return None  # pragma: no cover - Linux and macOS have them


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _pressure(root: Path, resource: str) -> int | None:
    """Microseconds of stall time in the `some` line, https://docs.kernel.org/accounting/psi.html."""
    for line in _read(root / "proc/pressure" / resource).splitlines():
        kind, *fields = line.split()
        if kind == "some":
            return next((int(field[6:]) for field in fields if field.startswith("total=")), None)
    return None


def _throttled(root: Path) -> int | None:
    """Microseconds for which the control group of this process was throttled (cgroup version 2); None if unknown."""
    group = next((line[3:] for line in _read(root / "proc/self/cgroup").splitlines() if line.startswith("0::")), None)
    if group is None:
        return None
    for line in _read(root / "sys/fs/cgroup" / group.lstrip("/") / "cpu.stat").splitlines():
        key, _, value = line.partition(" ")
        if key == "throttled_usec":
            return int(value)
    return None
