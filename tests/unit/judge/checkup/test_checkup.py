"""The finding of each check for given readings, and without any readings."""

from __future__ import annotations

import inspect
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from collectbench.judge import checkup
from collectbench.judge.checkup import CHECKS, examine
from collectbench.model.doctor import Condition, Examination, Readings
from collectbench.usecases.wording import word

OK, WARNING, UNKNOWN = Condition.OK, Condition.WARNING, Condition.UNKNOWN
MIB, GIB = 2**20, 2**30

CASES: list[tuple[str, dict[str, Any], Condition, str]] = [
    ("bytecode", {}, OK, "written and kept"),
    ("bytecode", {"bytecode": "unwritable"}, WARNING, "set PYTHONPYCACHEPREFIX"),
    ("bytecode", {"bytecode": "disabled"}, WARNING, "(-B)"),
    (
        "bytecode",
        {"bytecode": "disabled", "flags": {"PYTHONDONTWRITEBYTECODE": "1"}},
        WARNING,
        "PYTHONDONTWRITEBYTECODE is set: pytest rewrites every test file in every run; unset it",
    ),
    ("CPU quota", {"has_control_group": True}, OK, "has no quota"),
    ("CPU quota", {"has_control_group": True, "quota_cpus": 2.0}, OK, "may use 2 CPUs, and was hardly ever throttled"),
    ("CPU quota", {"has_control_group": True, "quota_cpus": 0.5}, WARNING, "may use 0.5 CPUs; allow it a whole CPU"),
    (
        "CPU quota",
        {"has_control_group": True, "quota_cpus": 2.0, "throttled_share": 0.25},
        WARNING,
        "may use 2 CPUs, and was throttled in 25% of its periods; raise the limit",
    ),
    ("memory", {"memory_available_bytes": 4 * GIB}, OK, "4.00 GiB free"),
    ("memory", {"memory_available_bytes": 500 * MIB}, WARNING, "500 MiB free; free some"),
    (
        "memory",
        {"memory_available_bytes": 4 * GIB, "memory_limit_bytes": 512 * MIB},
        WARNING,
        "limited to 512 MiB",
    ),
    ("CPUs", {"cpus_present": 2}, OK, "2 usable"),
    ("CPUs", {"cpus_present": 8}, OK, "2 usable of 8"),
    ("CPUs", {"cpu_count": 1}, WARNING, "1 usable; use two or more"),
    ("load", {"load_1m": 0.2, "other_pythons": 1}, OK, "0.20 on 2 CPUs, 1 other Python process"),
    ("load", {"load_1m": 1.6, "other_pythons": 3}, WARNING, "1.60 on 2 CPUs, 3 other Python processes; stop other"),
    ("pressure", {"cpu_pressure": 0.01}, OK, "some task waits 1% of the time for a CPU"),
    (
        "pressure",
        {"cpu_pressure": 0.01, "io_pressure": 0.4},
        WARNING,
        "1% of the time for a CPU, 40% of the time for disk; stop other programs",
    ),
    ("steal", {"steal_share": 0.001}, OK, "withheld 0.1% of the CPU time"),
    (
        "steal",
        {"steal_share": 0.03},
        WARNING,
        "withheld 3.0% of the CPU time since the start of the system; use a machine of your own",
    ),
    ("swap", {"swap_bytes": 0, "swap_used_bytes": 0}, OK, "there is no swap"),
    ("swap", {"swap_bytes": GIB, "swap_used_bytes": 0}, OK, "0 B of 1.00 GiB used"),
    ("swap", {"swap_bytes": GIB, "swap_used_bytes": 512 * MIB}, WARNING, "512 MiB of 1.00 GiB used; close"),
    ("frequency governor", {"governors": ("performance",)}, OK, "performance"),
    ("frequency governor", {"governors": ("ondemand", "performance")}, WARNING, "ondemand, performance; set perf"),
    ("turbo", {"turbo": False}, OK, "off"),
    ("turbo", {"turbo": True}, WARNING, "on, so the speed depends on heat and on the other cores; switch it off"),
    ("power", {"on_battery": False}, OK, "on mains"),
    ("power", {"on_battery": True}, WARNING, "on battery; plug the machine in"),
    ("heat", {"thermal_throttles": 0}, OK, "no core was slowed down"),
    ("heat", {"thermal_throttles": 1234}, WARNING, "heat slowed cores down 1,234 times"),
    ("clock", {"clock_resolution_s": 1e-9, "clock_source": "tsc"}, OK, "resolves 1 ns, from tsc"),
    ("clock", {"clock_resolution_s": 1e-9}, OK, "resolves 1 ns"),
    ("clock", {"clock_resolution_s": 0.004, "clock_source": "tsc"}, WARNING, "4,000,000 ns, from tsc; use another"),
    ("clock", {"clock_resolution_s": 1e-9, "clock_source": "hpet"}, WARNING, "from hpet; let the kernel use tsc"),
    ("project's files", {"project_filesystem": "ext4"}, OK, "on ext4"),
    ("project's files", {"project_filesystem": "nfs4"}, WARNING, "on nfs4, which asks another machine"),
    ("project's files", {"project_filesystem": "fuse.whatever"}, WARNING, "on fuse.whatever"),
    ("project's files", {"project_filesystem": "overlay"}, OK, "only the first change of a file copies it"),
    ("project's files", {"project_filesystem": "fuse.fuse-overlayfs"}, OK, "only the first change"),
    ("temporary files", {"temporary_filesystem": "tmpfs"}, OK, "on tmpfs"),
    ("temporary files", {"temporary_filesystem": "9p"}, WARNING, "set TMPDIR"),
    ("plugins", {"plugins": {}}, OK, "none"),
    ("plugins", {"plugins": {"pytest-cov": "1"}}, OK, "1 distribution with pytest plugins"),
    ("plugins", {"plugins": dict.fromkeys(map(str, range(12)), "1")}, WARNING, "12 distributions with pytest plugins"),
    ("git", {"has_git": True, "in_repository": True}, OK, "the project has a commit"),
    ("git", {"has_git": True}, WARNING, "not in a repository with a commit; commit it to compare two commits"),
    ("git", {}, WARNING, "is not installed; install it to compare two commits"),
]  # fmt: skip


