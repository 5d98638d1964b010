"""The thread that looks where the main thread waits: it finds the line, and the measured code does not notice it."""

from __future__ import annotations

import json
import runpy
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import environments
from collectbench.attribution.tables import collectors
from collectbench.measure.round.explaining import read_trace
from collectbench.measure.round.waiting import read_waits
from collectbench.model.probe_files import RUNNER
from collectbench.model.wait_log import StackOperation, StackWait, WaitLog

COLLECT = ("--collect-only", "-q", "-p", "no:cacheprovider")
TEST = "def test(): pass\n"
INTERPRETERS = {"3.9-pytest8": "traced", "3.11-pytest7": "counted", "3.12-pytest9": "traced", "3.13-pytest9": "counted"}
"""With the mode in which each is tested; `--long` has each in both."""
MODES = pytest.mark.parametrize("mode", ["traced", "counted"])

pytestmark = pytest.mark.skipif(not Path("/proc/thread-self/schedstat").exists(), reason="needs schedstat")


@pytest.fixture
def waits(probe, write, tmp_path: Path) -> Callable[..., WaitLog]:
    """Collects one test module in a traced or counted round and returns its waits; `waits.last` is the process."""

    def run(body: str, *arguments: str, mode: str = "traced", **options: Any) -> WaitLog:
        write("test_it.py", f"import os, sys, threading, time\n{body}{TEST}")
        run.last = probe(*COLLECT, *arguments, mode=mode, **options)  # type: ignore[attr-defined]
        return read_waits(tmp_path / "round")

    return run


def waited_s(log: WaitLog, root: Path) -> Counter[int]:
    """Seconds by line of test_it.py."""
    seconds: Counter[int] = Counter()
    for wait in (entry for entry in log if isinstance(entry, StackWait)):
        line = next((line for path, line in wait.frames if path == f"{root}/test_it.py"), 0)
        seconds[line] += wait.waited_s
    return seconds


def python_of(name: str) -> tuple[str]:
    python = environments.python_of(f".venvs/{name}")
    if python is None:
        pytest.skip(f".venvs/{name} is missing; scripts/test makes it")
    return (str(python),)


FORKS = """\
import multiprocessing, pty, subprocess
reading, writing = os.pipe()
child = os.fork()
if not child:
    assert threading.active_count() == 1
    os.close(writing), os.read(reading, 1), time.sleep(0.15), os._exit(0)
os.close(writing), os.waitpid(child, 0)
child, _ = pty.fork()
if not child:
    os._exit(0)
os.waitpid(child, 0)
subprocess.run(["true"], preexec_fn=lambda: None)
process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(0.15,))
process.start()
process.join()
class Forks:
    fork = os.fork
child = Forks().fork()
if not child:
    os._exit(0)
os.waitpid(child, 0)
"""


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        pytest.param(name, mode, marks=[] if mode == usual else [pytest.mark.long])
        for name, usual in INTERPRETERS.items()
        for mode in ("traced", "counted")
    ],
)
def test_a_fork_warns_of_no_thread_and_the_wait_for_its_child_is_found(waits, root, mode: str, name: str) -> None:
    log = waits(FORKS, "-W", "error", mode=mode, command=python_of(name))
    assert waits.last.exit_code == 0, waits.last.output
    assert waited_s(log, root)[8] > 0.9 * 0.15
    assert not sum(waits.last.report.counts), waits.last.output


def test_forks_count_as_subprocesses_with_their_line(waits, root) -> None:
    log = waits(FORKS, mode="counted")
    operations = [entry for entry in log if isinstance(entry, StackOperation)]
    lines = [next(line for path, line in entry.frames if path == f"{root}/test_it.py") for entry in operations]
    assert lines == [4, 9, 13, 15, 19]
    assert dict(waits.last.report.facts["work"])["subprocesses"] == len(operations)


