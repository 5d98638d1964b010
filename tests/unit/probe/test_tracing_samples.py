"""The samples of a traced round: they find the line that computes or waits, and the measured code notices nothing."""

from __future__ import annotations

import json
import runpy
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import environments
from collectbench.measure.round.explaining import read_trace
from collectbench.measure.round.waiting import read_samples
from collectbench.model.probe_files import RUNNER
from collectbench.model.samples import TEARDOWN, Sampled
from collectbench.model.trace import Trace

COLLECT = ("--collect-only", "-q", "-p", "no:cacheprovider")
TEST = "def test(): pass\n"
BURN = "import time\ndef burn(s):\n    end = time.thread_time() + s\n    while time.thread_time() < end: pass\n"

needs_schedstat = pytest.mark.skipif(not Path("/proc/thread-self/schedstat").exists(), reason="needs schedstat")


def about(seconds: float) -> Any:
    """Nearly as much: the time between two samples may belong to the line before."""
    return pytest.approx(seconds, abs=0.05)


def python_of(name: str) -> tuple[str]:
    python = environments.python_of(f".venvs/{name}")
    if python is None:
        pytest.skip(f".venvs/{name} is missing; scripts/test makes it")
    return (str(python),)


class Round:
    """What a traced round left."""

    def __init__(self, directory: Path, root: Path) -> None:
        trace = read_trace(directory, 0)
        assert trace is not None
        self.trace: Trace = trace
        self.samples, self._root = read_samples(directory), root

    def lines(self, samples: Iterable[Sampled] | None = None) -> Counter[tuple[str, int]]:
        """Seconds by file and line of the innermost call of the project."""
        seconds: Counter[tuple[str, int]] = Counter()
        for sample in self.samples if samples is None else samples:
            ours = (call for call in sample.calls if call.path.startswith(f"{self._root}/"))
            call = next((call for call in ours if call.function != "burn"), None)
            if call is not None:
                seconds[call.path.removeprefix(f"{self._root}/"), call.line] += sample.seconds
        return seconds

    def of(self, module: str) -> list[Sampled]:
        """The samples in the frame of an import."""
        (frame,) = (frame for frame in self.trace.imports if frame.module == module)
        return [sample for sample in self.samples if sample.frame == frame.index]


@pytest.fixture
def sampled(probe, write, root: Path, tmp_path: Path) -> Callable[..., Round]:
    """Collects one test module in a traced round; `sampled.last` is the process."""

    def run(body: str, **options: Any) -> Round:
        write("burning.py", BURN)
        write("test_it.py", f"import burning, os, sys, time\n{body}{TEST}")
        run.last = probe(*COLLECT, **{"mode": "traced", **options})  # type: ignore[attr-defined]
        return Round(tmp_path / "round", root)

    return run


@pytest.mark.parametrize("name", ["3.9-pytest8", "3.11-pytest7", "3.13-pytest9"])
def test_a_line_that_computes_is_found_with_its_time_and_its_frame(sampled, name: str) -> None:
    found = sampled("burning.burn(0.2)\nburning.burn(0.4)\n", command=python_of(name))
    lines = found.lines(found.of("test_it"))
    assert lines["test_it.py", 2] == about(0.2)
    assert lines["test_it.py", 3] == about(0.4)
    assert found.lines().total() == about(0.6)


READS = """\
def read():
    with open(__file__) as file:
        return file.read()
def compute():
    return sum(i * i for i in range(20000))
end = time.thread_time() + 0.5
began, reading = time.thread_time(), 0
while time.thread_time() < end:
    before = time.thread_time()
    read()
    reading += time.thread_time() - before
    compute()
with open("share", "w") as file:
    print(reading / 0.5, file=file)
"""


def test_reading_files_does_not_draw_the_samples(sampled, root) -> None:
    """A thread would get the interpreter lock whenever a file is read, and see nothing else."""
    found = sampled(READS)
    seconds: Counter[str] = Counter()
    for sample in found.of("test_it"):
        seconds.update({call.function: sample.seconds for call in sample.calls if call.function in ("read", "compute")})
    share = float((root / "share").read_text())
    assert seconds["read"] / (seconds["read"] + seconds["compute"]) < share + 0.1


