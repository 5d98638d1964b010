"""Causes about imports."""

from __future__ import annotations

from cause_projects.project import HEAVY, SECONDS, Planted, distribution

USES = "def test_it():\n    assert VALUE\n"
LATE = "def test_it():\n    from lib.heavy import VALUE\n\n    assert VALUE\n"
LIB = {"lib/__init__.py": "", "lib/heavy.py": HEAVY}
CHEAP = {"lib/__init__.py": "", "lib/heavy.py": "VALUE = 1\n"}
PARTS = 12
FACADE = "".join(f"from kit.part_{number} import tool_{number}\n" for number in range(PARTS))
TOOLS = {
    f"kit/part_{number}.py": f"from burner import burn\n\nburn({SECONDS / PARTS})\n\n\ndef tool_{number}():\n    return {number}\n"
    for number in range(PARTS)
}
QUIET_TOOLS = {
    f"kit/part_{number}.py": f"COUNT = 0\nwhile COUNT < 500_000:\n    COUNT += 1\n\n\ndef tool_{number}():\n    return {number}\n"
    for number in range(PARTS)
}
"""Parts that take time, and have no effect that anybody could miss."""
IMPORT_OF_PARTS = f"""
import sys
from time import thread_time

sys.path.insert(0, ".")
begin = thread_time()
import kit
print((thread_time() - begin) * {PARTS - 1} / {PARTS})
"""
USES_KIT = "from kit import tool_3\n\n\ndef test_it():\n    assert tool_3() == 3\n"
LAZY = (
    "from importlib import import_module\n\n\ndef __getattr__(name):\n"
    "    return getattr(import_module(f'kit.part_{name[5:]}'), name)\n"
)
TWICE = f"from burner import burn\n\nif __name__.startswith('src'):\n    burn({SECONDS})\n"
"""Only the run under the second name costs something: that of the first would be a heavy import."""
BROKEN = "from burner import burn\n\nburn(0.3)\nimport no_such_module\n"

