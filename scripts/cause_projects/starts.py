"""Causes about bytecode, the command that starts Python, and plugins that are not in each environment."""

from __future__ import annotations

from cause_projects.project import HEAVY, SECONDS, Planted

TEST = "\n\ndef test_it():\n    pass\n"
ASSERTS = "".join(
    f"def test_{i}():\n"
    + "".join(f"    assert ({i} + {j}) * 2 == 2 * {i} + 2 * {j}, 'message {j}'\n" for j in range(20))
    for i in range(10)
)
LARGE = {f"tests/test_asserts_{n}.py": ASSERTS for n in range(6)}
REWRITING = """
from pathlib import Path
from time import thread_time

from _pytest.assertion.rewrite import _rewrite_test


def seconds():
    begin = thread_time()
    for path in sorted(Path("tests").glob("test_*.py")):
        _rewrite_test(path, None)
    return thread_time() - begin


print(min(seconds() for _ in range(3)))
"""
WRITTEN_EACH_TIME = """
from pathlib import Path
from time import time_ns

for path in Path(__file__).parent.glob("test_asserts_*.py"):
    text = path.read_text().partition("# written at")[0]
    path.write_text(f"{text}# written at {time_ns()}\\n")
"""
WRITTEN_ONCE = WRITTEN_EACH_TIME.replace("time_ns()", "'noon'")
STARTS = """#!{{python}} -ISE
import os
import sys
from time import thread_time

end = thread_time() + {seconds}
while thread_time() < end:
    pass
os.execv("{{python}}", ["{{python}}", *sys.argv[1:]])
"""
AT_START = {
    "start/sitecustomize.py": f"from time import thread_time\n\nend = thread_time() + {SECONDS}\nwhile thread_time() < end:\n    pass\n"
}
ROWS = 100_000
TABLE = "def table(rows):\n    total = 0\n    for row in range(rows):\n        total += row % 7\n        total ^= row\n    return total\n"
TRACED = f"""
import os
import sys
from time import thread_time

os.environ["COVERAGE_CORE"] = "pytrace"
sys.path.insert(0, ".")
import coverage
import lib.table


def seconds():
    begin = thread_time()
    lib.table.table({ROWS})
    return thread_time() - begin


measured = coverage.Coverage(source=["lib"], data_file=None)
plain_s = seconds()
measured.start()
traced_s = seconds()
measured.stop()
print(traced_s - plain_s)
"""
COVERED = {
    "lib/__init__.py": "",
    "lib/table.py": TABLE,
    "tests/test_a.py": f"from lib.table import table\n\nTOTAL = table({ROWS})\n{TEST}",
}
LAZY = """import importlib.util
import sys


def lazy(name):
    spec = importlib.util.find_spec(name)
    spec.loader = loader = importlib.util.LazyLoader(spec.loader)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module
"""