CONFTEST = """\
import burning
def pytest_configure(config):
    burning.burn(0.2)
def pytest_collection_modifyitems(items):
    import late
"""


def test_a_sample_has_the_number_of_the_hook_that_runs(sampled, write, root) -> None:
    write("conftest.py", CONFTEST)
    write("late.py", "import burning\nburning.burn(0.2)\n")
    found = sampled("")
    hooks = {total.hook: total for total in found.trace.hooks if total.path == str(root / "conftest.py")}
    seconds = {
        name: found.lines(sample for sample in found.samples if sample.hook == total.number).total()
        for name, total in hooks.items()
    }
    assert seconds["pytest_configure"] == about(0.2)
    assert seconds["pytest_collection_modifyitems"] == about(0)  # the import has a frame of its own
    assert found.lines(found.of("late"))["late.py", 2] == about(0.2)
    assert all(sample.hook == -1 for sample in found.of("late"))


@needs_schedstat
def test_a_line_that_waits_is_found_with_its_frame(sampled) -> None:
    found = sampled("time.sleep(0.2)\n")
    assert found.lines(found.of("test_it"))["test_it.py", 2] == about(0.2)


@needs_schedstat
def test_the_time_after_the_session_is_that_of_the_teardown(sampled) -> None:
    found = sampled("import atexit\natexit.register(lambda: (burning.burn(0.2),\n    time.sleep(0.2)))\n")
    lines = found.lines(sample for sample in found.samples if sample.frame == TEARDOWN)
    assert lines["test_it.py", 3] == about(0.2)
    assert lines["test_it.py", 4] == about(0.2)
    assert found.lines().total() == about(0.4)


def test_garbage_collection_is_not_in_the_samples(sampled) -> None:
    body = "import gc\nkept = [[i] for i in range(200_000)]\nfor _ in range(20):\n    gc.collect()\n"
    found = sampled(body)
    collected_s = sum(gc_pass.duration_s for gc_pass in found.trace.gc)
    assert found.lines()["test_it.py", 5] < 0.2 * collected_s


def test_a_counted_round_has_no_samples(sampled, tmp_path) -> None:
    sampled("", mode="counted")
    assert not (tmp_path / "round" / "samples").exists()


UNSEEN = """\
import json, signal, subprocess, threading
burning.burn(0.05)
class Holder:
    pause = signal.setitimer
found = {
    "handler": signal.getsignal(signal.SIGPROF) is signal.SIG_DFL, "timer": Holder().pause(signal.ITIMER_PROF, 0),
    "active": threading.active_count(), "name": signal.setitimer.__name__,
}
with open("found", "w") as file:
    json.dump(found, file)
"""


def test_code_that_looks_at_the_signal_and_the_timer_finds_both_unused(sampled, root) -> None:
    found = sampled(UNSEEN)
    assert json.loads((root / "found").read_text()) == {
        "handler": True, "timer": [0.0, 0.0], "active": 1, "name": "setitimer",
    }  # fmt: skip
    assert found.trace.lost == ("the tests use SIGPROF or its timer, or clear atexit; later samples are missing",)
    assert found.lines()["test_it.py", 3] > 0


USED = """\
import signal
seen = []
signal.signal(signal.SIGPROF, lambda *_: seen.append(1))
burning.burn(0.05)
assert not seen
signal.setitimer(signal.ITIMER_PROF, 0.01)
burning.burn(0.1)
assert seen == [1]
"""


def test_code_that_uses_the_signal_gets_only_its_own(sampled) -> None:
    sampled(USED)
    assert sampled.last.exit_code == 0, sampled.last.output


@pytest.mark.parametrize("name", ["3.9-pytest8", "3.13-pytest9"])
def test_code_that_removes_all_exit_functions_ends_as_without_us(sampled, name: str) -> None:
    """Python resets the handlers of signals before it destroys the objects: a timer would end it there."""
    kept = "kept = [[i] for i in range(500_000)]\n"
    sampled(f"import atexit\n{kept}atexit._clear()\n", command=python_of(name))
    assert sampled.last.exit_code == 0, sampled.last.output


