"""The probe in real child processes: its report of a project, which must not notice the probe."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collectbench.measure.process.launch import STACK_SIGNAL
from collectbench.model.probe_files import RUNNER

COLLECT = ("--collect-only", "-qq", "--maxfail=0", "--continue-on-collection-errors", "-p", "no:cacheprovider")

ORDER = [
    "runner",
    "pytest-import-begin",
    "pytest-import-end",
    "plugins-begin",
    "conftest-begin",
    "conftest-end",
    "configure-begin",
    "collection-begin",
    "modifyitems-begin",
    "modifyitems-end",
    "collected",
    "finish",
]


def test_a_round_is_stamped_from_start_to_end(probe, write) -> None:
    write("test_a.py", "def test_one(): pass\ndef test_two(): pass\n")
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    probed = probe()
    after = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    assert probed.reached == ORDER
    assert before < probed.report.stamps["runner"]
    assert probed.report.stamps["finish"] < after
    assert probed.ids == ["test_a.py::test_one", "test_a.py::test_two"]
    assert probed.report.counts == (0, 0, 0)
    assert (probed.report.done, probed.exit_code) == (0, 0)
    assert probed.report.facts["pytest"] == (pytest.__version__, pytest.__file__)
    assert probed.report.peak_rss_bytes > 10 * 2**20
    assert probed.report.finished


def test_without_items_there_is_no_hook_to_stamp(probe) -> None:
    probed = probe()
    assert set(ORDER) - set(probed.reached) <= {"modifyitems-begin", "modifyitems-end"}
    assert (probed.ids, probed.report.done, probed.exit_code) == ([], 5, 5)


def test_errors_and_warnings_are_counted(probe, write) -> None:
    write(
        "test_a.py",
        "import warnings; warnings.warn('one')\nclass TestA:\n    def __init__(self): pass\n    def test(self): pass\n",
    )
    write("test_b.py", "import nothing_of_that_name\n")
    write("test_c.py", "def test(): pass\n")
    probed = probe()
    assert probed.report.counts == (1, 2, 1)
    assert probed.ids == ["test_c.py::test"]
    assert probed.report.done == probed.exit_code == 1


def test_ids_are_those_after_deselection(probe, write) -> None:
    write("test_a.py", "def test_one(): pass\ndef test_two(): pass\n")
    assert probe(*COLLECT, "-k", "two").ids == ["test_a.py::test_two"]


def test_odd_ids_come_through_whole(probe, write) -> None:
    write(
        "conftest.py",
        "import pytest\nclass Item(pytest.Item):\n    def runtest(self): pass\n"
        "class File(pytest.File):\n    def collect(self):\n"
        "        for name in ('a\\nb', '\\ud800', '\\U0001f600'): yield Item.from_parent(self, name=name)\n"
        "def pytest_collect_file(file_path, parent):\n"
        "    if file_path.suffix == '.odd': return File.from_parent(parent, path=file_path)\n",
    )
    write("x.odd", "")
    assert probe("--collect-only", "-qqq", "-s").ids == ["x.odd::a\nb", "x.odd::\ud800", "x.odd::\U0001f600"]


# --- conftests ---


FAILURES = {
    "raise ValueError('first\\nsecond')": "ValueError: first",
    "raise ValueError": "ValueError",
    "import nothing_of_that_name": "ModuleNotFoundError: No module named 'nothing_of_that_name'",
    "raise SystemExit(3)": "SystemExit: 3",
    "class Mute(Exception):\n    def __str__(self): raise TypeError\nraise Mute": "Mute",
}


@pytest.mark.parametrize(
    ("place", "text"),
    [
        *(("conftest.py", text) for text in FAILURES),
        ("sub/conftest.py", "raise SystemExit(3)"),
        *(
            pytest.param("sub/conftest.py", text, marks=pytest.mark.long)
            for text in FAILURES
            if text != "raise SystemExit(3)"
        ),
    ],
)
def test_a_conftest_that_fails_is_reported(place, text, probe, write, root) -> None:
    write(place, text)
    write("sub/test_a.py", "def test(): pass\n")
    probed = probe(*COLLECT, ".")
    assert probed.report.failed_conftests == ((str(root / place), FAILURES[text]),)
    assert probed.report.done is not None or "raised" in probed.report.facts
    assert probed.exit_code != 0


def test_a_conftest_that_exits_pytest_is_reported(probe, write, root) -> None:
    write("conftest.py", "import pytest; pytest.exit('enough')")
    write("test_a.py", "def test(): pass\n")
    probed = probe()
    assert probed.report.failed_conftests == ((str(root / "conftest.py"), "Exit: enough"),)


def test_conftests_that_collection_loads_belong_to_the_collection(probe, write, root) -> None:
    write(
        "sub/deep/conftest.py", "import time; print(time.clock_gettime_ns(time.CLOCK_MONOTONIC), file=open('at', 'w'))"
    )
    write("sub/deep/test_a.py", "def test(): pass\n")
    stamps = probe(*COLLECT, ".").report.stamps
    assert stamps["collection-begin"] < int((root / "at").read_text()) < stamps["modifyitems-begin"]


# --- acts of tests in their own process ---

FREEZE = """
import time
for name in ("time", "monotonic", "perf_counter", "clock_gettime", "clock_gettime_ns", "monotonic_ns"):
    setattr(time, name, lambda *args: 0)
