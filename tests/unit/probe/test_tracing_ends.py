"""Traced rounds in real child processes: registrations, outcomes, and the moments after collection."""

from __future__ import annotations

from pathlib import Path

from collectbench.measure.round.explaining import read_trace
from collectbench.model.registrations import ExitFunction, RepeatedIds, ThreadStart, ToolCall
from collectbench.model.trace import CollectorFrame, Trace

TEST = "def test(): pass\n"

REGISTERS = """\
import atexit, functools, sys, threading
class Pool:
    def close(self): print("closed", flush=True)
pool = Pool()
atexit.register(pool.close)
def gone(): print("not unregistered")
assert atexit.register(gone) is gone
atexit.unregister(gone)
atexit.register(functools.partial(print, "goodbye", flush=True))
class Finder:
    @classmethod
    def find_spec(cls, *_): return None
sys.meta_path.append(Finder)
def work(): release.wait(60)
release = threading.Event()
for _ in range(2):
    threading.Thread(target=work, name="poller", daemon=True).start()
threading.Thread(target=len, args=("",)).start()
sys.setprofile(None)
sys.settrace(None)
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor() as pool: pool.submit(len, "").result()
"""
"""A conftest, with its lines numbered from 1."""


def of_project(records, root: Path, attribute: str = "path"):
    return [record for record in records if getattr(record, attribute).startswith(f"{root}/")]


def collector_of(trace: Trace, nodeid: str) -> CollectorFrame:
    (found,) = (collector for collector in trace.collectors if collector.nodeid == nodeid)
    return found


def test_registrations_have_the_line_that_made_them(traced, write, root) -> None:
    conftest = str(root / "conftest.py")
    write("conftest.py", REGISTERS)
    write("test_a.py", TEST)
    trace = traced()
    assert traced.last.output.endswith("goodbye\nclosed\n")
    assert trace.lost == ()
    assert of_project(trace.exit_functions, root, "by_path") == [
        ExitFunction(function="Pool.close", path=conftest, line=3, by_path=conftest, by_line=5),
        ExitFunction(function="gone", path=conftest, line=6, by_path=conftest, by_line=7),
        ExitFunction(function="print", path="", line=0, by_path=conftest, by_line=9),
    ]
    (loading,) = (frame for frame in trace.imports if frame.path == conftest)
    (finder,) = of_project(trace.finders, root)
    assert (finder.name, finder.during) == ("conftest.Finder", loading.index)
    assert of_project(trace.thread_starts, root) == [
        ThreadStart(target="work", path=conftest, line=17, count=2, during=loading.index),
        ThreadStart(target="len", path=conftest, line=18, count=1, during=loading.index),
        ThreadStart(target="_worker", path=conftest, line=22, count=1, during=loading.index),
    ]
    assert of_project(trace.tool_calls, root) == [
        ToolCall(kind="sys.setprofile", path=conftest, line=19, count=1, during=loading.index),
        ToolCall(kind="sys.settrace", path=conftest, line=20, count=1, during=loading.index),
    ]
    pollers = [thread for thread in trace.living_threads if thread.name == "poller"]
    assert [(thread.daemon, thread.by_path, thread.by_line) for thread in pollers] == [(True, conftest, 17)] * 2
    assert all((conftest, 14, "work") in thread.stack for thread in pollers)


def test_moments_after_collection_are_in_order_and_part_the_waiting_for_threads_from_exit_functions(
    traced, write
) -> None:
    write(
        "conftest.py",
        "import atexit, threading, time\n"
        "atexit.register(time.sleep, 0.2)\n"
        "def linger():\n    while threading.main_thread().is_alive(): time.sleep(0.01)\n    time.sleep(0.3)\n"
        "threading.Thread(target=linger).start()\n",
    )
    write("test_a.py", TEST)
    trace = traced()
    last = trace.last
    moments = [last.finish_s, last.done_s, last.exit_begin_s, last.exit_end_s]
    assert None not in moments
    assert moments == sorted(moments)
    assert last.exit_begin_s - last.done_s > 0.25
    assert last.exit_end_s - last.exit_begin_s > 0.2