@pytest.fixture
def examined(environment):
    """Returns the examination of a name, for a machine with these readings and no others."""

    def look(name: str, readings: dict[str, Any]) -> Examination:
        stamp = {key: readings[key] for key in readings.keys() & environment.__dataclass_fields__.keys()}
        rest = {key: value for key, value in readings.items() if key not in stamp}
        all_readings = Readings(environment=replace(environment, **stamp), **rest)
        return next(examination for examination in examine(all_readings, word) if examination.name == name)

    return look


@pytest.mark.parametrize(("name", "readings", "condition", "expected"), CASES)
def test_a_check_gives_a_finding_and_for_a_warning_a_remedy(name, readings, condition, expected, examined) -> None:
    examination = examined(name, readings)
    assert examination.condition is condition
    assert expected in f"{examination.finding}; {examination.remedy}"
    assert bool(examination.remedy) is (condition is WARNING)


def test_readings_that_are_missing_are_unknown_and_not_warnings(environment) -> None:
    examinations = examine(Readings(environment=environment, has_git=True, in_repository=True), word)
    reported = {"bytecode", "CPUs", "plugins", "git"}
    assert {examination.name for examination in examinations if examination.condition is OK} == reported
    assert {examination.condition for examination in examinations if examination.name not in reported} == {UNKNOWN}


def test_every_check_is_listed_and_has_a_case_for_each_condition() -> None:
    folder = Path(checkup.__file__).parent
    modules = [import_module(f"{checkup.__name__}.{file.stem}") for file in folder.glob("[a-z]*.py")]
    written = {
        function
        for module in modules
        for _, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and list(inspect.signature(function).parameters) == ["readings"]
    }
    assert written == set(CHECKS)
    assert {(name, condition) for name, _, condition, _ in CASES} >= {
        (name, condition) for name in {name for name, *_ in CASES} for condition in (OK, WARNING)
    }