"""

BREAK_OS = """
import os
class Broken:
    def __call__(self, *args, **kwargs): raise RuntimeError("replaced")
for name in ("write", "getpid"): setattr(os, name, Broken())
"""


@pytest.mark.parametrize(
    "code",
    [
        FREEZE,
        BREAK_OS,
        "import os; os.chdir('/')",
        "import os; os.closerange(30, 256)",
        "import sys; sys.exit = sys.stdout = None",
        "import sys; del sys.modules['os'], sys.modules['faulthandler']",
    ],
)
def test_the_report_survives_acts_of_a_test_module(code, probe, write) -> None:
    write("test_a.py", f"{code}\ndef test(): pass\n")
    probed = probe("--collect-only", "-qq", "-p", "no:cacheprovider", "-p", "no:faulthandler", number=STACK_SIGNAL)
    assert probed.reached == ORDER
    assert probed.ids == ["test_a.py::test"]
    assert probed.report.finished


def test_a_process_that_ends_at_once_has_no_done(probe, write) -> None:
    write("test_a.py", "import os; os._exit(3)")
    probed = probe()
    assert (probed.report.done, probed.exit_code) == (None, 3)
    assert probed.reached[-1] == "collection-begin"
    assert not probed.report.finished


def test_a_fork_that_continues_reports_nothing(probe, write) -> None:
    write("test_a.py", "import os\nif os.fork():\n    os.wait()\ndef test(): pass\n")
    probed = probe()
    assert probed.reached == ORDER
    assert probed.ids == ["test_a.py::test"]
    assert probed.report.finished


@pytest.mark.parametrize(
    ("code", "exit_code"), [("raise SystemExit(7)", 7), ("raise SystemExit", 0), ("raise SystemExit('words')", 1)]
)
def test_the_exit_code_is_that_of_python(code, exit_code, probe, write) -> None:
    write("pytest.py", code)
    probed = probe()
    assert probed.exit_code == exit_code
    assert "pytest" not in probed.report.facts
    assert probed.report.done == exit_code


def test_an_exception_from_pytest_is_reported_and_raised(probe, write) -> None:
    write("own.py", "def pytest_cmdline_main(): raise KeyError('no hook of mine')\n")
    probed = probe(*COLLECT, "-p", "own")
    assert probed.report.facts["raised"] == "KeyError: 'no hook of mine'"
    assert "Traceback" in probed.output
    assert probed.exit_code == 1


def test_a_file_that_hides_pytest_is_run_and_named(probe, write, root) -> None:
    write("pytest.py", "if __name__ == '__main__': print('mine')\n")
    probed = probe()
    assert probed.report.facts["pytest"] == ("", str(root / "pytest.py"))
    assert (probed.output, probed.report.done, probed.exit_code) == ("mine\n", 0, 0)


# --- where it hangs ---


def test_the_stack_is_written_on_the_signal(start, write, tmp_path) -> None:
    write("test_a.py", "import time\ndef waits():\n    open('ready', 'w').close()\n    time.sleep(60)\nwaits()\n")
    stack, ready = tmp_path / "round" / "stack", tmp_path / "root" / "ready"
    with start(*COLLECT, number=STACK_SIGNAL) as child:
        wait_until(ready.exists)
        child.send_signal(STACK_SIGNAL)
        wait_until(lambda: f'"{RUNNER}", line' in stack.read_text())
        child.send_signal(signal.SIGTERM)
        child.communicate(timeout=60)
    assert "test_a.py" in stack.read_text()
    assert "in waits" in stack.read_text()


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        time.sleep(0.02)
    raise AssertionError("did not happen")


def test_with_few_descriptors_only_the_stack_is_missing(probe, write, measured_python) -> None:
    write("test_a.py", "def test(): pass\n")
    limited = ("/bin/sh", "-c", 'ulimit -n 64; exec "$@"', "sh", *measured_python)
    probed = probe(number=STACK_SIGNAL, command=limited)
    assert probed.ids == ["test_a.py::test"]


# --- fidelity ---

SELF = """
import json, os, sys
OURS = ("runner", "guard", "guard_notes", "guard_paths", "tracing", "sampling", "inspection")
def pytest_configure(config):
    main = sys.modules["__main__"]
    facts = {
        "argv": sys.argv, "path": sys.path, "orig": [str(x) for x in config.invocation_params.args],
        "dir": str(config.invocation_params.dir), "plugins": str(config.invocation_params.plugins),
        "main": sorted(name for name in vars(main)), "file": main.__file__, "package": main.__package__,
        "spec": main.__spec__.name, "env": dict(os.environ), "flags": str(sys.flags),
        "fds": sorted(fd for fd in range(32) if os.path.exists(f"/dev/fd/{fd}")), "cwd": os.getcwd(),
        "probe": [name for name in sys.modules if "collectbench" in name or name in OURS],
    }
    with open(os.environ["FACTS"], "w") as file:
        json.dump(facts, file)