PROJECTS = (
    Planted(
        cause="heavy-import",
        files={**LIB, "tests/test_a.py": f"import os\n\nfrom lib.heavy import VALUE\n\nassert os\n\n\n{USES}"},
        alike={**LIB, "tests/test_a.py": f"TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import lib.heavy\n\n\n{LATE}"},
        subject="lib.heavy",
        place="tests/test_a.py:3",
    ),
    Planted(
        cause="shared-import",
        files={**LIB, **{f"tests/api/test_{n}.py": f"from lib.heavy import VALUE\n\n\n{USES}" for n in range(5)}},
        alike={**CHEAP, **{f"tests/api/test_{n}.py": f"from lib.heavy import VALUE\n\n\n{USES}" for n in range(5)}},
        subject="lib.heavy",
        place="tests/api/test_0.py:1",
        alone=0.0,
    ),
    Planted(
        cause="conftest-import",
        files={**LIB, "tests/conftest.py": "import pytest\n\nimport lib.heavy\n\n\n@pytest.fixture\ndef value():\n    return lib.heavy\n"},
        alike={**LIB, "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef value():\n    import lib.heavy\n\n    return lib.heavy\n"},
        subject="lib.heavy",
        place="tests/conftest.py:3",
    ),
    Planted(
        cause="plugin-import",
        files={"conftest.py": "pytest_plugins = ['slow_plugin']\n", "slow_plugin.py": HEAVY},
        alike={"conftest.py": "pytest_plugins = ['slow_plugin']\n", "slow_plugin.py": "VALUE = 1\n"},
        subject="slow_plugin",
    ),
    Planted(
        cause="plugin-chain",
        files={**distribution("chained", "chained = chained_plugin"), "chained_plugin.py": "import other_library\n", "other_library.py": HEAVY},
        alike={**distribution("chained", "chained = chained_plugin"), "chained_plugin.py": "import other_library\n", "other_library.py": "VALUE = 1\n"},
        subject="other_library",
    ),
    Planted(
        cause="package-exports",
        files={**TOOLS, "kit/__init__.py": FACADE, "tests/test_kit.py": USES_KIT},
        alike={**TOOLS, "kit/__init__.py": LAZY, "tests/test_kit.py": USES_KIT},
        subject="kit",
        seconds=SECONDS * (PARTS - 1) / PARTS,
        unproven="modules that do something when they are imported, as these call burn(), are not loaded late",
    ),
    Planted(
        cause="package-exports",
        files={**QUIET_TOOLS, "kit/__init__.py": FACADE, "tests/test_kit.py": USES_KIT},
        alike={**QUIET_TOOLS, "kit/__init__.py": LAZY, "tests/test_kit.py": USES_KIT},
        subject="kit",
        measured=IMPORT_OF_PARTS,
    ),
    Planted(
        cause="skipped-import",
        files={**LIB, "tests/test_a.py": "import pytest\n\nimport lib.heavy\n\npytestmark = pytest.mark.skip('not here')\n\n\ndef test_it():\n    assert lib.heavy\n"},
        alike={**LIB, "tests/test_a.py": f"import pytest\n\npytestmark = pytest.mark.skip('not here')\n\n\n{LATE}"},
        subject="tests/test_a.py",
        place="tests/test_a.py:3",
    ),
    Planted(
        cause="failing-import-repeated",
        files={"broken.py": BROKEN, **{f"tests/test_{n}.py": f"import broken\n\n\ndef test_{n}():\n    assert broken\n" for n in "abc"}},
        alike={"broken.py": "VALUE = 1\n", **{f"tests/test_{n}.py": f"import broken\n\n\ndef test_{n}():\n    assert broken\n" for n in "abc"}},
        subject="broken",
        place="broken.py:4",
        seconds=0.9,
    ),
    Planted(
        cause="failing-file",
        files={**LIB, "tests/test_a.py": f"from lib.heavy import VALUE\n\nimport no_such_module\n\n\n{USES}"},
        alike={**LIB, "tests/test_a.py": f"import no_such_module\n\nfrom lib.heavy import VALUE\n\n\n{USES}"},
        subject="tests/test_a.py",
        place="tests/test_a.py:1",
    ),
    Planted(
        cause="collection-errors",
        files={"tests/test_a.py": "import no_such_module\n"},
        alike={"tests/test_a.py": "import pytest\n\npytest.importorskip('no_such_module')\n"},
        place="tests/test_a.py:1",
        seconds=0.0,
    ),
    Planted(
        cause="double-import",
        files={
            "src/app/__init__.py": "", "src/app/models.py": TWICE,
            "tests/test_a.py": "import app.models\n\n\ndef test_it():\n    assert app.models\n",
            "tests/test_b.py": "import src.app.models\n\n\ndef test_it():\n    assert src.app.models\n",
        },
        alike={
            "src/app/__init__.py": "", "src/app/models.py": "VALUE = 1\n", "src/app/other.py": "VALUE = 1\n",
            "tests/test_a.py": "import app.models\n\n\ndef test_it():\n    assert app.models\n",
            "tests/test_b.py": "import src.app.other\n\n\ndef test_it():\n    assert src.app.other\n",
        },
        ini='pythonpath = [".", "src"]\n',
        subject="app.models",
        beside=("heavy-import",),  # the first run, which one line leads to
    ),
    Planted(
        cause="framework-setup",
        files={
            "django/__init__.py": f"from burner import burn\n\n\ndef setup():\n    burn({SECONDS})\n",
            "conftest.py": "import django\n\ndjango.setup()\n",
        },
        alike={"django/__init__.py": "def setup():\n    pass\n", "conftest.py": "import django\n\ndjango.setup()\n"},
        place="conftest.py:3",
    ),
    Planted(
        cause="pkg-resources",
        files={"pkg_resources/__init__.py": HEAVY, "tests/test_a.py": f"from pkg_resources import VALUE\n\n\n{USES}"},
        alike={"tests/test_a.py": "def test_it():\n    import pkg_resources\n\n    assert pkg_resources\n"},
        subject="pkg_resources",
        place="tests/test_a.py:1",
    ),
    Planted(
        cause="filterwarnings-import",
        files={"loud.py": f"{HEAVY}\n\nclass LoudWarning(Warning):\n    pass\n"},
        alike={"loud.py": f"{HEAVY}\n\nclass LoudWarning(Warning):\n    pass\n"},
        ini='filterwarnings = ["error::loud.LoudWarning"]\n',
        alike_ini='filterwarnings = ["error:loud:UserWarning"]\n',
        subject="loud",
        env={"PYTHONPATH": "."},
    ),
    Planted(
        cause="slow-import-hook",
        files={
            "tests/conftest.py": "import sys\n\nfrom burner import burn\n\n\nclass Finder:\n    @staticmethod\n    def find_spec(name, path=None, target=None):\n        if name.startswith('piece_'):\n            burn(0.1)\n\n\nsys.meta_path.insert(0, Finder)\n",
            **{f"piece_{n}.py": "" for n in range(6)},
            "tests/test_a.py": "".join(f"import piece_{n}\n" for n in range(6)) + "\n\ndef test_it():\n    pass\n",
        },
        alike={
            "tests/conftest.py": "import sys\n\n\nclass Finder:\n    @staticmethod\n    def find_spec(name, path=None, target=None):\n        return None\n\n\nsys.meta_path.insert(0, Finder)\n",
            **{f"piece_{n}.py": "" for n in range(6)},
            "tests/test_a.py": "".join(f"import piece_{n}\n" for n in range(6)) + "\n\ndef test_it():\n    pass\n",
        },
        subject="Finder",
    ),
)  # fmt: skip