SIGNALS = """\
import json, signal
seen = []
signal.signal(signal.SIGUSR1, lambda *_: seen.append(threading.get_ident()))
for _ in range(200):
    os.kill(os.getpid(), signal.SIGUSR1)
with open("seen", "w") as file:
    json.dump({
        "handled": seen == [threading.get_ident()] * 200, "active": threading.active_count(),
        "threads": [thread.name for thread in threading.enumerate()],
        "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])),
        "stack size": threading.stack_size(), "modules": sorted(name for name in sys.modules if "collectbench" in name),
    }, file)
"""


@MODES
def test_the_measured_code_sees_no_thread_and_gets_all_signals(waits, root, mode: str) -> None:
    waits(SIGNALS, mode=mode)
    assert json.loads((root / "seen").read_text()) == {
        "handled": True, "active": 1, "threads": ["MainThread"], "blocked": [], "stack size": 0, "modules": [],
    }  # fmt: skip


def test_waits_are_kept_if_the_process_ends_at_once(waits, root) -> None:
    log = waits("time.sleep(0.2)\nos._exit(3)\n")
    assert waits.last.exit_code == 3
    assert waited_s(log, root)[2] > 0.9 * 0.2


def test_waits_after_the_session_belong_to_the_teardown(waits, root) -> None:
    log = waits("import atexit\natexit.register(lambda: time.sleep(0.1))\ntime.sleep(0.1)\n")
    parts = [tuple(entry for entry in log if entry.in_teardown is late) for late in (False, True)]
    found = [waited_s(part, root) for part in parts]
    assert found[0][4] > 0.9 * 0.1
    assert found[1][3] > 0.9 * 0.1
    assert max(found[0][3], found[1][4]) < 0.1 * 0.1  # less than nothing corrects an earlier figure


def test_a_main_thread_that_computes_does_not_wait(waits, root) -> None:
    log = waits("end = time.process_time() + 0.3\nwhile time.process_time() < end: pass\n")
    assert waited_s(log, root)[3] < 0.1 * 0.3


def test_a_suite_that_closes_descriptors_is_traced_without_its_waits(waits) -> None:
    waits("os.closerange(100, 256)\ntime.sleep(0.1)\n")
    assert (waits.last.exit_code, waits.last.ids) == (0, ["test_it.py::test"])


NO_THREADS = """\
import _thread
def start_new_thread(*_):
    raise RuntimeError("can't start new thread")
_thread.start_new_thread = start_new_thread
"""


def test_a_limit_on_threads_is_not_an_error(waits, write) -> None:
    write("limit/sitecustomize.py", NO_THREADS)
    child = "child = os.fork()\nchild or os._exit(0)\nos.waitpid(child, 0)\n"
    log = waits(child, mode="counted", env={"PYTHONPATH": "limit"})
    assert (waits.last.exit_code, waits.last.ids) == (0, ["test_it.py::test"])
    assert [entry.event for entry in log if isinstance(entry, StackOperation)] == ["os.fork"]


FRAMES = """\
import time
import pytest
time.sleep(0.1)
def pytest_configure(config):
    time.sleep(0.07)
@pytest.hookimpl(hookwrapper=True)
def pytest_collection_modifyitems(items):
    time.sleep(0.06)
    yield
    time.sleep(0.06)
def pytest_collect_file(file_path, parent):
    return Slow.from_parent(parent, path=file_path) if file_path.suffix == ".slow" else None
class Slow(pytest.File):
    def collect(self):
        time.sleep(0.09)
        return ()
"""


def test_frames_and_hooks_know_for_how_long_they_waited(waits, write, root, tmp_path) -> None:
    write("conftest.py", FRAMES)
    write("a.slow", "")
    write("inner.py", "import time\ntime.sleep(0.08)\n")
    waits("import inner\ntime.sleep(0.12)\nend = time.process_time() + 0.1\nwhile time.process_time() < end: pass\n")
    trace = read_trace(tmp_path / "round", 0)
    assert trace is not None
    planted = {
        **{frame.module: frame.waited_s for frame in trace.imports if frame.module in ("conftest", "inner", "test_it")},
        **{hook.hook: hook.waited_s for hook in trace.hooks if hook.plugin == f"{root}/conftest.py"},
        **{cost.nodeid: cost.waited_s for cost in collectors(trace) if cost.nodeid == "a.slow"},
    }
    expected = {
        "conftest": 0.1, "inner": 0.08, "test_it": 0.12, "pytest_configure": 0.07,
        "pytest_collection_modifyitems": 0.12, "pytest_collect_file": 0.0, "a.slow": 0.09,
    }  # fmt: skip
    assert planted.keys() == expected.keys()
    assert {name: seconds for name, seconds in planted.items() if seconds < 0.9 * expected[name]} == {}
    (test_it,) = (frame for frame in trace.imports if frame.module == "test_it")
    assert test_it.self_s - test_it.waited_s > 0.9 * 0.1  # what it computed is not a wait