def test_the_walks_of_finalisation_are_parted_from_what_python_clears_between_them(traced, write) -> None:
    write("conftest.py", "KEPT = [[] for _ in range(300_000)]\nKEPT.append(KEPT)\n")
    write("test_a.py", TEST)
    trace = traced()
    last = trace.last
    (own_pass,) = (each for each in trace.gc if each.begin_s >= last.exit_end_s and each.duration_s > 0.001)
    moments = [
        last.exit_end_s,
        own_pass.begin_s,
        last.modules_removed_s,
        last.objects_walked_s,
        last.modules_cleared_s,
        last.interpreter_cleared_s,
    ]
    assert moments == sorted(moments)
    assert last.objects_walked_s - last.modules_removed_s > 0.001


def test_code_that_runs_while_python_ends_sees_no_fault_of_the_marks(traced, write) -> None:
    write(
        "conftest.py",
        "import atexit, os, sys\n"
        "class Last:\n    def __del__(self): os.write(2, b'gone')\n"
        "LAST = Last()\n"
        "def look():\n"
        "    for module in list(sys.modules.values()): getattr(module, '__file__', None)\n"
        "    os.closerange(3, 300)\n"
        "    sys.stderr.flush()\n"
        "atexit.register(look)\n",
    )
    write("test_a.py", TEST)
    trace = traced()
    assert traced.last.exit_code == 0
    assert "ignored" not in traced.last.output
    assert trace.last.interpreter_cleared_s is not None


def test_a_fork_that_ends_as_python_does_writes_no_moment(traced, write, tmp_path) -> None:
    write(
        "conftest.py",
        "import os, sys\n"
        "def pytest_unconfigure():\n"
        "    child = os.fork()\n"
        "    if child: os.waitpid(child, 0)\n"
        "    else: sys.exit(0)\n",
    )
    write("test_a.py", TEST)
    assert traced().last.interpreter_cleared_s is not None
    assert (tmp_path / "round" / "trace").read_text().count("interpreter-cleared") == 1


def test_a_thread_that_outlives_pytest_is_in_the_trace_before_python_waits_for_it(start, write, tmp_path) -> None:
    """A timeout ends such a round."""
    write(
        "conftest.py", "import threading\ndef wait(): threading.Event().wait()\nthreading.Thread(target=wait).start()\n"
    )
    write("test_a.py", TEST)
    with start("--collect-only", "-q", mode="traced") as child:
        for line in child.stdout:
            if "collected" in line:
                break
        trace = read_trace(tmp_path / "round", 0)
        while trace is None or not trace.complete:
            trace = read_trace(tmp_path / "round", 0)
        child.kill()
    (thread,) = trace.living_threads
    assert (Path(thread.by_path).name, thread.by_line, thread.daemon) == ("conftest.py", 3, False)
    assert [function for _, _, function in thread.stack][:3] == ["wait", "wait", "wait"]


def test_a_collector_of_the_project_has_its_file_and_a_failed_one_the_line_in_the_collected_file(
    traced, write, root
) -> None:
    write(
        "conftest.py",
        "import pytest\nclass Yaml(pytest.File):\n    def collect(self): return []\n"
        "def pytest_collect_file(file_path, parent):\n"
        "    return Yaml.from_parent(parent, path=file_path) if file_path.suffix == '.yaml' else None\n",
    )
    write("a.yaml", "")
    write("broken.py", "\nraise ValueError('bad\\nworse')\n")
    write("test_imports.py", f"import os\nimport broken\n{TEST}")
    write("test_missing.py", f"import nowhere.to_be_found\n{TEST}")
    write("test_skips.py", f"import pytest\npytest.importorskip('nowhere')\n{TEST}")
    write("test_syntax.py", "\ndef (\n")
    write("test_passes.py", TEST)
    write("test_mute.py", "class Mute(Exception):\n    def __str__(self): raise KeyError\nraise Mute\n")
    trace = traced()
    assert collector_of(trace, "a.yaml").class_path == str(root / "conftest.py")
    found = {
        name: (frame.outcome, frame.error, frame.error_message, Path(frame.error_path).name, frame.error_line)
        for name in ("imports", "missing", "skips", "syntax", "passes", "mute")
        for frame in [collector_of(trace, f"test_{name}.py")]
    }
    assert found == {
        "imports": ("failed", "ValueError", "bad", "test_imports.py", 2),
        "missing": ("failed", "ModuleNotFoundError", "No module named 'nowhere'", "test_missing.py", 1),
        "skips": ("skipped", "Skipped", "could not import 'nowhere': No module named 'nowhere'", "test_skips.py", 2),
        "syntax": ("failed", "SyntaxError", found["syntax"][2], "test_syntax.py", 2),
        "mute": ("failed", "Mute", "", "test_mute.py", 3),
        "passes": ("passed", "", "", "", 0),
    }