"""


@pytest.mark.parametrize(
    ("options", "env"),
    [
        ((), {}),
        (("-B", "-W", "ignore"), {}),
        pytest.param(("-P",), {}, marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="-P is younger")),
        pytest.param((), {"PYTHONSAFEPATH": "1"}, marks=pytest.mark.long),
        (("-I",), {}),
    ],
)
def test_pytest_finds_the_same_process_as_without_us(options, env, probe, write, root, tmp_path, plain_env) -> None:
    write("conftest.py", SELF)
    write("test_a.py", "def test(): pass\n")
    bare, watched = tmp_path / "bare.json", tmp_path / "watched.json"
    shared = {**env, "FACTS": str(bare)}
    command = [sys.executable, *options]
    plain = subprocess.run(
        [*command, "-m", "pytest", *COLLECT, "."],
        cwd=root,
        env={**plain_env, **shared},
        capture_output=True,
        text=True,
        check=False,
    )
    for mode in ("timed", "guarded", "traced"):
        probed = probe(*COLLECT, ".", mode=mode, command=command, env={**env, "FACTS": str(watched)})
        assert watched.read_text().replace(str(watched), str(bare)) == bare.read_text(), mode
        assert (probed.exit_code, probed.output) == (plain.returncode, plain.stdout), mode
        watched.unlink()


def test_files_of_the_user_with_the_names_of_our_files_are_theirs(probe, write) -> None:
    for name in ("guard", "inspection", "runner"):
        write(f"{name}.py", f"WHOSE = 'user {name}'\n")
    write("test_a.py", "import guard, inspection, runner\nassert guard.WHOSE == 'user guard'\ndef test(): pass\n")
    for mode in ("timed", "guarded"):
        assert probe(mode=mode).ids == ["test_a.py::test"]


# --- guard and inspection ---


def test_a_guarded_round_notes_made_and_changed_files(probe, write, root) -> None:
    write("data.txt", "before")
    write("test_a.py", "open('data.txt', 'w').write('after')\nopen('new.txt', 'w').close()\ndef test(): pass\n")
    probed = probe(mode="guarded")
    notes = dict(probed.report.tree)
    assert notes["made"] == (str(root / "new.txt"), f"{root / 'test_a.py'}:2")
    assert (notes["file"][0], notes["file"][-1]) == (str(root / "data.txt"), f"{root / 'test_a.py'}:1")
    assert (root.parent / "round" / notes["file"][5]).read_text() == "before"
    assert probed.reached == ORDER


def test_a_guarded_round_watches_other_roots_and_the_paths_below_them(probe, write, root, tmp_path) -> None:
    (tmp_path / "round").mkdir()
    (tmp_path / "other").mkdir()
    roots = [tmp_path / "other", tmp_path / "cache"]
    (tmp_path / "round" / "roots").write_bytes(b"".join(bytes(path) + b"\0" for path in roots))
    write("test_a.py", "import os\nopen('../other/x', 'w').close()\nos.mkdir('../cache')\nos.mkdir('../caches')\n")
    notes = [value[0] for key, value in probe(mode="guarded").report.tree if key == "made"]
    made = [path for path in notes if not path.startswith(f"{root}/")]
    assert made == [str(tmp_path / "other" / "x"), str(tmp_path / "cache")]


def test_a_round_without_guard_notes_nothing(probe, write) -> None:
    write("test_a.py", "open('new.txt', 'w').close()\ndef test(): pass\n")
    assert probe().report.tree == ()


def test_inspection_ends_before_the_first_conftest(probe, write, root) -> None:
    write("conftest.py", "raise ValueError")
    write("pytest.ini", "[pytest]\ntestpaths = a b\naddopts = --doctest-modules --ignore=x\n")
    probed = probe("--collect-only", mode="inspect")
    facts = probed.report.facts
    assert (facts["rootdir"], facts["inifile"]) == (str(root), str(root / "pytest.ini"))
    assert (facts["testpaths"], facts["ignore"]) == (["a", "b"], ["x"])
    assert facts["patterns"] == ["test_*.py", "*_test.py", "test*.txt", "*.py"]
    assert facts["python"][:2] == (".".join(map(str, sys.version_info[:3])), sys.implementation.name)
    assert (probed.report.done, probed.exit_code) == (0, 0)
    assert facts["stdlib"] == [str(Path(os.__file__).parent)]
    assert facts["installed"] == [path for path in sys.path if path.endswith(("/site-packages", "/dist-packages"))]
    assert "conftest-begin" not in probed.reached


@pytest.mark.parametrize(
    ("options", "patterns"),
    [
        (("-p", "no:doctest"), ["test_*.py", "*_test.py"]),
        (("--doctest-glob=*.md",), ["test_*.py", "*_test.py", "*.md"]),
        ((), ["test_*.py", "*_test.py", "test*.txt"]),
    ],
)
def test_inspection_reports_the_patterns_of_test_files(options, patterns, probe) -> None:
    assert probe(*options, mode="inspect").report.facts["patterns"] == patterns


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("-q",), "{root}/.pytest_cache"),
        (("-o", "cache_dir=$HERE/x"), "/here/x"),
        (("-p", "no:cacheprovider"), ""),
    ],
)
def test_inspection_reports_the_directory_of_the_cache(options, expected, probe, root) -> None:
    facts = probe(*options, mode="inspect", env={"HERE": "/here"}).report.facts
    assert facts["cache-dir"] == expected.format(root=root)


def test_inspection_reports_whether_plugins_collect_files(probe, write) -> None:
    write("own.py", "pytest_collect_file = lambda file_path: None\n")
    assert probe("-q", mode="inspect").report.facts["custom-collectors"] is False
    assert probe("-p", "own", mode="inspect").report.facts["custom-collectors"] is True


def test_the_report_can_only_be_read_by_its_owner(probe, tmp_path) -> None:
    probe()
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "round").iterdir()}
    assert modes == {"report": 0o600, "ids": 0o600}
