"""What else the machine does."""

from __future__ import annotations

from collectbench.judge.checkup.findings import fine, unknown, warn
from collectbench.model.doctor import Examination, Readings
from collectbench.model.units import format_size

_PRESSURE = 0.05
"""From five percent of the time spent waiting, rounds wait too."""

_STEAL = 0.01
_SWAPPED_BYTES = 64 * 1024**2
_SPARE_CPUS = 0.5
"""A round keeps one CPU busy and now and then a second; less than half a CPU to spare is felt."""


def busyness(readings: Readings) -> Examination:
    """Whether a CPU is free for the round."""
    name = "load"
    if readings.load_1m is None:
        return unknown(name, "this system does not tell its load")
    cpus, others = readings.environment.cpu_count, readings.other_pythons
    words = f"{readings.load_1m:.2f} on {cpus} CPUs"
    if others:
        words += f", {others} other Python process{'' if others == 1 else 'es'}"
    if readings.load_1m > cpus - _SPARE_CPUS:
        return warn(name, words, "end what else runs, or measure when it has ended: rounds have to wait for a CPU")
    return fine(name, words)


def pressure(readings: Readings) -> Examination:
    """Whether tasks wait for CPU, memory or disk (Linux PSI)."""
    name = "pressure"
    found = {
        "a CPU": readings.cpu_pressure,
        "memory": readings.memory_pressure,
        "disk": readings.io_pressure,
    }
    known = {what: share for what, share in found.items() if share is not None}
    if not known:
        return unknown(name, "the kernel keeps no pressure figures (PSI): noise in rounds cannot be explained by them")
    words = f"some task waits {', '.join(f'{share:.0%} of the time for {what}' for what, share in known.items())}"
    if max(known.values()) >= _PRESSURE:
        return warn(name, words, "end what else runs: such waiting lengthens wall time, and CPU time a little")
    return fine(name, words)


def steal(readings: Readings) -> Examination:
    """Whether the hypervisor gives the CPUs to others."""
    name = "steal"
    if readings.steal_share is None:
        return unknown(name, "this system does not tell how much CPU time a hypervisor withheld")
    words = f"{readings.steal_share:.1%} of the CPU time was withheld by the hypervisor since the start"
    if readings.steal_share >= _STEAL:
        return warn(name, words, "take a machine of your own, or compare in pairs (compare --against), not over time")
    return fine(name, words)


def swap(readings: Readings) -> Examination:
    """Whether memory lies on disk."""
    name = "swap"
    if readings.swap_bytes is None or readings.swap_used_bytes is None:
        return unknown(name, "this system does not tell how much of it is used")
    if not readings.swap_bytes:
        return fine(name, "there is none")
    words = f"{format_size(readings.swap_used_bytes)} of {format_size(readings.swap_bytes)} used"
    if readings.swap_used_bytes > _SWAPPED_BYTES:
        return warn(name, words, "close what takes memory: pages that come back from disk lengthen rounds")
    return fine(name, words)
