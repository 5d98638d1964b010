"""Causes about hooks, plugins, collectors, and the end of the process."""

from __future__ import annotations

from cause_projects.project import SECONDS, Planted, distribution

TEST = "def test_it():\n    pass\n"
COLLECTOR = "import pytest\nfrom burner import burn\n\n\nclass CaseItem(pytest.Item):\n    def runtest(self):\n        pass\n\n\nclass CaseFile(pytest.File):\n    def collect(self):\n        burn({seconds})\n        yield CaseItem.from_parent(self, name='case')\n\n\ndef pytest_collect_file(parent, file_path):\n    if file_path.suffix == '.case':\n        return CaseFile.from_parent(parent, path=file_path)\n"
PER_ITEM = "from burner import burn\n\n\ndef pytest_itemcollected(item):\n    burn({seconds})\n"
JOINED = "import threading\nimport time\n\nthreading.Thread(target=time.sleep, args=({seconds},)).start()\n"

PROJECTS = (
    Planted(
        cause="plugin-hooks",
        files={**distribution("slow-items", "slow_items = slow_items"), "slow_items.py": PER_ITEM.format(seconds=SECONDS / 30)},
        alike={**distribution("slow-items", "slow_items = slow_items"), "slow_items.py": PER_ITEM.format(seconds=0)},
        subject="slow_items",
    ),
    Planted(
        cause="slow-modifyitems",
        files={"conftest.py": f"import pytest\nfrom burner import burn\n\n\n@pytest.hookimpl(tryfirst=True)\ndef pytest_collection_modifyitems(items):\n    for _ in items:\n        burn({SECONDS / 30})\n"},
        alike={"conftest.py": "def pytest_collection_modifyitems(items):\n    items.sort(key=lambda item: item.nodeid)\n"},
        subject="conftest.py",
        place="conftest.py:6",
    ),
    Planted(
        cause="generate-tests",
        files={"conftest.py": f"from burner import burn\n\n\ndef pytest_generate_tests(metafunc):\n    burn({SECONDS / 30})\n"},
        alike={"conftest.py": "def pytest_generate_tests(metafunc):\n    if 'value' in metafunc.fixturenames:\n        metafunc.parametrize('value', [1])\n"},
        subject="conftest.py",
        place="conftest.py:4",
    ),
    Planted(
        cause="custom-collector",
        files={"conftest.py": COLLECTOR.format(seconds=SECONDS / 6), **{f"tests/data/{n}.case": "x\n" for n in range(6)}},
        alike={"conftest.py": COLLECTOR.format(seconds=0), **{f"tests/data/{n}.case": "x\n" for n in range(6)}},
        subject="CaseFile",
    ),
    Planted(
        cause="traversal",
        files={f"tests/data/batch_{n // 30}/case_{n}/part.txt": "x" for n in range(1500)},
        alike={f"tests/data/case_{n}/part.txt": "x" for n in range(3)},
        subject="tests/data",
        seconds=None,
    ),
    Planted(
        cause="ignore-glob-walk",
        files={"tests/conftest.py": "collect_ignore_glob = ['generated/*']\n", **{f"tests/generated/part_{n}/test_{n}.py": TEST for n in range(4000)}},
        alike={"tests/conftest.py": "collect_ignore_glob = ['generated/*']\n", "tests/generated/test_it.py": TEST},
        place="tests/conftest.py:1",
        seconds=None,
    ),
    Planted(
        cause="broad-python-files",
        files={f"tests/support_{n}.py": f"from burner import burn\n\nburn({SECONDS / 6})\n" for n in range(6)},
        alike={f"tests/check_{n}.py": TEST for n in range(6)},
        ini='python_files = ["*.py"]\n',
        subject="*.py",
    ),
    Planted(
        cause="exit-work",
        files={"tests/conftest.py": f"import atexit\n\nfrom burner import burn\n\n\n@atexit.register\ndef close():\n    burn({SECONDS})\n"},
        alike={"tests/conftest.py": "import atexit\n\natexit.register(print, end='')\n"},
        subject="close",
        place="tests/conftest.py:6",
    ),
    Planted(
        cause="exit-work",
        files={"tests/conftest.py": JOINED.format(seconds=2.5)},
        alike={"tests/conftest.py": JOINED.replace("(target", "(daemon=True, target").format(seconds=60)},
        place="tests/conftest.py:4",
        seconds=None,
    ),
    Planted(
        cause="process-restart",
        files={"conftest.py": "import os\nimport sys\n\nif 'PLANTED' not in os.environ:\n    os.environ['PLANTED'] = '1'\n    os.execv(sys.executable, [sys.executable, '-m', 'pytest', *sys.argv[1:]])\n"},
        alike={"conftest.py": "import os\n\nos.environ.setdefault('PLANTED', '1')\n"},
        place="conftest.py:6",
        seconds=None,
    ),
    Planted(
        cause="interpreter-start",
        files={"start/sitecustomize.py": f"from time import thread_time\n\nend = thread_time() + {SECONDS}\nwhile thread_time() < end:\n    pass\n"},
        alike={"start/sitecustomize.py": "VALUE = 1\n"},
        subject="sitecustomize",
        env={"PYTHONPATH": "start"},
    ),
    Planted(
        cause="split-run-differs",
        files={"tests/part/pytest.ini": "[pytest]\n", "tests/part/test_it.py": TEST},
        alike={"tests/part/test_it.py": TEST},
        seconds=0.0,
    ),
    Planted(
        cause="shadowed-config",
        files={"pytest.ini": "[pytest]\ntestpaths = tests\npythonpath = .\n"},
        alike={"setup.cfg": "[metadata]\nname = x\n"},
        seconds=0.0,
    ),
)  # fmt: skip
