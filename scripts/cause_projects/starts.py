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
)  # fmt: skip
