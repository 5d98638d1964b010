"""Causes about code that runs while pytest collects: module bodies, decorators, classes."""

from __future__ import annotations

from cause_projects.project import SECONDS, Planted

INSTANCES = 3  # of each unittest class, in pytest 9
TEST = "\n\ndef test_it():\n    pass\n"
PARAMETRIZED = "import pytest\nfrom burner import burn\n\n\ndef {function}:\n    {body}\n\n\n{decorator}\ndef test_it(value):\n    assert value\n"
VALUES = PARAMETRIZED.format(
    function="values()",
    body="burn({seconds})\n    return [1, 2, 3]",
    decorator="@pytest.mark.parametrize(\n    'value',\n    values(),\n)",
)
IDS = PARAMETRIZED.format(
    function="name(value)",
    body="burn({seconds})\n    return str(value)",
    decorator="@pytest.mark.parametrize('value', [1, 2, 3, 4, 5, 6], ids=name)",
)
HELPER = "class TestClient:\n    def __init__(self):\n        self.sent = []\n\n    def send(self, message):\n        self.sent.append(message)\n"
CASES = "import unittest\n\nfrom burner import burn\n\n\nclass Base(unittest.TestCase):\n    def __init__(self, *names):\n        burn({seconds})\n        super().__init__(*names)\n"
CASE = "from base import Base\n\n\nclass Cases{number}(Base):\n    def test_one(self):\n        pass\n"
ONCE = "from functools import lru_cache\n\nfrom burner import burn\n\n\n@lru_cache\ndef settings():\n    burn({seconds})\n    return 1\n"
USES_ONCE = "from once import settings\n\nVALUE = settings()\n" + TEST
LOGS = "from burner import burn\n\n\ndef get_logger(name):\n    burn({seconds})\n    with open(__file__) as file:\n        return file.name, name\n"
PROBED = "import pytest\n\nfrom burner import burn\n\n\ndef has_device():\n    burn({seconds})\n    return False\n\n\n@pytest.mark.skipif(not has_device(), reason='no device')\ndef test_it():\n    pass\n"
LAZY = "from burner import burn\n\n\nclass Lazy:\n    def __get__(self, instance, owner):\n        burn({seconds})\n        return 1\n\n\nclass TestIt:\n    value = Lazy()\n\n    def test_it(self):\n        pass\n"
MODELS = "from pydantic import BaseModel\n\n" + "".join(
    f"\nclass Model{n}(BaseModel):\n"
    + "".join(f"    field_{k}: dict[str, list[int]] | None = None\n" for k in range(40))
    for n in range(60)
)

KEPT = "ROWS = [[row, str(row)] for row in range(400_000)]\n" + TEST

