"""Judges what a machine tells about itself: one function a check, each listed here in the order of its importance."""

from __future__ import annotations

from collections.abc import Callable

from collectbench.judge.checkup.container import memory_limit, quota
from collectbench.judge.checkup.load import busyness, pressure, steal, swap
from collectbench.judge.checkup.processor import battery, cpus, governor, heat, turbo
from collectbench.judge.checkup.software import bytecode, git, plugins
from collectbench.judge.checkup.system import clock, project_files, temporary_files
from collectbench.model.doctor import Examination, Readings

CHECKS: tuple[Callable[[Readings], Examination], ...] = (
    bytecode,
    quota,
    memory_limit,
    cpus,
    busyness,
    pressure,
    steal,
    swap,
    governor,
    turbo,
    battery,
    heat,
    clock,
    project_files,
    temporary_files,
    plugins,
    git,
)


def examine(readings: Readings) -> tuple[Examination, ...]:
    """What all checks say of a machine."""
    return tuple(check(readings) for check in CHECKS)
