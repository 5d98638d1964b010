"""The generated repository: a service with small targets, each of which depends on something else."""

from __future__ import annotations

import io
import pickle
import sqlite3
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from changed_trees.generated_tests import FORMATS, OUTSIDE, TESTS

TARGETS = (
    *("src", "formats", "cases", "probes", "names", "mode", "everything", "outside", "process", "spawned", "unstable"),
    *(
        "lottery",
        "widgets",
        "ignoring",
        "early",
        "lone",
        "hashed",
        "flagged",
        "descriptors",
        "unseen",
        "chains",
        "gits",
        "piles",
    ),
)
NEVER = frozenset(("process", "spawned", "unstable", "lottery", "gits"))
"""Targets that start processes, do something else each time, or read files of git."""
UNSEEN = frozenset(("unseen",))
"""Targets that only ask about files (`stat`): docs/unaffected.md says that this cannot be seen."""
SETTINGS = {
    "src": 'pytest-args = ["-o", "pythonpath=src"]',
    "names": 'env = { PYTEST_DISABLE_PLUGIN_AUTOLOAD = "1" }',  # else the search for plugins lists each directory
    "early": 'env = { PYTHONPATH = "start" }',  # there is a sitecustomize.py
}


def configuration() -> str:
    """pyproject.toml of the service. It has no section of pytest: a file above may have one."""
    tables = (
        f'[tool.collectbench.targets.{name}]\npaths = ["tests/{name}"]\n{SETTINGS.get(name, "")}\n' for name in TARGETS
    )
    return "\n".join(("[tool.collectbench]\nrounds = 1\n", *tables))


def files(outside: Path) -> dict[str, str | bytes]:
    """The content of each file, by its path from the top of the repository. `outside` lies beside the repository."""
    return {
        **AROUND,
        **MODULES,
        "service/pyproject.toml": configuration(),
        **{f"service/tests/{name}": content for name, content in {**data_tests(), **TESTS}.items()},
        "service/tests/outside/test_outside.py": OUTSIDE.replace("@OUTSIDE@", str(outside)),
    }


AROUND: Mapping[str, str] = {
    ".gitignore": "__pycache__/\n.pytest_cache/\n*.local\npile/\n",
    ".gitattributes": "*.bin binary\n",
    "README.md": "A shop.\n",
    "requirements.txt": "pytest\n",
    "docs/guide.md": "How to sell.\n",
    "docs/tools/render.py": "import json\n",
    "service/fixtures/real_v1/values.txt": "one two\n",
    "service/fixtures/real_v2/values.txt": "one two three\n",
    "service/baselines/README": "Each commit has this directory, as its name takes calls of hooks.\n",
    "service/links/README": "A link here leads to the current version.\n",
    "service/names.txt": "Not these, which lie where commands start.\n",
    "service/switches/README": "A file here switches something.\n",
    "service/gen/README": "Made modules come to py, which is not there yet.\n",
    "service/start/sitecustomize.py": (
        "import sys\nfrom pathlib import Path\nsys.shop_size = int((Path(__file__).parent / 'size.txt').read_text())\n"
    ),
    "service/start/size.txt": "2\n",
    "../outside/settings.ini": "a b\n",
    "../stubs/shop_stub.py": "NAMES = ['stub']\n",
    "../stubs/shop_stub-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: shop-stub\nVersion: 1.0\n",
    "service/fixtures/beside.txt": "beside\n",
    "service/overrides/README": "Modules here come before all others.\n",
    "../home/.keep": "",
}
MODULES: Mapping[str, str] = {
    "service/src/shop/__init__.py": "",
    "service/src/shop/unused.py": "import colorsys\n",
    "service/src/shop/prices.py": (
        "from importlib.resources import files\n"
        "NAMES = files('shop').joinpath('resources', 'prices.csv').read_text().split()\n"
    ),
    "service/src/shop/resources/prices.csv": "1\n2\n3\n",
    "service/lib/late.py": "NAMES = ['late']\n",
    "service/ns_one/nsp/one.py": "NAMES = ['one']\n",
    "service/ns_two/nsp/two.py": "NAMES = ['two']\n",
}


def data_tests() -> dict[str, str | bytes]:
    """The target `formats`: one kind of data file in each directory."""
    return {
        "formats/test_formats.py": FORMATS,
        "formats/store/shop.db": database("ink", "paper"),
        "formats/pickles/names.pickle": pickle.dumps(["pickled"]),
        "formats/texts/names.json": '["j1", "j2"]\n',
        "formats/zips/packed.zip": archive("NAMES = ['zipped']\n"),
        "formats/settings/default.cfg": "[shop]\nname = default\n",
        "formats/own_settings/README": "user.cfg may lie here.\n",
    }


def database(*names: str) -> bytes:
    """A database of sqlite3 with one table."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "made.db"
        connection = sqlite3.connect(path)
        connection.execute("create table item (name text)")
        connection.executemany("insert into item values (?)", [(name,) for name in names])
        connection.commit()
        connection.close()
        return path.read_bytes()


def archive(source: str) -> bytes:
    """A zip file with one module."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr(zipfile.ZipInfo("packed.py", (2024, 1, 1, 0, 0, 0)), source)
    return content.getvalue()


IGNORED_FILES: Mapping[str, str] = {
    "service/tests/outside/made/table.local": "made\n",
    "service/tests/flagged/flag.local": "",
    "service/tests/flagged/listed/a.local": "",
    "service/tests/piles/pile/a.json": "",
}
"""Files that git ignores."""
LINKS: Mapping[str, str] = {
    "service/tests/outside/linked": "../../fixtures/real_v1",
    "service/tests/probes/current": "run.sh",
    "service/tests/chains/chained.txt": "../../links/current/values.txt",
    "service/links/current": "../fixtures/real_v1",
}
SEALED = "service/lib/sealed.pyc"
"""A module without source."""
SUBMODULE: Mapping[str, str] = {
    "widgets/__init__.py": "",
    "widgets/shapes.py": (
        "import json\nfrom pathlib import Path\n"
        "NAMES = json.loads((Path(__file__).resolve().parent / 'shapes.json').read_text())\n"
    ),
    "widgets/shapes.json": '["round", "square"]\n',
    "README.md": "Widgets.\n",
}
PYTHON_PATH = ("../stubs", "service/overrides")