def test_a_failing_conftest_of_a_folder_is_the_error_of_its_collector(traced, write, root) -> None:
    write("sub/conftest.py", "import os\nopen('/nowhere/at/all')\n")
    write("sub/test_a.py", TEST)
    failed = [frame for frame in traced().collectors if frame.outcome == "failed"]
    assert {(frame.error, frame.error_path, frame.error_line) for frame in failed} == {
        ("FileNotFoundError", str(root / "sub/conftest.py"), 2)
    }


def test_items_that_do_not_run_and_equal_ids_are_counted(traced, write) -> None:
    write(
        "conftest.py",
        "def pytest_collection_modifyitems(config, items):\n"
        "    config.hook.pytest_deselected(items=items[:1])\n    del items[:1]\n",
    )
    write(
        "test_a.py",
        "import pytest\n"
        "@pytest.mark.parametrize('x', [1, 1, 2, 1.0])\ndef test_many(x): pass\n"
        "@pytest.mark.skip\ndef test_skipped(): pass\n"
        "@pytest.mark.skipif('1 / 0')\ndef test_text(): pass\n"
        "@pytest.mark.skipif(True, reason='always')\nclass TestA:\n"
        "    def test_a(self): pass\n    def test_b(self): pass\n",
    )
    write("test_b.py", f"import pytest\npytestmark = [pytest.mark.skipif(False, reason='never')]\n{TEST}")
    trace = traced()
    assert trace.deselected == (("test_a.py", 1),)
    assert trace.skipped == (("test_a.py", 3),)
    assert trace.repeated_ids == (RepeatedIds(nodeid="test_a.py::test_many", ids=4, repeated=2, example="1"),)


def test_a_replaced_atexit_is_not_called_and_odd_finders_and_threads_are_recorded(traced, write, root) -> None:
    write(
        "conftest.py",
        "import atexit, sys, threading\n"
        "class Odd:\n    __module__ = ['unhashable']\n    def find_spec(self, *_): return None\n"
        "    def __getattr__(self, name): raise RuntimeError(name)\n"
        "sys.meta_path.append(Odd())\n"
        "class Worker(threading.Thread):\n"
        "    def run(self): pass\n"
        "    def __getattr__(self, name): raise RuntimeError(name)\n"
        "worker = Worker()\ndel worker._target\nworker.start()\nworker.join()\n"
        "sys.modules['atexit'] = atexit.register = None\n",
    )
    write("test_a.py", TEST)
    trace = traced()
    assert "Traceback" not in traced.last.output
    assert trace.complete
    assert None not in (trace.last.exit_begin_s, trace.last.exit_end_s)
    assert [start.target for start in of_project(trace.thread_starts, root)] == ["Worker"]


def test_cleared_callbacks_of_the_garbage_collector_are_noted_and_change_no_exit_code(traced, write) -> None:
    write("conftest.py", "import gc\ngc.callbacks.clear()\n")
    write("test_a.py", TEST)
    trace = traced()
    assert traced.last.exit_code == 0
    assert trace.complete
    assert trace.lost == ("the tests cleared gc.callbacks; later passes of the garbage collector are missing",)
