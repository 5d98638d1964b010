"""Reads the state of a machine from files of the kernel. Tests pass a root directory with files of their own."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from collectbench.measure.machine.control_group import ControlGroup, control_group
from collectbench.measure.machine.kernel_files import count, number, text
from collectbench.model.doctor import Readings
from collectbench.model.run import Environment

_CPUS = "sys/devices/system/cpu"


def read_machine(environment: Environment, project: Path, *, in_repository: bool, root: Path = Path("/")) -> Readings:
    """All readings, for a project in the directory `project`.

    Args:
        environment: the environment of runs in that project.
        project: an absolute path.
        in_repository: whether the project has a commit.
        root: the directory that holds `proc` and `sys`.
    """
    memory = _memory(root)
    group = control_group(root)
    return Readings(
        environment=environment,
        cpus_present=os.cpu_count(),
        governors=_governors(root),
        turbo=_turbo(root),
        has_control_group=group is not None,
        quota_cpus=group.quota_cpus if group else None,
        throttled_share=group.throttled_share if group else None,
        memory_limit_bytes=_real_limit(group, memory.get("MemTotal")),
        memory_bytes=memory.get("MemTotal"),
        memory_available_bytes=memory.get("MemAvailable"),
        swap_bytes=memory.get("SwapTotal"),
        swap_used_bytes=memory["SwapTotal"] - memory["SwapFree"]
        if {"SwapTotal", "SwapFree"} <= memory.keys()
        else None,
        cpu_pressure=_pressure(root, "cpu"),
        memory_pressure=_pressure(root, "memory"),
        io_pressure=_pressure(root, "io"),
        steal_share=_steal_share(root),
        load_1m=os.getloadavg()[0],
        other_pythons=_other_pythons(),
        clock_resolution_s=time.clock_getres(time.CLOCK_MONOTONIC),
        clock_source=text(root / "sys/devices/system/clocksource/clocksource0/current_clocksource"),
        project_filesystem=file_system(project, root),
        temporary_filesystem=file_system(Path(tempfile.gettempdir()), root),
        on_battery=_on_battery(root),
        thermal_throttles=_thermal_throttles(root),
        has_git=shutil.which("git") is not None,
        in_repository=in_repository,
    )


def file_system(path: Path, root: Path = Path("/")) -> str:
    """The type of the file system that holds a path; empty if unknown. The longest mount point above the path decides.

    Lines of mountinfo: https://docs.kernel.org/filesystems/proc.html#proc-pid-mountinfo-information-about-mounts.
    """
    resolved, kind, longest = path.resolve(), "", -1
    for line in text(root / "proc/self/mountinfo").splitlines():
        head, dash, tail = line.partition(" - ")
        fields = head.split()
        if not dash or len(fields) < 5:
            continue
        point = Path(fields[4].replace("\\040", " "))
        if resolved.is_relative_to(point) and len(point.parts) >= longest:  # a later mount hides an earlier one
            kind, longest = tail.partition(" ")[0], len(point.parts)
    return kind


def _governors(root: Path) -> tuple[str, ...]:
    return tuple(sorted({text(file) for file in root.glob(f"{_CPUS}/cpu[0-9]*/cpufreq/scaling_governor")} - {""}))


def _turbo(root: Path) -> bool | None:
    """Whether turbo is on: intel_pstate has a file no_turbo, other drivers a file boost. None if unknown."""
    no_turbo, boost = (number(root / _CPUS / name) for name in ("intel_pstate/no_turbo", "cpufreq/boost"))
    if no_turbo is not None:
        return no_turbo == 0
    return None if boost is None else boost != 0


def _real_limit(group: ControlGroup | None, total_bytes: int | None) -> int | None:
    """The group's limit on memory in bytes; None if there is none: version 1 then writes a limit above any memory."""
    if group is None or group.memory_limit_bytes is None:
        return None
    return None if total_bytes is not None and group.memory_limit_bytes >= total_bytes else group.memory_limit_bytes


def _memory(root: Path) -> dict[str, int]:
    """Bytes by name, from /proc/meminfo."""
    lines = (line.partition(":") for line in text(root / "proc/meminfo").splitlines())
    return {name: 1024 * int(rest.split()[0]) for name, _, rest in lines if rest.split()[:1]}


def _pressure(root: Path, resource: str) -> float | None:
    """The share of the last ten seconds in which some task waited; https://docs.kernel.org/accounting/psi.html."""
    for line in text(root / "proc/pressure" / resource).splitlines():
        kind, *fields = line.split()
        if kind == "some":
            return next((float(field[6:]) / 100 for field in fields if field.startswith("avg10=")), None)
    return None


def _steal_share(root: Path) -> float | None:
    """The share of steal, the eighth column of the line `cpu` in /proc/stat. User time includes the guest columns."""
    fields = text(root / "proc/stat").partition("\n")[0].split()[1:]
    jiffies = [int(field) for field in fields[:8]]
    total = sum(jiffies)
    return jiffies[7] / total if len(jiffies) == 8 and total else None


def _other_pythons() -> int | None:
    """How many other processes run Python, without this one and its parent; None if unknown."""
    own = {os.getpid(), os.getppid()}
    try:
        names = [process.info["name"] or "" for process in psutil.process_iter(["name"]) if process.pid not in own]
    except psutil.Error:  # pragma: no cover - a system that lists no processes
        return None
    return len([name for name in names if name.lower().startswith(("python", "pypy"))])


def _on_battery(root: Path) -> bool | None:
    supplies = sorted((root / "sys/class/power_supply").glob("*"))
    online = [number(supply / "online") for supply in supplies if text(supply / "type") == "Mains"]
    if any(state is not None for state in online):
        return not any(online)
    states = [text(supply / "status") for supply in supplies if text(supply / "type") == "Battery"]
    return "Discharging" in states if any(states) else None


def _thermal_throttles(root: Path) -> int | None:
    """The sum of the counts of all processors; a core with two threads counts twice. None if unknown."""
    return count(_numbers(root.glob(f"{_CPUS}/cpu[0-9]*/thermal_throttle/core_throttle_count")))


def _numbers(files: Iterable[Path]) -> list[int]:
    return [value for value in map(number, files) if value is not None]
