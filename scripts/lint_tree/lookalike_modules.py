"""Modules of the application that are unusual, and files that are no modules; see lookalikes.py for the notes."""

from __future__ import annotations

FALLBACKS = """
import sys
from importlib.util import find_spec

try:
    from app.compat.fast_json import dumps  #: missing-module: fallback import
except ImportError:
    from json import dumps

try:
    import app.compat.speedups as speedups  #: missing-module: fallback assignment
except ImportError:
    speedups = None

try:
    from app.compat.hashing import digest  #: missing-module: fallback function
except (ImportError, AttributeError):

    def digest(text):
        return hash(text)


HAS_TRACING = True
try:
    import app.compat.tracing  #: missing-module: fallback flag
except ModuleNotFoundError:
    HAS_TRACING = False

try:
    from app.compat.first_choice import Reader  #: missing-module: chain of fallbacks
except ImportError:
    try:
        from app.compat.second_choice import Reader  #: missing-module: chain of fallbacks
    except ImportError:
        Reader = object

if sys.version_info >= (3, 99):
    from app.compat.of_the_future import wait  #: missing-module: sys.version_info
else:
    from time import monotonic as wait

if sys.platform == "an-unknown-one":
    import app.compat.of_another_system  #: missing-module: sys.platform

if find_spec("app.compat.maybe"):
    from app.compat import maybe  #: missing-name: find_spec


def late():
    try:
        from app.compat.faster import run  #: missing-module: fallback return, in a function
    except ImportError:
        return None
    return run
"""

BINDINGS = """
import contextlib
import os
import sys

if os.environ.get("A_VARIABLE_THAT_NOBODY_SETS"):
    BY_IF = 1
else:
    BY_IF = 2

try:
    BY_TRY = int("3")
except ValueError:
    BY_TRY = None

for BY_FOR in range(3):
    pass

with contextlib.nullcontext(5) as BY_WITH:
    pass

if (BY_WALRUS := len(sys.path)) > 100:
    pass

BY_TUPLE, (BY_NESTED, *BY_STAR) = 1, (2, 3, 4)
BY_ANNOTATION: int = 3
BY_CHAIN = BY_CHAIN_TOO = 4


def bind():
    global BY_GLOBAL
    BY_GLOBAL = 7


bind()

match ("point", 3):
    case (str() as BY_CASE, BY_CAPTURE):
        pass

vars()["BY_VARS"] = 8
setattr(sys.modules[__name__], "BY_SETATTR", 9)
"""

LAZY = '''
"""Names that come when they are used."""

from importlib import import_module


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return getattr(import_module("app.facade.core"), name, name)
'''

DYNAMIC = """
globals().update({f"FLAG_{letter}": letter for letter in "ABC"})

FIXED = 3
"""

FACADE = """
from app.facade.core import *
from app.facade.listed import *
"""

CORE = """
def serve(request):
    return request


class Server:
    port = 8000


_hidden = 3
"""

LISTED = """
__all__ = ["_exported", "shown"]

_exported = 4
shown = 5
not_listed = 6
"""

ABOUT = """
def version():
    from app._version import version as found  #: missing-module: generated, ignored by git

    return found
"""

MAIN = """
import subprocess
import time
import uuid

KEYS = sorted({"north", "south"})
LATER = lambda: time.sleep(3)  #: module-level-wait: in a lambda


def read(path):
    with open(path) as file:  #: module-level-io: in a function
        return file.read(), subprocess.run(["true"]), uuid.uuid4()


if __name__ == "__main__":
    print(open("settings.ini").read())  #: module-level-io: only as a script
    time.sleep(1)  #: module-level-wait: only as a script
"""

MODULES: dict[str, str] = {
    "app/compat/__init__.py": "",
    "app/compat/fallbacks.py": FALLBACKS,
    "app/compat/bindings.py": BINDINGS,
    "app/lazy/__init__.py": LAZY,
    "app/dynamic/__init__.py": "",
    "app/dynamic/flags.py": DYNAMIC,
    "app/facade/__init__.py": FACADE,
    "app/facade/core.py": CORE,
    "app/facade/listed.py": LISTED,
    "app/native/__init__.py": "",
    "app/about.py": ABOUT,
    "app/command.py": MAIN,
    "app/plain_namespace/alpha.py": "def run():\n    return 'a'\n",
    "app/plain_namespace/deeper/beta.py": "def run():\n    return 'b'\n",
    "libs/shared_kit/src/shared_kit/__init__.py": "",
    "libs/shared_kit/src/shared_kit/core.py": "def helper():\n    return 3\n",
}

OTHERS = {
    "app/native/_speed.cpython-311-x86_64-linux-gnu.so": "",
    "app/native/_speed.pyi": "def accumulate(values: list[int]) -> int: ...\n",
    "libs/shared_kit/pyproject.toml": '[project]\nname = "shared-kit"\nversion = "1.0"\n',
    ".gitignore": "__pycache__/\n.pytest_cache/\n.venv/\n/app/_version.py\n/truth.json\n",
    "README.md": "# A generated repository\n\nEverything in here is made by a script.\n",
    "pyproject.toml": """\
[build-system]
requires = ["hatchling", "hatch-vcs"]
build-backend = "hatchling.build"

[project]
name = "generated-application"
dynamic = ["version"]
requires-python = ">=3.11"

[tool.hatch.version]
source = "vcs"

[tool.hatch.build.hooks.vcs]
version-file = "app/_version.py"

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["."]
markers = [
    "api: calls the interface",
    "integration: needs other services",
    "slow: takes longer than a second",
    "smoke: runs first",
]
""",
}
