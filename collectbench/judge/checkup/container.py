"""Checks the limits that the control group of a container or a service sets."""

from __future__ import annotations

from collectbench.judge.checkup.findings import Finding, fine, unknown, warn
from collectbench.model.doctor import Readings
from collectbench.model.units import format_size

_THROTTLED = 0.01
"""The share of throttled periods, usually of 100 ms each: one in a hundred is about one per round."""

_TIGHT_MEMORY_BYTES = 1024**3
"""Below this, the kernel may kill suites with big C extensions: collecting the tests of pandas needs 0.9 GiB."""


def quota(readings: Readings) -> Finding:
    """Whether the control group is throttled when it uses more than its share of CPU time."""
    name = "CPU quota"
    if not readings.has_control_group:
        return unknown(name, "the control group cannot be read")
    throttled = readings.throttled_share or 0.0
    if readings.quota_cpus is None:
        return fine(name, "the control group has no quota")
    fact = f"the control group may use {readings.quota_cpus:g} CPUs"
    if throttled >= _THROTTLED:
        return warn(
            name,
            f"{fact}, and was throttled in {throttled:.0%} of its periods",
            "raise the limit, or stop other processes: each time, a round stops for up to 100 ms",
        )
    if readings.quota_cpus < 1:
        return warn(name, fact, "allow it a whole CPU: with less, every round stops again and again")
    return fine(name, f"{fact}, and was hardly ever throttled")


def memory_limit(readings: Readings) -> Finding:
    """Whether there is enough memory for collection."""
    name = "memory"
    available = readings.memory_available_bytes
    if available is None:
        return unknown(name, "this system does not report the free memory")
    limit = readings.memory_limit_bytes
    usable = available if limit is None else min(available, limit)
    fact = f"{format_size(available)} free" + ("" if limit is None else f", limited to {format_size(limit)}")
    if usable < _TIGHT_MEMORY_BYTES:
        return warn(
            name,
            fact,
            "free some, or raise the limit: without enough memory, pages are swapped out or the round is killed",
        )
    return fine(name, fact)
