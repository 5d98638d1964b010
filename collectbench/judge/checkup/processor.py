"""Checks whether the processor keeps its speed."""

from __future__ import annotations

from collectbench.judge.checkup.findings import Finding, fine, unknown, warn
from collectbench.model.doctor import Readings

_STEADY = {"performance"}
_SETTLES = "warm-up rounds and pairs reduce the effect"


def cpus(readings: Readings) -> Finding:
    """Whether there is a CPU for the round and one for everything else."""
    usable, present = readings.environment.cpu_count, readings.cpus_present
    fact = f"{usable} usable"
    if present is not None and present != usable:
        fact += f" of {present}"
    if usable < 2:
        return warn("CPUs", fact, "use two or more: collectbench and the system then do not interrupt the round")
    return fine("CPUs", fact)


def governor(readings: Readings) -> Finding:
    """Whether the system changes the frequency with the load."""
    name = "frequency governor"
    if not readings.governors:
        return unknown(name, "cannot be read, as on most virtual machines: the host decides")
    fact = ", ".join(readings.governors)
    if set(readings.governors) <= _STEADY:
        return fine(name, fact)
    return warn(name, fact, f"set performance (cpupower frequency-set -g performance); {_SETTLES}")


def turbo(readings: Readings) -> Finding:
    """Whether the frequency depends on temperature and on the other cores."""
    name = "turbo"
    if readings.turbo is None:
        return unknown(name, "cannot be read, as on most virtual machines: the host decides")
    if readings.turbo:
        return warn(name, "on, so the speed depends on heat and on the other cores", f"switch it off; {_SETTLES}")
    return fine(name, "off")


def battery(readings: Readings) -> Finding:
    """Whether the machine saves power."""
    if readings.on_battery is None:
        return unknown("power", "neither battery nor mains can be read")
    if readings.on_battery:
        return warn(
            "power", "on battery", "plug the machine in: most machines are slower on battery, and their speed varies"
        )
    return fine("power", "on mains")


def heat(readings: Readings) -> Finding:
    """Whether cores were slowed down because they were too hot."""
    name, times = "heat", readings.thermal_throttles
    if times is None:
        return unknown(name, "this system does not report whether cores are slowed down by heat")
    if times:
        return warn(
            name,
            f"heat slowed cores down {times:,} times since the start of the system",
            "cool the machine, or pause between measurements",
        )
    return fine(name, "no core was slowed down by heat")