QUEUE = """\
import os, time
pread, queued_ns = os.pread, [1]
def counted(number, size, offset):
    return b"1 %d 1" % queued_ns[0] if number == 205 else pread(number, size, offset)
def queue(seconds):
    queued_ns[0] += int(seconds * 1e9)
    time.sleep(0.002)
os.pread, time.queue = counted, queue
"""
"""A run queue that grows by `time.queue` only, and a pause, so that the end of the frame reads it."""


def test_frames_and_hooks_know_for_how_long_they_queued(waits, write, root, tmp_path) -> None:
    write("clock/sitecustomize.py", QUEUE)
    write("conftest.py", "import time\ntime.queue(1)\ndef pytest_configure(config):\n    time.queue(2)\n")
    waits("time.queue(4)\n", env={"PYTHONPATH": "clock"})
    trace = read_trace(tmp_path / "round", 0)
    assert trace is not None
    seconds = {
        **{frame.module: frame.queued_s for frame in trace.imports},
        **{hook.plugin: hook.queued_s for hook in trace.hooks if hook.hook == "pytest_configure"},
        "root": trace.root_queued_s + trace.queued_before_s,
    }
    # Not rounded to 0: what the watching thread took of a busy machine.
    planted = {name: round(queued_s) for name, queued_s in seconds.items() if round(queued_s)}
    assert planted == {"conftest": 1, f"{root}/conftest.py": 2, "test_it": 4}


def test_a_thread_that_waits_with_the_main_thread_is_found_at_the_end_of_python(waits, root) -> None:
    """Nobody joins the thread; its line is the one that keeps Python from ending."""
    body = (
        "def late():\n    threading.main_thread().join()\n    time.sleep(0.4)\nthreading.Thread(target=late).start()\n"
    )
    assert waited_s(waits(body), root)[4] > 0.9 * 0.4


def test_a_thread_that_the_main_thread_waits_for_is_looked_at_each_time() -> None:
    """It goes on meanwhile; the main thread, if it waits for something else, is where it was."""
    end = '  File "/lib/threading.py", line 1590 in _shutdown'
    joins, sleeps = (f'{end}\t  File "/p/test_a.py", line {line} in late' for line in (3, 4))
    added: list[str] = []
    for places, expected in (((joins, sleeps, sleeps), [joins, joins, sleeps]), ((end,), [end] * 3)):
        stacks = SimpleNamespace(read=iter(places).__next__)
        file = SimpleNamespace(put=lambda _, place, __: added.append(place))
        watcher = runpy.run_path(str(RUNNER.parent / "tracing_waits.py"))["Watcher"](file, None, stacks, None)
        watcher.is_placed = False
        for _ in range(3):
            watcher.within = not watcher.note(10_000_000)
        assert added == expected
        added.clear()


KEPT = """\
class Kept:
    def __del__(self):
        with open("deleted", "a") as file:
            file.write(f"{threading.get_ident() == main} {sys._getframe(1).f_lineno}\\n")
main = threading.get_ident()
def wait():
    kept = Kept()
    time.sleep(0.02)
for _ in range(20):
    wait()
"""


def test_objects_of_the_measured_code_do_not_live_longer(waits, root) -> None:
    """A frame that our thread held would keep the local variables of a function that has returned."""
    waits(KEPT)
    assert (root / "deleted").read_text().splitlines() == ["True 11"] * 20
