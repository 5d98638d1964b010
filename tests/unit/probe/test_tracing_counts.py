"""Counted rounds in real child processes: exact counts, the files that were read, and function starts."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

import environments
from collectbench.measure.round.loaded import Touched, read_touched
from collectbench.measure.round.probe_report import ProbeReport
from collectbench.model.probe_files import RUNNER

COLLECT = ("--collect-only", "-q", "-p", "no:cacheprovider")
IMPORTS = "import os, socket, subprocess, sys, threading, time\n"
TEST = "def test(): pass\n"

Counted = Callable[..., ProbeReport]


@pytest.fixture
def counted(probe, write, tmp_path: Path) -> Counted:
    """Collects one test module twice, the second time counted, and returns the report."""

    def run(body: str = "", **options: Any) -> ProbeReport:
        write("test_it.py", f"{IMPORTS}{body}{TEST}")
        options["env"] = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", **options.get("env", {})}
        probe(*COLLECT, **{"command": (sys.executable,), **options})  # writes the bytecode; without coverage
        (tmp_path / "round" / "report").unlink()
        return probe(*COLLECT, mode="counted", **options).report

    return run


@pytest.fixture
def touched(tmp_path: Path) -> Callable[[], Touched]:
    return lambda: read_touched(tmp_path / "round")


def work(report: ProbeReport) -> dict[str, int]:
    return dict(report.facts["work"])


def python_or_skip(name: str) -> str:
    python = environments.python_of(f".venvs/{name}")
    if python is None:
        pytest.skip(f".venvs/{name} is missing; scripts/test makes it")
    return str(python)


SUBPROCESSES = """
subprocess.run(['true'])
subprocess.run(['/bin/true'], close_fds=False)
os.system('true')
os.waitpid(os.posix_spawn('/bin/true', ['true'], {}), 0)
child = os.fork()
if not child: os._exit(0)
os.waitpid(child, 0)
"""
ACTS = {
    "opens": ("open('a').close()\nos.close(os.open('a', os.O_RDONLY))\nopen(b'a', 'a').close()\n", 3),
    "listings": ("os.listdir('.')\nos.scandir().close()\nos.listdir()\n", 3),
    "sockets": ("socket.getaddrinfo('127.0.0.1', 9)\nwith socket.socket() as s: s.connect_ex(('127.0.0.1', 9))\n", 2),
    "subprocesses": (SUBPROCESSES, 5),
}
"""Acts, and how often they count: a subprocess counts once, although it causes two events."""


def test_each_act_counts_once_in_every_form(counted, write) -> None:
    write("a", "data")
    before = work(counted())
    for kind, (acts, times) in ACTS.items():
        assert work(counted(acts))[kind] - before[kind] == times, kind


def test_acts_of_another_thread_count(counted, write) -> None:
    write("data.txt", "data")
    thread = "t = threading.Thread(target={})\nt.start()\nt.join()\n"
    before = work(counted(thread.format("lambda: None")))
    assert work(counted(thread.format("lambda: open('data.txt').close()")))["opens"] - before["opens"] == 1


C_ALONE = """
import _thread, itertools
listed = _thread.allocate_lock()
listed.acquire()
steps = itertools.chain(map(os.listdir, "."), iter(listed.release, None))
"""
"""An iterator whose steps list a directory and then release a lock, without calling a Python function."""


def test_a_thread_that_runs_only_a_c_function_is_counted_and_not_disturbed(counted, write) -> None:
    before = work(counted(C_ALONE))
    after = work(counted(f"{C_ALONE}_thread.start_new_thread(list, (steps,))\nassert listed.acquire(timeout=60)\n"))
    # One more if the import machinery lists a directory again that has just changed.
    assert 1 <= after["listings"] - before["listings"] <= 2


def test_acts_of_a_fork_do_not_count_and_are_not_written(counted, touched) -> None:
    before = work(counted("child = os.fork()\nif child: os.waitpid(child, 0)\n"))
    report = counted(
        "child = os.fork()\nif child: os.waitpid(child, 0)\nelse: [open(__file__).close() for _ in '12']\n"
    )
    assert work(report) == before
    assert len(touched().read) == len(set(touched().read))


def test_counts_do_not_depend_on_the_time_of_a_test_function(counted, write, tmp_path) -> None:
    write("conftest.py", "import time\ndef pytest_generate_tests(metafunc): time.sleep(0.005)\n")
    counted()
    lines = (tmp_path / "round" / "trace").read_text().splitlines()
    assert [line for line in lines if line.startswith("F\t")] == []  # writing them would call functions of pytest


def test_our_own_files_do_not_count_as_opened(counted, touched, tmp_path) -> None:
    counted()
    ours = (str(tmp_path / "round"), str(RUNNER.parent))
    assert [path for path in touched().read if path.startswith(ours)] == []
    assert [path for path in touched().listed if path.startswith(ours)] == []


def test_files_that_were_read_and_directories_that_were_listed_are_written(counted, touched, write, root) -> None:
    for name in ("read.txt", "both.txt", "appended.txt", "in bytes.txt", "sub/found.txt"):
        write(name, "x")
    counted(
        "open('read.txt').close()\nopen(os.path.abspath('both.txt'), 'r+').close()\nopen('appended.txt', 'a').close()\n"
        "open('made.txt', 'w').close()\nopen(b'in bytes.txt').close()\nos.listdir('sub')\nos.scandir(b'.').close()\n"
        "os.close(os.open('fresh%d.txt' % time.monotonic_ns(), os.O_RDWR | os.O_CREAT | os.O_EXCL))\n"
        "descriptor = os.open('sub', os.O_RDONLY)\nos.listdir(descriptor)\n"
        "try: open('missing.txt')\nexcept OSError: pass\n"
        "try: open(5.0)\nexcept TypeError: pass\n"
    )
    mine = sorted(os.path.relpath(path, root) for path in touched().read if Path(path).parent == root)
    assert mine == ["both.txt", "in bytes.txt", "missing.txt", "pytest.ini", "read.txt", "sub", "test_it.py"]
    assert {str(root), str(root / "sub")} <= set(touched().listed)


def test_the_variables_that_code_reads_are_written_also_those_that_are_not_set(counted, touched) -> None:
    counted(
        "os.environ.get('A_1')\nos.getenv('A_2')\n'A_3' in os.environ\n"
        "os.environb.get(b'A_4')\nos.environ['A_5'] = ''\n"
    )
    assert [name for name in touched().variables if name.startswith("A_")] == ["A_1", "A_2", "A_3", "A_4", "A_5"]
    assert "" not in touched().variables


@pytest.mark.parametrize("code", ["list(os.environ)", "os.environ.copy()", "dict(os.environb)", "repr(os.environ)"])
def test_code_that_goes_through_all_variables_reads_all_of_them(code, counted, touched) -> None:
    counted(f"{code}\n")
    assert "" in touched().variables


def test_pytest_that_asks_how_to_print_reads_nothing_and_a_test_that_asks_the_same_does(counted, touched) -> None:
    counted()
    assert {"CI", "COLUMNS", "TERM"}.isdisjoint(touched().variables)
    counted("os.environ.get('CI')\n")
    assert "CI" in touched().variables


def test_a_key_that_is_no_name_fails_as_always_and_the_variables_are_as_before(counted, touched, write) -> None:
    write("conftest.py", "import os\ntry: os.environ[5]\nexcept TypeError: os.environ['A_6'] = 'x'\n")
    counted("assert os.environ['A_6'] == 'x'\n")
    assert "A_6" in touched().variables


def test_databases_and_shared_libraries_are_files_that_were_read(counted, touched, root) -> None:
    counted(
        "import ctypes, sqlite3\n"
        "sqlite3.connect('a.db').close()\nsqlite3.connect('file:b.db?mode=rwc', uri=True).close()\n"
        "sqlite3.connect(f'file://{os.getcwd()}/c.db?mode=rwc', uri=True).close()\n"
        "sqlite3.connect(':memory:').close()\n"
        "for name in ('./no.so', 'libc.so.6', None):\n  try: ctypes.CDLL(name)\n  except OSError: pass\n"
    )
    mine = {os.path.relpath(path, root) for path in touched().read if Path(path).parent == root}
    assert {"a.db", "b.db", "c.db", "no.so"} <= mine
    assert "libc.so.6" not in mine


def test_where_modules_are_looked_for_is_told_apart_from_directories_that_code_lists(counted, touched, root) -> None:
    counted("sys.path.append(os.path.abspath('later'))\nos.path.exists('there')\nos.listdir('.')\n")
    assert str(root / "later") in touched().searched
    assert str(root) in touched().listed
    assert not any(path.endswith("site-packages/_pytest") for path in touched().listed)


def test_a_process_that_no_event_tells_of_is_noted(counted, touched) -> None:
    counted("import multiprocessing\n")
    assert not touched().has_gaps
    counted(
        "import multiprocessing, multiprocessing.popen_spawn_posix\n"  # what starting one imports
    )
    assert touched().has_gaps


def test_a_file_that_is_opened_relative_to_an_open_directory_is_a_gap(counted, touched, write) -> None:
    write("sub/in.txt", "x")
    opening = "os.close(os.open('{}', os.O_RDONLY{}))\n"
    here = "from pathlib import Path\nHERE = Path(__file__).parent\n"
    whole = "os.close(os.open({}, os.O_RDONLY))\n"
    counted(here + whole.format("HERE / 'sub' / 'in.txt'") + whole.format("str(HERE)") + "open('sub/in.txt').close()\n")
    assert not touched().has_gaps
    counted(f"{here}there = os.open(HERE / 'sub', os.O_RDONLY)\n" + opening.format("in.txt", ", dir_fd=there"))
    assert touched().has_gaps


def test_what_pytest_lists_is_not_what_the_tests_list_be_it_by_way_of_pathlib(counted, touched, root) -> None:
    counted("pass\n")
    assert str(root) not in touched().listed
    counted("from pathlib import Path\nlist(Path(__file__).parent.glob('test*'))\n")
    assert str(root) in touched().listed


def test_a_round_that_did_not_end_has_no_counts(probe, write, touched) -> None:
    write("test_it.py", "import os\nos._exit(3)\n")
    assert "work" not in probe(*COLLECT, mode="counted").report.facts
    assert touched() == Touched()


@pytest.mark.parametrize("name", ["3.12-pytest9", "3.13-pytest9"])
def test_function_starts_are_counted_exactly_if_python_reports_them(counted, name) -> None:
    python = (python_or_skip(name),)
    body = "def f(): pass\nfor _ in range({}): f()\n"
    before, after = (work(counted(body.format(calls), command=python)) for calls in (10, 1010))
    assert after["function_starts"] - before["function_starts"] == 1000
    assert {key: after[key] for key in ("opens", "listings")} == {key: before[key] for key in ("opens", "listings")}


def test_without_a_free_tool_id_function_starts_are_not_counted_and_the_report_says_why(counted, tmp_path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nfor n in (3, 4): sys.monitoring.use_tool_id(n, 'theirs')\n")
    report = counted(command=(python_or_skip("3.12-pytest9"),), env={"PYTHONPATH": str(tmp_path)})
    assert "function_starts" not in work(report)
    assert report.facts["uncounted"] == "other tools use all free tool ids of sys.monitoring"


# --- the count of function starts, over a stand-in for sys.monitoring ---


class Monitoring:
    """The needed part of sys.monitoring, for any Python."""

    DISABLE = object()
    events = SimpleNamespace(PY_START=1)

    def __init__(self, *taken: int) -> None:
        self.names = dict.fromkeys(taken, "theirs")
        self.callbacks: dict[int, object] = {}
        self.enabled: dict[int, int] = {}

    def get_tool(self, tool):
        return self.names.get(tool)

    def use_tool_id(self, tool, name) -> None:
        self.names[tool] = name

    def free_tool_id(self, tool) -> None:
        del self.names[tool]

    def get_events(self, tool):
        return self.enabled[tool]

    def set_events(self, tool, events) -> None:
        self.enabled[tool] = events

    def register_callback(self, tool, event, callback):
        before, self.callbacks[tool] = self.callbacks.get(tool), callback
        return before

    def call(self, tool: int, file: str):
        """A function of `file` starts."""
        return self.callbacks[tool](SimpleNamespace(co_filename=file), 0)


@pytest.fixture(scope="module")
def tracing_counts() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tracing_counts", RUNNER.with_name("tracing_counts.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_our_own_functions_are_switched_off_and_all_others_counted(tracing_counts) -> None:
    monitoring = Monitoring(4)
    monitor = tracing_counts.Monitor.free(monitoring, {"ours.py"})
    assert [monitoring.call(3, name) for name in ("a.py", "b.py", "ours.py")] == [None, None, Monitoring.DISABLE]
    assert monitor.finish() == 2
    assert (monitoring.names, monitoring.enabled, monitoring.callbacks) == ({4: "theirs"}, {3: 0}, {3: None})


def test_without_a_free_tool_id_there_is_no_monitor(tracing_counts) -> None:
    assert tracing_counts.Monitor.free(Monitoring(3, 4), ()) is None


@pytest.mark.parametrize("taking", ["number", "events", "callback"])
def test_a_count_whose_tool_id_was_taken_over_is_not_reported(taking, tracing_counts, tmp_path) -> None:
    monitoring, reported = Monitoring(), {}
    counts = tracing_counts.Counts(str(tmp_path), reported.__setitem__, frozenset())
    counts.monitor = tracing_counts.Monitor.free(monitoring, ())
    if taking == "number":
        monitoring.names[4] = "theirs"
    elif taking == "events":
        monitoring.set_events(4, 3)
    else:
        monitoring.register_callback(4, 1, print)
    counts.finish()
    assert reported["uncounted"] == "the tests took over our tool id of sys.monitoring"
    assert "function_starts" not in dict(reported["work"])
