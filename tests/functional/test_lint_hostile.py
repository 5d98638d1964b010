"""Lint on suites that do unusual things: what nobody can tell without running them is no violation."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

RULES = "uncollected-tests,non-test-class,duplicate-items"
SKIPPED = "class TestMixin:\n    def __init__(self, *a): super().__init__(*a)\n    def test_a(self): ...\n"
HELPER = "class TestClient:\n    def __init__(self): ...\n"
RUNS_TWICE = {"tests/test_a.py": "class TestA:\n    def test_a(self): ...\n" + HELPER,
              "tests/test_b.py": "from tests.test_a import TestA\n"}  # fmt: skip
COLLECTS = "def pytest_collect_file(file_path, parent): ...\n"
SPEC = {"tests/spec_a.py": "def test_a(): ...\n"}
CASE = {"tests/cases.py": "def test_one(): ...\n"}
EXPANDED = "class Cases:\n    @parameterized.expand([{}])\n    def test_a(self, x): ...\n"

SILENT = {
    "hook that collects": {"conftest.py": COLLECTS, **SPEC},
    "plugin that collects": {"conftest.py": "pytest_plugins = ['plug.hooks']\n", "plug/hooks.py": COLLECTS, **SPEC},
    "plugin of addopts": {"pytest.ini": "[pytest]\naddopts = -p plug\n", "plug.py": COLLECTS, **SPEC},
    "hook that ignores": {"conftest.py": "def pytest_ignore_collect(collection_path): ...\n", **RUNS_TWICE},
    "list that grows": {"conftest.py": "collect_ignore = []\ncollect_ignore.append('tests/test_a.py')\n", **RUNS_TWICE},
    "list in a condition": {"tests/conftest.py": "if 1:\n    collect_ignore = ['test_a.py']\n", **RUNS_TWICE},
    "imported tests are not collected": {
        "pytest.ini": "[pytest]\ncollect_imported_tests = false\n",
        "tests/helpers.py": HELPER,
        "tests/test_b.py": "from tests.helpers import TestClient\nfrom tests.test_c import test_c\n",
        "tests/test_c.py": "def test_c(): ...\n",
    },
    "configuration of its own": {"parts/a/pytest.ini": "[pytest]\npython_files = spec_*.py\n",
                                 "parts/a/tests/spec_a.py": "def test_a(): ...\n"},
    "cases that a test file loads": {"tests/test_all.py": "globals().update(load('tests.cases'))\n", **CASE},
    "class made by type": {"tests/test_a.py": SKIPPED + "TestReal = type('TestReal', (TestMixin, TestCase), {})\n"},
    "class made by a function": {
        "tests/test_a.py": SKIPPED + "def make():\n    class TestReal(TestMixin, TestCase): ...\n    return TestReal\n"
    },
    "class made elsewhere": {
        "tests/test_a.py": SKIPPED,
        "tests/test_b.py": "from tests import test_a\ndef f():\n    class TestB(test_a.TestMixin, TestCase): ...\n",
    },
    "base that changes its heirs": {
        "tests/test_a.py": "class Base:\n    def __init_subclass__(cls): cls.__test__ = False\n"
        "class TestA(Base):\n    def __init__(self): ...\n    def test_a(self): ...\n"
    },
    "constructor deleted": {
        "tests/test_a.py": "class TestA:\n    def __init__(self): ...\n    del __init__\n    def test_a(self): ...\n"
    },
    "expanded twice": {"tests/test_a.py": EXPANDED.format("'a'") + EXPANDED.format("'b'").partition("\n")[2]},
    "registered": {"tests/test_a.py": "@register\ndef test_a(): ...\ndef test_a(): ...\n"},
    "kept by its name": {"tests/test_a.py": "def test_a(): ...\ntest_b = globals()['test_a']\ndef test_a(): ...\n"},
}  # fmt: skip
REPORTED = {
    "no hook": ({"conftest.py": "def pytest_collection_modifyitems(items): ...\n", **SPEC}, "uncollected-tests"),
    "plugin without hook": ({"conftest.py": "pytest_plugins = ['plug']\n", "plug.py": "", **SPEC}, "uncollected-tests"),
    "hook in another module": ({"conftest.py": "", "plug.py": COLLECTS, **SPEC}, "uncollected-tests"),
    "literal list": ({"conftest.py": "collect_ignore = ['setup.py']\n", **RUNS_TWICE}, "duplicate-items"),
    "list of a neighbour": ({"other/conftest.py": "collect_ignore = find()\n", **RUNS_TWICE}, "duplicate-items"),
    "helper at home": ({"conftest.py": "", **RUNS_TWICE}, "non-test-class"),
    "cases that nobody loads": ({"tests/test_all.py": "import os\n", **CASE}, "uncollected-tests"),
    "class without heirs": ({"tests/test_a.py": SKIPPED + "def make():\n    class A(B): ...\n"}, "uncollected-tests"),
    "marked": ({"tests/test_a.py": "@pytest.mark.slow\ndef test_a(): ...\ndef test_a(): ...\n"}, "uncollected-tests"),
}

GONE = "import shop.gone\nfrom shop import nope\n"
PACKAGE = {"pytest.ini": "[pytest]\n", "shop/__init__.py": "", "tests/test_a.py": GONE}
Found = Callable[[dict[str, str]], list[str]]


@pytest.fixture
def found(write_suite, run_cli) -> Found:
    """Returns the rules of the violations in a tree with these files, of those about what pytest collects."""

    def find(files: dict[str, str]) -> list[str]:
        tree: Path = write_suite({"pytest.ini": "[pytest]\n", "tests/__init__.py": "", **files})
        result = run_cli("lint", "--no-cache", "--jobs", "1", "--select", RULES, "--format", "json", cwd=tree)
        document = json.loads(result.stdout)
        assert not document["unreadable"]
        return [each["rule"] for each in document["violations"]]

    return find


@pytest.mark.parametrize("files", SILENT.values(), ids=SILENT.keys())
def test_what_running_decides_is_no_violation(found: Found, files: dict[str, str]) -> None:
    assert found(files) == []


@pytest.mark.parametrize(("files", "rule"), REPORTED.values(), ids=REPORTED.keys())
def test_what_is_certain_is_reported_beside_what_is_not(found: Found, files: dict[str, str], rule: str) -> None:
    assert rule in found(files)


@pytest.mark.parametrize("end", ["\r", "\r\n", "\n\f"], ids=["return", "both", "form feed"])
def test_lines_may_end_in_any_way(write_suite, run_cli, end: str) -> None:
    tree: Path = write_suite(PACKAGE)
    text = f"{GONE}# collectbench: ignore[missing-name]\nfrom shop import accepted\nfrom shop import more\n"
    (tree / "tests" / "test_a.py").write_bytes(text.replace("\n", end).encode())
    result = run_cli("lint", "--no-cache", "--format", "json", cwd=tree)
    assert [each["line"] for each in json.loads(result.stdout)["violations"]] == [1, 2, 5]


@pytest.mark.parametrize(
    "name", ["pyproject.toml", "setup.cfg", "tox.ini", "setup.py", "Cargo.toml", "conftest.py", "tests/test_b.py"]
)
@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "directory"])
def test_what_is_no_regular_file_is_not_read(write_suite, run_cli, name: str, make: Callable[[Path], None]) -> None:
    tree: Path = write_suite(PACKAGE)
    make(tree / name)
    result = run_cli("lint", "--no-cache", "--format", "json", cwd=tree)
    assert len(json.loads(result.stdout)["violations"]) == 2


def test_modules_that_all_import_all_of_each_other_are_read_once(write_suite, run_cli) -> None:
    many = range(30)
    stars = {f"shop/m{one}.py": "".join(f"from .m{each} import *\n" for each in many if each != one) for one in many}
    use = "from shop.m0 import *\nfrom shop.m1 import nope\n"
    tree: Path = write_suite(PACKAGE | stars | {"shop/m29.py": "from .m0 import *\nlast = 1\n", "tests/test_a.py": use})
    result = run_cli("lint", "--no-cache", "--format", "json", cwd=tree)
    assert [each["message"] for each in json.loads(result.stdout)["violations"]] == ["module shop.m1 has no nope"]


@pytest.fixture
def slow_tree(write_suite) -> Path:
    """A tree that several processes read, for a second or so."""
    text = "import os\n" + "def f(a):\n    return a\n" * 200
    tree: Path = write_suite(PACKAGE | {f"shop/m{each}.py": text for each in range(1500)})
    return tree


@pytest.mark.parametrize(
    ("delay_s", "number"),
    [
        pytest.param(delay_s, number, marks=[] if usual == (index % 2 == 0) else [pytest.mark.long])
        for index, delay_s in enumerate([0.3, 0.6, 0.9, 1.2])
        for number, usual in ((signal.SIGINT, True), (signal.SIGTERM, False))
    ],
    ids=str,
)
def test_a_signal_to_all_processes_ends_lint_and_leaves_nothing(
    slow_tree: Path, tmp_path: Path, number: int, delay_s: float
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-m", "collectbench", "lint", "--no-cache", "--jobs", "2"]
    with subprocess.Popen(
        command,
        cwd=slow_tree,
        env=os.environ | {"TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as started:
        time.sleep(delay_s)
        os.killpg(started.pid, number)
        started.communicate(timeout=60)  # ends when no process holds the pipes
    assert started.returncode in (130, -number, 1)  # 1: it was done before the signal came
    assert list(temporary.iterdir()) == []


def workers_of(process: subprocess.Popen[str], command: list[str]) -> set[psutil.Process]:
    """Its forks: children that bear the same command line, and whose end nobody has seen yet."""
    found = set()
    for child in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.NoSuchProcess):  # also of a zombie, which is what a git that has ended is
            if child.cmdline() == command:
                found.add(child)
    return found


def test_a_worker_that_is_killed_costs_time_only(slow_tree: Path) -> None:
    command = [sys.executable, "-m", "collectbench", "lint", "--no-cache", "--jobs", "2", "--format", "json"]
    with subprocess.Popen(command, cwd=slow_tree, stdout=subprocess.PIPE, text=True) as started:
        before, both = set[psutil.Process](), set[psutil.Process]()
        while started.poll() is None:
            now = workers_of(started, command)
            if both := now & before:  # a child that starts git bears this command line for a moment, too
                next(iter(both)).kill()
                break
            before = now
            time.sleep(0.01)
        output, _ = started.communicate(timeout=60)
    assert both
    assert started.returncode == 1
    assert len(json.loads(output)["violations"]) == 2
