"""Causes about options, the environment, ids and names."""

from __future__ import annotations

from cause_projects.project import HEAVY, Planted

ASSERTS = "".join(
    f"def test_{i}():\n"
    + "".join(f"    assert ({i} + {j}) * 2 == 2 * {i} + 2 * {j}, 'message {j}'\n" for j in range(25))
    for i in range(10)
)
MANY = {f"tests/test_asserts_{n}.py": ASSERTS for n in range(6)}
TEST = "\n\ndef test_it():\n    pass\n"
UNSTABLE = (
    "import uuid\n\nimport pytest\n\n\n@pytest.mark.parametrize('value', [{value}])\ndef test_it(value):\n    pass\n"
)

PROJECTS = (
    Planted(cause="bytecode-disabled", files=MANY, env={"PYTHONDONTWRITEBYTECODE": "1"}, alike={}, seconds=None),
    Planted(
        cause="doctest-modules",
        files={"tests/support/__init__.py": "", "tests/support/app.py": HEAVY},
        alike={"tests/support/__init__.py": "", "tests/support/app.py": HEAVY},
        ini='addopts = "--doctest-modules"\n',
        alike_ini="",
        place="pyproject.toml:4",
        subject="--doctest-modules",
    ),
    Planted(
        cause="selection-after-import",
        files={"heavy.py": HEAVY, "tests/test_a.py": f"import heavy\n{TEST}\n\nassert heavy\n"},
        alike={"tests/test_a.py": TEST},
        args=("-k", "test_1"),
        subject="-k",
    ),
    Planted(
        cause="tracing-active",
        files={
            "conftest.py": "import sys\n\n\ndef trace(*_):\n    return trace\n\n\nsys.settrace(trace)\n",
            "tests/test_a.py": f"COUNT = 0\nwhile COUNT < 1_000_000:\n    COUNT += 1\n{TEST}",
        },
        alike={"conftest.py": "import sys\n\nsys.settrace(None)\n"},
        place="conftest.py:8",
        seconds=None,
        beside=("module-level-compute",),  # what is traced
    ),
    Planted(
        cause="long-sys-path",
        files={f"tests/test_{n}.py": "".join(f"import piece_{n}_{k}\n" for k in range(10)) + TEST for n in range(20)}
        | {f"last/piece_{n}_{k}.py": "" for n in range(20) for k in range(10)}
        | {f"entry_{n}/empty.txt": "" for n in range(400)},
        alike={},
        ini="pythonpath = [" + ", ".join(f'"entry_{n}"' for n in range(400)) + ', "last", "."]\n',
        alike_ini="",
        seconds=None,
    ),
    Planted(
        cause="unstable-parameter",
        files={"tests/test_a.py": UNSTABLE.format(value="str(uuid.uuid4())")},
        alike={"tests/test_a.py": UNSTABLE.format(value="uuid.uuid4()")},
        subject="tests/test_a.py::test_it",
        place="tests/test_a.py:6",
        seconds=0.0,
    ),
    Planted(
        cause="filterwarnings-import",
        files={"heavy.py": HEAVY + "class HeavyWarning(Warning):\n    pass\n"},
        alike={
            "heavy.py": HEAVY + "class HeavyWarning(Warning):\n    pass\n",
            "tests/test_a.py": f"import heavy\n{TEST}\n\nassert heavy\n",
        },
        ini='filterwarnings = ["ignore::heavy.HeavyWarning"]\n',
        place="pyproject.toml:4",
        subject="heavy",
    ),
    Planted(
        cause="shadowed-config",
        files={"tox.ini": "[pytest]\naddopts = -x\n"},
        alike={"tox.ini": "[tox]\n"},
        place="tox.ini:1",
        subject="tox.ini",
        seconds=0.0,
    ),
    Planted(
        cause="split-run-differs",
        files={"tests/part/pytest.ini": "[pytest]\n", "tests/part/test_a.py": TEST},
        alike={"tests/part/setup.cfg": "[metadata]\n", "tests/part/test_a.py": TEST},
        place="tests/part/pytest.ini:0",
        seconds=0.0,
    ),
    Planted(
        cause="duplicate-items",
        files={"tests/test_a.py": "class TestIt:\n    def test_it(self):\n        pass\n", "tests/test_b.py": "from test_a import *\n"},
        alike={"tests/test_a.py": "class TestIt:\n    def test_it(self):\n        pass\n", "tests/test_b.py": "import test_a\n\nassert test_a\n"},
        seconds=0.0,
    ),
)  # fmt: skip
