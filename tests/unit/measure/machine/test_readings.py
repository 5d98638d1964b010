"""The readings of a machine, from made-up files of a kernel."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.measure.machine.control_group import ControlGroup, control_group
from collectbench.measure.machine.kernel_files import number, pairs, text
from collectbench.measure.machine.readings import file_system, read_machine
from collectbench.model.run import Environment

ENVIRONMENT = Environment(
    python="3.11.7", implementation="cpython", pytest="8", plugins={}, platform="Linux", cpu_model="A", cpu_count=2,
    bytecode="written", flags={},
)  # fmt: skip
CPU = "sys/devices/system/cpu"
SUPPLY = "sys/class/power_supply"


@pytest.fixture
def kernel(tmp_path):
    """Writes files below a root, and returns the root."""

    def write(files: dict[str, str]) -> Path:
        for name, text_of_file in files.items():
            path = tmp_path / "root" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text_of_file)
        return tmp_path / "root"

    return write


@pytest.fixture
def readings(kernel, tmp_path):
    """Reads a machine with these files."""
    return lambda files: read_machine(ENVIRONMENT, tmp_path, in_repository=True, root=kernel(files))


def test_without_any_file_only_facts_from_python_are_known(readings) -> None:
    machine = readings({})
    assert (machine.environment, machine.in_repository, machine.has_control_group) == (ENVIRONMENT, True, False)
    assert machine.clock_resolution_s is not None
    assert machine.clock_resolution_s < 1
    assert (machine.cpus_present or 0) >= 1
    assert machine.load_1m is not None
    unknown = (
        "turbo", "quota_cpus", "throttled_share", "memory_limit_bytes", "memory_bytes", "memory_available_bytes",
        "swap_bytes", "swap_used_bytes", "cpu_pressure", "memory_pressure", "io_pressure", "steal_share", "on_battery",
        "thermal_throttles",
    )  # fmt: skip
    assert [name for name in unknown if getattr(machine, name) is not None] == []
    assert (machine.governors, machine.clock_source, machine.project_filesystem) == ((), "", "")


def test_memory_and_swap_are_read_in_bytes(readings) -> None:
    machine = readings(
        {"proc/meminfo": "MemTotal: 2048 kB\nMemAvailable:  1024 kB\nSwapTotal: 8 kB\nSwapFree: 2 kB\nX:\n"}
    )
    assert (machine.memory_bytes, machine.memory_available_bytes) == (2**21, 2**20)
    assert (machine.swap_bytes, machine.swap_used_bytes) == (8192, 6144)


def test_pressures_steal_and_the_clock_source_are_read(readings) -> None:
    machine = readings(
        {
            "proc/pressure/cpu": "some avg10=12.50 avg60=1.0 avg300=0.0 total=9\nfull avg10=0.00 total=0\n",
            "proc/pressure/io": "full avg10=1.00 total=0\n",
            "proc/pressure/memory": "some total=0\n",
            "proc/stat": "cpu  50 0 30 15 0 0 0 5 99 0\ncpu0 1\n",
            "sys/devices/system/clocksource/clocksource0/current_clocksource": "kvm-clock\n",
        }
    )
    assert (machine.cpu_pressure, machine.io_pressure, machine.memory_pressure) == (0.125, None, None)
    assert machine.steal_share == 0.05
    assert machine.clock_source == "kvm-clock"


@pytest.mark.parametrize("stat", ["cpu 1 2 3\n", "cpu 0 0 0 0 0 0 0 0\n"])
def test_steal_is_unknown_if_the_kernel_does_not_count_it(stat, readings) -> None:
    assert readings({"proc/stat": stat}).steal_share is None


@pytest.mark.parametrize(
    ("files", "turbo"),
    [
        ({f"{CPU}/intel_pstate/no_turbo": "0\n"}, True),
        ({f"{CPU}/intel_pstate/no_turbo": "1\n"}, False),
        ({f"{CPU}/cpufreq/boost": "1\n"}, True),
        ({f"{CPU}/cpufreq/boost": "0\n"}, False),
        ({f"{CPU}/cpufreq/boost": "what\n"}, None),
    ],
)
def test_turbo_is_read_from_the_file_of_the_driver(files, turbo, readings) -> None:
    assert readings(files).turbo is turbo


def test_governors_and_throttles_are_those_of_all_cores(readings) -> None:
    machine = readings(
        {f"{CPU}/cpu{core}/cpufreq/scaling_governor": f"{name}\n" for core, name in enumerate(("b", "a", "b"))}
        | {f"{CPU}/cpu{core}/thermal_throttle/core_throttle_count": f"{core}\n" for core in range(3)}
        | {f"{CPU}/cpufreq/policy0/scaling_governor": "other\n"}
    )
    assert (machine.governors, machine.thermal_throttles) == (("a", "b"), 3)


@pytest.mark.parametrize(
    ("files", "on_battery"),
    [
        ({"AC/type": "Mains", "AC/online": "1", "BAT0/type": "Battery", "BAT0/status": "Discharging"}, False),
        ({"AC/type": "Mains", "AC/online": "0"}, True),
        ({"BAT0/type": "Battery", "BAT0/status": "Discharging"}, True),
        ({"BAT0/type": "Battery", "BAT0/status": "Full"}, False),
        ({"AC/type": "Mains"}, None),
    ],
)
def test_mains_decide_if_there_are_any(files, on_battery, readings) -> None:
    assert readings({f"{SUPPLY}/{name}": f"{value}\n" for name, value in files.items()}).on_battery is on_battery


MOUNTS = (
    "22 1 0:1 / / rw - ext4 /dev/root rw\n"
    "23 22 0:2 / /home rw shared:1 - nfs4 host:/home rw\n"
    "24 22 0:3 / /home/my\\040work rw - tmpfs none rw\n"
    "25 22 0:4 / /home/my\\040work rw - overlay none rw\n"
    "a line of another form\n"
    "26 22 - short\n"
)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/etc", "ext4"), ("/home", "nfs4"), ("/home/x/y", "nfs4"), ("/homes", "ext4"), ("/home/my work/x", "overlay")],
)
def test_the_nearest_mount_point_decides_and_of_two_the_later(path, kind, kernel) -> None:
    assert file_system(Path(path), kernel({"proc/self/mountinfo": MOUNTS})) == kind


# --- control groups ---

CGROUP = "sys/fs/cgroup"


def test_a_group_of_version_2_is_bounded_by_those_around_it(kernel) -> None:
    root = kernel(
        {
            "proc/self/cgroup": "0::/outer/inner\n",
            f"{CGROUP}/outer/inner/cpu.max": "max 100000\n",
            f"{CGROUP}/outer/inner/memory.max": "max\n",
            f"{CGROUP}/outer/inner/cpu.stat": "usage_usec 5\nnr_periods 200\nnr_throttled 50\n",
            f"{CGROUP}/outer/cpu.max": "150000 100000\n",
            f"{CGROUP}/outer/memory.max": "1073741824\n",
        }
    )
    assert control_group(root) == ControlGroup(quota_cpus=1.5, throttled_share=0.25, memory_limit_bytes=2**30)


def test_a_container_sees_its_group_at_the_mount_itself(kernel) -> None:
    root = kernel({"proc/self/cgroup": "0::/somewhere/else\n", f"{CGROUP}/cpu.max": "50000 100000\n"})
    assert control_group(root) == ControlGroup(quota_cpus=0.5)


def test_groups_of_version_1_are_read_by_controller(kernel) -> None:
    root = kernel(
        {
            "proc/self/cgroup": "9:memory:/docker/a\n4:cpu,cpuacct:/docker/b\n0::/\n",
            f"{CGROUP}/memory/docker/a/memory.limit_in_bytes": "536870912\n",
            f"{CGROUP}/cpu/docker/b/cpu.cfs_quota_us": "200000\n",
            f"{CGROUP}/cpu/docker/b/cpu.cfs_period_us": "100000\n",
            f"{CGROUP}/cpu/docker/b/cpu.stat": "nr_periods 10\nnr_throttled 1\nthrottled_time 99\n",
            f"{CGROUP}/cpu/cpu.cfs_quota_us": "-1\n",
            f"{CGROUP}/cpu/cpu.cfs_period_us": "100000\n",
        }
    )
    assert control_group(root) == ControlGroup(quota_cpus=2.0, throttled_share=0.1, memory_limit_bytes=2**29)


def test_a_group_without_limits_differs_from_no_group(kernel) -> None:
    assert control_group(kernel({})) is None
    assert control_group(kernel({"proc/self/cgroup": "0::/\nodd\n", f"{CGROUP}/cpu.stat": "nr_periods 0\n"})) == (
        ControlGroup()
    )


@pytest.mark.parametrize(("limit", "real"), [(2**63, None), (2**20, 2**20)])
def test_a_limit_above_the_memory_of_the_machine_does_not_count(limit, real, readings) -> None:
    machine = readings(
        {
            "proc/meminfo": "MemTotal: 2048 kB\n",
            "proc/self/cgroup": "4:memory:/\n",
            f"{CGROUP}/memory/memory.limit_in_bytes": f"{limit}\n",
        }
    )
    assert (machine.has_control_group, machine.memory_limit_bytes) == (True, real)


def test_files_in_an_unknown_form_count_as_missing(kernel) -> None:
    root = kernel({"a": "x 1\ny z\n1\nz 2\n", "b": "-5\n"})
    assert pairs(root / "a") == {"x": 1, "z": 2}
    assert (number(root / "a"), number(root / "b"), text(root / "none")) == (None, -5, "")
