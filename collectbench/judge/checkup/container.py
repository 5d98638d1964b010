"""What the control group of a container or a service allows."""

from __future__ import annotations

from collectbench.judge.checkup.findings import fine, unknown, warn
from collectbench.model.doctor import Examination, Readings
from collectbench.model.units import format_size

_THROTTLED = 0.01
"""The share of periods, usually of 100 ms, in which the group was held back: one in a hundred is one a round or so."""

_TIGHT_MEMORY_BYTES = 1024**3
"""Below this, suites with big C extensions are ended by the kernel: pandas' own collects in 0.9 GiB."""


def quota(readings: Readings) -> Examination:
    """Whether the control group is held back when it uses more than its share of CPU time."""
    name = "CPU quota"
    if not readings.has_control_group:
        return unknown(name, "no control group can be read")
    throttled = readings.throttled_share or 0.0
    if readings.quota_cpus is None:
        return fine(name, "the control group has none")
    words = f"the control group may use {readings.quota_cpus:g} CPUs"
    if throttled >= _THROTTLED:
        return warn(
            name,
            f"{words}, and was held back in {throttled:.0%} of its periods",
            "raise the limit, or measure with fewer processes beside: rounds are stopped for up to 100 ms at a time",
        )
    if readings.quota_cpus < 1:
        return warn(name, words, "give it a whole CPU: with less, every round is stopped again and again")
    return fine(name, f"{words}, and was hardly ever held back")


def memory_limit(readings: Readings) -> Examination:
    """Whether there is memory enough for what collection needs."""
    name = "memory"
    available = readings.memory_available_bytes
    if available is None:
        return unknown(name, "this system does not tell how much is free")
    limit = readings.memory_limit_bytes
    usable = available if limit is None else min(available, limit)
    words = f"{format_size(available)} free" + ("" if limit is None else f", limited to {format_size(limit)}")
    if usable < _TIGHT_MEMORY_BYTES:
        return warn(name, words, "free some, or raise the limit: what does not fit is swapped out, or ends the round")
    return fine(name, words)