PROCESSES = """\
import multiprocessing, subprocess
spin = "import time\\nend = time.process_time() + 0.1\\nwhile time.process_time() < end: pass"
assert subprocess.run([sys.executable, "-c", spin]).returncode == 0
process = multiprocessing.get_context("fork").Process(target=burning.burn, args=(0.1,))
process.start()
process.join()
assert process.exitcode == 0
"""


def test_other_processes_get_no_signal(sampled) -> None:
    found = sampled(PROCESSES)
    assert sampled.last.exit_code == 0, sampled.last.output
    assert found.trace.lost == ()


def test_a_program_that_replaces_the_process_gets_no_signal(sampled, write, root) -> None:
    write("spin.py", f"{BURN}burn(0.2)\nopen('spun', 'w').close()\n")
    sampled("burning.burn(0.02)\nos.execv(sys.executable, [sys.executable, 'spin.py'])\n")
    assert (sampled.last.exit_code, (root / "spun").exists()) == (0, True), sampled.last.output


DEEP = """\
def deep():
    return deep()
for _ in range(300):
    try:
        deep()
    except RecursionError:
        pass
"""


def test_code_at_the_recursion_limit_goes_on(sampled) -> None:
    sampled(DEEP)
    assert sampled.last.exit_code == 0, sampled.last.output


class Timer:
    """A timer that never fires by itself."""

    def __init__(self) -> None:
        self.intervals: list[float] = []

    def start(self, interval_s: float, handler: Callable[..., None]) -> None:
        self.intervals.append(interval_s)
        self.fire = handler

    def set(self, interval_s: float) -> None:
        self.intervals.append(interval_s)


class File:
    """Keeps the samples, or raises `error`."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error, self.put_ns, self.lines = error, list[int](), SimpleNamespace(lines=[])

    def call(self, path: str, line: int, function: str) -> str:
        if self.error is not None:
            raise self.error
        return "0"

    def put(self, place: str, ns: int, numbers: list[str]) -> None:
        self.put_ns.append(ns)


def sampler_with(file: File, cpu_ns: Iterable[int] = (), **tracer: Any) -> Timer:
    """The timer of a sampler that reads the CPU clock `cpu_ns`, then always 0."""
    timer, left = Timer(), iter(cpu_ns)
    running = SimpleNamespace(**{"gc_cpu_ns": 0, "is_collecting": False, "running": lambda: (0, -1), **tracer})
    runpy.run_path(str(RUNNER.parent / "tracing_samples.py"))["Sampler"](
        file, running, timer, own_cpu=lambda: next(left, 0)
    )
    return timer


def test_a_long_round_is_sampled_less_often() -> None:
    timer, frame = sampler_with(File()), sys._getframe()
    for _ in range(20_000):
        timer.fire(27, frame)
    assert timer.intervals == [0.002, 0.004, 0.008, 0.016, 0.02]


def test_a_sample_holds_the_time_since_the_last_one() -> None:
    file = File()
    timer = sampler_with(file, [100, 150, 350])
    timer.fire(27, sys._getframe())
    timer.fire(27, sys._getframe())
    assert file.put_ns == [50, 200]


def test_a_destructor_that_the_garbage_collector_calls_is_not_sampled() -> None:
    file = File()
    sampler_with(file, is_collecting=True).fire(27, sys._getframe())
    assert file.put_ns == []


def test_an_error_of_the_sampler_does_not_reach_the_measured_code() -> None:
    timer = sampler_with(File(RecursionError()))
    timer.fire(27, sys._getframe())
    timer.fire(27, sys._getframe())


def test_ctrl_c_in_the_sampler_reaches_the_measured_code() -> None:
    with pytest.raises(KeyboardInterrupt):
        sampler_with(File(KeyboardInterrupt())).fire(27, sys._getframe())
