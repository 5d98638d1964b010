"""Whether the processor keeps its speed."""

from __future__ import annotations

from collectbench.judge.checkup.findings import fine, unknown, warn
from collectbench.model.doctor import Examination, Readings

_STEADY = {"performance"}
_SETTLES = "warm-up rounds and pairs even some of it out"


def cpus(readings: Readings) -> Examination:
    """Whether there is a CPU for the round and one for everything else."""
    usable, present = readings.environment.cpu_count, readings.cpus_present
    words = f"{usable} usable"
    if present is not None and present != usable:
        words += f" of {present}"
    if usable < 2:
        return warn("CPUs", words, "use two or more: our own work and the system's then do not interrupt the round")
    return fine("CPUs", words)


def governor(readings: Readings) -> Examination:
    """Whether the system changes the frequency with the load."""
    name = "frequency governor"
    if not readings.governors:
        return unknown(name, "none can be read, as on most virtual machines: the host decides")
    words = ", ".join(readings.governors)
    if set(readings.governors) <= _STEADY:
        return fine(name, words)
    return warn(name, words, f"set performance (cpupower frequency-set -g performance); {_SETTLES}")


def turbo(readings: Readings) -> Examination:
    """Whether the frequency depends on temperature and on what the other cores do."""
    name = "turbo"
    if readings.turbo is None:
        return unknown(name, "cannot be read, as on most virtual machines: the host decides")
    if readings.turbo:
        return warn(name, "on, so that speed depends on heat and on the other cores", f"switch it off; {_SETTLES}")
    return fine(name, "off")


def battery(readings: Readings) -> Examination:
    """Whether the machine saves power."""
    if readings.on_battery is None:
        return unknown("power", "no battery and no mains can be read")
    if readings.on_battery:
        return warn("power", "on battery", "plug it in: most machines are slower on battery, and change their speed")
    return fine("power", "on mains")


def heat(readings: Readings) -> Examination:
    """Whether cores were slowed down since they were too hot."""
    name, times = "heat", readings.thermal_throttles
    if times is None:
        return unknown(name, "this system does not tell whether cores are slowed down for their temperature")
    if times:
        return warn(
            name,
            f"cores were slowed down {times:,} times for their temperature since the start",
            "cool it, or leave pauses between measurements",
        )
    return fine(name, "no core was slowed down for its temperature")
