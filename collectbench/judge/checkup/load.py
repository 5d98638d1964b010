"""Checks what else the machine does."""

from __future__ import annotations

from collectbench.judge.checkup.findings import Finding, fine, unknown, warn
from collectbench.model.doctor import Readings
from collectbench.model.reason import Action, Remedy
from collectbench.model.units import format_size

_PRESSURE = 0.05
"""From five percent of the time on, rounds wait as well."""

_STEAL = 0.01
_SWAPPED_BYTES = 64 * 1024**2
_SPARE_CPUS = 0.5
"""A round uses one CPU, and sometimes a second: with less than half a CPU to spare, it has to wait."""


def busyness(readings: Readings) -> Finding:
    """Whether a CPU is free for the round."""
    name = "load"
    if readings.load_1m is None:
        return unknown(name, "this system does not report its load")
    cpus, others = readings.environment.cpu_count, readings.other_pythons
    fact = f"{readings.load_1m:.2f} on {cpus} CPUs"
    if others:
        fact += f", {others} other Python process{'' if others == 1 else 'es'}"
    if readings.load_1m > cpus - _SPARE_CPUS:
        return warn(name, fact, "stop other programs, or measure later: rounds have to wait for a CPU")
    return fine(name, fact)


def pressure(readings: Readings) -> Finding:
    """Whether tasks wait for CPU, memory or disk (Linux PSI)."""
    name = "pressure"
    shares = {
        "a CPU": readings.cpu_pressure,
        "memory": readings.memory_pressure,
        "disk": readings.io_pressure,
    }
    known = {resource: share for resource, share in shares.items() if share is not None}
    if not known:
        return unknown(name, "the kernel has no pressure figures (PSI) that could explain noise in rounds")
    fact = (
        f"some task waits {', '.join(f'{share:.0%} of the time for {resource}' for resource, share in known.items())}"
    )
    if max(known.values()) >= _PRESSURE:
        return warn(name, fact, "stop other programs: waiting increases wall time, and CPU time a little")
    return fine(name, fact)


def steal(readings: Readings) -> Finding:
    """Whether the hypervisor gives the CPUs to other machines."""
    name = "steal"
    if readings.steal_share is None:
        return unknown(name, "this system does not report the CPU time that a hypervisor withheld")
    fact = f"the hypervisor withheld {readings.steal_share:.1%} of the CPU time since the start of the system"
    if readings.steal_share >= _STEAL:
        in_pairs = (Remedy(action=Action.COMPARE_COMMITS),) if readings.in_repository else ()
        return warn(name, fact, "use a machine of your own", *in_pairs)
    return fine(name, fact)


def swap(readings: Readings) -> Finding:
    """Whether memory was swapped out to disk."""
    name = "swap"
    if readings.swap_bytes is None or readings.swap_used_bytes is None:
        return unknown(name, "this system does not report its use of swap")
    if not readings.swap_bytes:
        return fine(name, "there is no swap")
    fact = f"{format_size(readings.swap_used_bytes)} of {format_size(readings.swap_bytes)} used"
    if readings.swap_used_bytes > _SWAPPED_BYTES:
        return warn(name, fact, "close programs that use much memory: pages that return from disk make rounds longer")
    return fine(name, fact)
