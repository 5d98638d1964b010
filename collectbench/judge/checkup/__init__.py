"""Judges the readings of a machine: one function for each check, listed here in the order of importance."""

from __future__ import annotations

from collections.abc import Callable

from collectbench.judge.checkup.container import memory_limit, quota
from collectbench.judge.checkup.findings import Finding
from collectbench.judge.checkup.load import busyness, pressure, steal, swap
from collectbench.judge.checkup.processor import battery, cpus, governor, heat, turbo
from collectbench.judge.checkup.software import bytecode, git, plugins
from collectbench.judge.checkup.system import clock, project_files, temporary_files
from collectbench.model.doctor import Examination, Readings
from collectbench.model.reason import Wording

CHECKS: tuple[Callable[[Readings], Finding], ...] = (
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


def examine(readings: Readings, word: Wording) -> tuple[Examination, ...]:
    """The results of all checks of a machine, in the order of CHECKS."""
    return tuple(_examination(check(readings), word) for check in CHECKS)


def _examination(finding: Finding, word: Wording) -> Examination:
    return Examination(
        name=finding.name,
        condition=finding.condition,
        finding=finding.fact,
        remedy="" if finding.advice is None else word(finding.advice),
    )
