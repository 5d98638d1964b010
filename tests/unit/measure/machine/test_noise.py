from __future__ import annotations

import os
from pathlib import Path

import pytest

from collectbench.measure.machine.noise import Reading, between, read

PRESSURE = "some avg10=0.00 avg60=0.00 avg300=0.00 total={}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A fake /proc and /sys of a process in a control group."""
    write(
        tmp_path,
        proc__pressure__cpu=PRESSURE.format(1_000_000),
        proc__pressure__memory=PRESSURE.format(20),
        proc__pressure__io=PRESSURE.format(300),
        proc__self__cgroup="1:name=systemd:/x\n0::/user/me\n",
    )
    write(tmp_path / "sys/fs/cgroup/user/me", **{"cpu.stat": "usage_usec 5\nnr_throttled 1\nthrottled_usec 250000\n"})
    return tmp_path


def reading(**changes) -> Reading:
    values = {"load_1m": 0.5, "cpu_us": 0, "memory_us": 0, "io_us": 0, "steal_s": 0.0, "throttled_us": 0}
    return Reading(**values | changes)


def test_totals_are_read_if_the_system_has_them(system) -> None:
    sensors = read(system)
    assert (sensors.cpu_us, sensors.memory_us, sensors.io_us, sensors.throttled_us) == (1_000_000, 20, 300, 250_000)


def test_without_sensors_the_totals_are_unknown(tmp_path) -> None:
    sensors = read(tmp_path)
    assert (sensors.cpu_us, sensors.memory_us, sensors.io_us, sensors.throttled_us) == (None, None, None, None)


@pytest.mark.parametrize("text", ["", "full avg10=0 total=3\n", "some avg10=0.00\n"])
def test_pressure_in_an_unknown_form_is_unknown(text, tmp_path) -> None:
    write(tmp_path, proc__pressure__cpu=text)
    assert read(tmp_path).cpu_us is None


@pytest.mark.parametrize("stat", [None, "usage_usec 5\n"])
def test_throttling_is_unknown_if_the_group_does_not_count_it(stat, tmp_path) -> None:
    write(tmp_path, proc__self__cgroup="0::/\n", **({} if stat is None else {"sys__fs__cgroup__cpu.stat": stat}))
    assert read(tmp_path).throttled_us is None


def test_this_machine_can_be_read() -> None:
    load_before = os.getloadavg()[0]
    noise = between(read(), read(), 1.0)
    load_after = os.getloadavg()[0]
    assert noise.load_1m in {round(load_before, 2), round(load_after, 2)}  # the kernel renews it every 5 seconds
    assert noise.cpu_pressure is None or 0 <= noise.cpu_pressure <= 1


def test_noise_is_the_share_of_the_wall_time_and_the_growth_of_the_rest() -> None:
    before = reading(cpu_us=1_000_000, io_us=10, steal_s=2.5, throttled_us=100_000)
    after = reading(cpu_us=1_500_000, io_us=10, steal_s=2.75, throttled_us=350_000, memory_us=9_000_000)
    noise = between(before, after, 2.0)
    assert (noise.cpu_pressure, noise.io_pressure, noise.load_1m) == (0.25, 0.0, 0.5)
    assert noise.memory_pressure == 1.0  # its stamps are not those of the wall time, but the share never exceeds 1
    assert (noise.steal_s, noise.throttled_s) == (0.25, 0.25)


@pytest.mark.parametrize("missing", ["cpu_us", "memory_us", "io_us", "steal_s", "throttled_us"])
def test_a_sensor_that_was_not_read_both_before_and_after_is_unknown(missing) -> None:
    fields = {
        "cpu_us": "cpu_pressure",
        "memory_us": "memory_pressure",
        "io_us": "io_pressure",
        "steal_s": "steal_s",
        "throttled_us": "throttled_s",
    }
    for before, after in [(reading(**{missing: None}), reading()), (reading(), reading(**{missing: None}))]:
        noise = between(before, after, 1.0)
        unknown = {field for field in (*fields.values(), "load_1m") if getattr(noise, field) is None}
        assert unknown == {fields[missing]}