PROJECTS = (
    Planted(
        cause="module-level-compute",
        files={"tests/test_a.py": f"from burner import burn\n\nTABLE = [burn({SECONDS / 6}) for _ in range(6)]\n{TEST}"},
        alike={"tests/test_a.py": f"from burner import burn\n\n\ndef table():\n    return burn({SECONDS})\n{TEST}"},
        place="tests/test_a.py:3",
    ),
    Planted(
        cause="module-level-wait",
        files={"tests/test_a.py": f"import threading\n\nthreading.Event().wait({SECONDS})\n{TEST}"},
        alike={"tests/test_a.py": f"import time\n\ntime.sleep(0)\n\n\ndef test_it():\n    time.sleep({SECONDS})\n"},
        place="tests/test_a.py:3",
    ),
    Planted(
        cause="module-level-io",
        files={"tests/test_a.py": f"import subprocess\n\nOUT = subprocess.run(\n    ['sleep', '{SECONDS}'],\n    check=True,\n)\n{TEST}"},
        alike={"tests/test_a.py": f"import os\n\nHERE = os.listdir(os.path.dirname(__file__))\n{TEST}"},
        place="tests/test_a.py:3",
    ),
    Planted(
        cause="module-logger",
        files={"app/__init__.py": "", "app/logs.py": LOGS.format(seconds=SECONDS), "tests/test_a.py": f"from app.logs import get_logger\n\nlogger = get_logger(__name__)\n{TEST}"},
        alike={"tests/test_a.py": f"import logging\n\nlogger = logging.getLogger(__name__)\n{TEST}"},
        place="tests/test_a.py:3",
    ),
    Planted(
        cause="first-caller",
        files={"once.py": ONCE.format(seconds=SECONDS), **{f"tests/test_{n}.py": USES_ONCE for n in "abc"}},
        alike={"once.py": ONCE.format(seconds=0), **{f"tests/test_{n}.py": USES_ONCE for n in "abc"}},
        subject="settings",
        alone=0.0,
    ),
    Planted(
        cause="expensive-argvalues",
        files={"tests/test_a.py": VALUES.format(seconds=SECONDS)},
        alike={"tests/test_a.py": VALUES.format(seconds=0)},
        place="tests/test_a.py:12",
    ),
    Planted(
        cause="slow-ids",
        files={"tests/test_a.py": IDS.format(seconds=SECONDS / 6)},
        alike={"tests/test_a.py": IDS.format(seconds=0)},
        place="tests/test_a.py:6",
    ),
    Planted(
        cause="parametrize-explosion",
        files={"tests/test_a.py": "import pytest\n\n\n@pytest.mark.parametrize('a', range(100))\n@pytest.mark.parametrize('b', range(100))\ndef test_many(a, b):\n    pass\n"},
        alike={"tests/test_a.py": "import pytest\n\n\n@pytest.mark.parametrize('a', range(50))\ndef test_many(a):\n    pass\n"},
        subject="test_many",
        seconds=None,
    ),
    Planted(
        cause="duplicate-ids",
        files={"tests/test_a.py": "import pytest\n\n\n@pytest.mark.parametrize('a', range(3000), ids=['same'] * 3000)\ndef test_many(a):\n    pass\n"},
        alike={"tests/test_a.py": "import pytest\n\n\n@pytest.mark.parametrize('a', range(30))\ndef test_many(a):\n    pass\n"},
        subject="test_many",
        seconds=None,
    ),
    Planted(
        cause="skip-probe",
        files={"tests/test_a.py": PROBED.format(seconds=SECONDS)},
        alike={"tests/test_a.py": PROBED.format(seconds=0)},
        place="tests/test_a.py:11",
    ),
    Planted(
        cause="non-test-class",
        files={f"tests/test_{n}.py": HELPER + TEST for n in "abc"},
        alike={f"tests/test_{n}.py": HELPER.replace("    def __init__", "    __test__ = False\n\n    def __init__", 1) + TEST for n in "abc"},
        subject="TestClient",
        place="tests/test_a.py:1",
        seconds=None,
        unproven="three warnings cost less than an experiment can show",
    ),
    Planted(
        cause="non-test-class",
        files={f"tests/test_copy_{n}.py": HELPER + TEST for n in range(600)},
        alike={f"tests/test_copy_{n}.py": HELPER.replace("    def __init__", "    __test__ = False\n\n    def __init__", 1) + TEST for n in range(600)},
        subject="TestClient",
        seconds=None,
    ),
    Planted(
        cause="testcase-init",
        files={"base.py": CASES.format(seconds=SECONDS / 12 / INSTANCES), **{f"tests/test_case_{n}.py": CASE.format(number=n) for n in range(12)}},
        alike={"base.py": CASES.format(seconds=0), **{f"tests/test_case_{n}.py": CASE.format(number=n) for n in range(12)}},
        subject="Base",
        place="base.py:8",
    ),
    Planted(
        cause="attribute-scan",
        files={"tests/test_a.py": LAZY.format(seconds=SECONDS)},
        alike={"tests/test_a.py": LAZY.format(seconds=0)},
        place="tests/test_a.py:6",
        seconds=None,
    ),
    Planted(
        cause="fixture-scan",
        files={"tests/test_a.py": "class TestLarge:\n    def test_it(self):\n        pass\n\n\nfor number in range(60000):\n    setattr(TestLarge, f'value_{number}', number)\n"},
        alike={"tests/test_a.py": "class TestSmall:\n    def test_it(self):\n        pass\n\n\nfor number in range(60):\n    setattr(TestSmall, f'value_{number}', number)\n"},
        subject="TestLarge",
        seconds=None,
    ),
    Planted(
        cause="schema-build",
        files={"app_models.py": MODELS, "tests/test_a.py": f"import app_models\n{TEST}\n\nassert app_models\n"},
        alike={"app_models.py": "from dataclasses import dataclass\n\n\n@dataclass\nclass Model:\n    a: int\n", "tests/test_a.py": f"import app_models\n{TEST}\n\nassert app_models\n"},
        subject="app_models",
        seconds=None,
        beside=("heavy-import",),  # pydantic itself
        modules=("pydantic",),
    ),
    Planted(
        cause="gc-passes",
        files={f"tests/test_kept_{n}.py": KEPT for n in range(4)},
        alike={f"tests/test_kept_{n}.py": KEPT.replace("ROWS =", "import gc\n\ngc.disable()\nROWS =") for n in range(4)},
        seconds=None,
        beside=("module-level-compute",),  # making the rows
    ),
    Planted(
        cause="final-gc",
        files={f"tests/test_kept_{n}.py": KEPT for n in range(4)},
        alike={f"tests/test_kept_{n}.py": KEPT.replace("400_000", "4") for n in range(4)},
        seconds=None,
        beside=("module-level-compute",),
    ),
    Planted(
        cause="error-formatting",
        files={f"tests/test_bad_{n}.py": "from deep import fail\n\n" + "\n".join(f"NAME_{k} = {k}" for k in range(2500)) + "\nfail(60)\n" for n in range(10)}
        | {"deep.py": "def fail(depth):\n    if depth:\n        return fail(depth - 1)\n    raise ValueError('deep')\n" + "\n".join(f"NAME_{k} = {k}" for k in range(2500)) + "\n"},
        alike={"tests/test_bad.py": "import no_such_module\n"},
        seconds=None,
    ),
)  # fmt: skip