PROJECTS = (
    Planted(
        cause="assert-rewriting",
        files={**LARGE, "tests/conftest.py": WRITTEN_EACH_TIME},
        alike={**LARGE, "tests/conftest.py": WRITTEN_ONCE},
        subject="asserts",
        place="tests/test_asserts_0.py:0",
        measured=REWRITING,
    ),
    Planted(
        cause="bytecode-unwritable",
        files={**LARGE, "tests/__pycache__": "a file\n"},
        alike={**LARGE, "tests/__pycache__": "a file\n"},
        alike_env={"PYTHONPYCACHEPREFIX": "cache"},
        subject="tests",
        measured=REWRITING,
    ),
    Planted(
        cause="bytecode-unwritable",
        files={**LARGE, "cache": "a file\n"},
        alike=LARGE,
        env={"PYTHONPYCACHEPREFIX": "cache/of/python"},
        subject="__pycache__",
        measured=REWRITING,
    ),
    Planted(
        cause="bytecode-stale",
        files=LARGE,
        alike=LARGE,
        env={"CI": "true"},
        alike_env={"CI": "false"},
        subject="bytecode",
        measured=REWRITING,
        said=r"([\d.]+) s$",
    ),
    Planted(
        cause="bytecode-stale",
        files=LARGE,
        alike=LARGE,
        env={"CI": "1"},
        runs_alike_before=True,
        measured=REWRITING,
        said=r"([\d.]+) s$",
    ),
    Planted(
        cause="launcher",
        launcher=STARTS.format(seconds=SECONDS),
        alike_launcher=STARTS.format(seconds=0),
        subject="bin/python",
    ),
    Planted(
        cause="launcher",
        launcher=STARTS.format(seconds=SECONDS / 2),
        alike_launcher="#!/bin/sh\nexec {python} \"$@\"\n",
        alike=AT_START,
        alike_env={"PYTHONPATH": "start"},
        subject="bin/python",
        seconds=SECONDS / 2,
    ),
    Planted(
        cause="xdist-multiplied",
        files={"heavy.py": HEAVY, "tests/test_a.py": f"import heavy\n{TEST}\n\nassert heavy\n"},
        alike={"heavy.py": HEAVY, "tests/test_a.py": f"import heavy\n{TEST}\n\nassert heavy\n"},
        ini='addopts = "-n 4"\n',
        alike_ini='addopts = "-n 1"\n',
        subject="-n 4",
        place="pyproject.toml:4",
        seconds=0.0,
        beside=("heavy-import", "plugin-import"),
        requirements=("pytest-xdist",),
    ),
    Planted(
        cause="xdist-multiplied",
        files={"heavy.py": HEAVY, "tests/test_a.py": f"import heavy\n{TEST}\n\nassert heavy\n"},
        alike={"heavy.py": HEAVY, "tests/test_a.py": f"import heavy\n{TEST}\n\nassert heavy\n"},
        ini='addopts = "--numprocesses=4"\n',
        alike_env={"PYTEST_ADDOPTS": "-n 0"},
        subject="-n 4",
        place="pyproject.toml:4",
        seconds=0.0,
        beside=("heavy-import", "plugin-import"),
        requirements=("pytest-xdist",),
    ),
    Planted(
        cause="coverage-tracing",
        files=COVERED,
        alike=COVERED,
        ini='addopts = "--cov=lib --cov-report="\n',
        alike_ini='addopts = "--cov=lib --cov-report= --no-cov"\n',
        env={"COVERAGE_CORE": "pytrace"},
        subject="coverage (sys.settrace)",
        place="pyproject.toml:4",
        measured=TRACED,
        is_least=True,
        requirements=("pytest-cov",),
    ),
    Planted(
        cause="coverage-tracing",
        files=COVERED,
        alike={**COVERED, "conftest.py": "import coverage\n"},
        ini='addopts = "--cov=lib --cov-report="\n',
        alike_ini="",
        subject="coverage (sys.settrace)",
        place="pyproject.toml:4",
        seconds=0.0,  # the tracer in C leaves no samples
        beside=("module-level-compute", "plugin-hooks"),
        requirements=("pytest-cov",),
    ),
    Planted(
        cause="coverage-tracing",
        files={**COVERED, "conftest.py": "import coverage\n\nWATCH = coverage.Coverage(source=['lib'], data_file=None)\nWATCH.start()\n"},
        alike={**COVERED, "conftest.py": "import coverage\n\nWATCH = coverage.Coverage(source=['lib'], data_file=None)\nWATCH.start()\nWATCH.stop()\n"},
        env={"COVERAGE_CORE": "pytrace"},
        subject="coverage (sys.settrace)",
        measured=TRACED,
        is_least=True,
        beside=("conftest-import",),  # coverage itself
        unproven="no option starts it, and no line of the project is known that does",
        requirements=("coverage",),
    ),
    Planted(
        cause="lazy-without-effect",
        files={"heavy.py": HEAVY, "later.py": LAZY, "tests/test_a.py": f"from later import lazy\n\nheavy = lazy('heavy')\n{TEST}"},
        alike={
            "heavy.py": HEAVY, "later.py": LAZY, "app.py": "from later import lazy\n\nheavy = lazy('heavy')\n",
            "tests/test_a.py": "import app\n\n\ndef test_it():\n    assert app.heavy.VALUE\n",
        },
        subject="tests/test_a.py",
        place="tests/test_a.py:3",
        seconds=0.0,
        beside=("module-level-compute",),  # in heavy.py, whoever loads it
    ),
    Planted(
        cause="lazy-without-effect",
        files={"heavy.py": HEAVY, "later.py": LAZY, "tests/conftest.py": "from later import lazy\n\nheavy = lazy('heavy')\n"},
        alike={
            "heavy.py": HEAVY, "later.py": LAZY,
            "tests/conftest.py": "import pytest\nfrom later import lazy\n\n\n@pytest.fixture\ndef heavy():\n    return lazy('heavy')\n",
        },
        subject="tests/conftest.py",
        place="tests/conftest.py:3",
        seconds=0.0,
        beside=("module-level-compute",),
    ),
)  # fmt: skip
