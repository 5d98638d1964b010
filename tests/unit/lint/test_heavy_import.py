"""heavy-import: what it reports, and what it leaves alone."""

from __future__ import annotations

import pytest

from collectbench.lint.heavy_import import RULE
from lint_texts import evidence_of, violations_in

HEAVY = {"pandas": 0.54, "shop.engine": None, "torch.nn": 1.2}


def lines(text: str, path: str = "tests/test_a.py", **others: str) -> list[int]:
    texts = {path: text, "tests/__init__.py": "", "shop/__init__.py": "", "shop/engine.py": "", **others}
    return [each.line for each in violations_in(RULE, evidence_of(texts, heavy=HEAVY)) if each.path == path]


@pytest.mark.parametrize(
    "text",
    [
        "import pandas",
        "import pandas as pd",
        "import pandas.core.frame",
        "from pandas import DataFrame, Series",
        "from pandas.core import frame",
        "from pandas import *",
        "from shop import engine",
        "import shop.engine",
        "from shop.engine import start",
        "from torch import nn",
        "import os, pandas",
        "try:\n    import pandas\nexcept ImportError:\n    pandas = None",
    ],
)
def test_it_reports(text: str) -> None:
    assert len(lines(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "import pandas_like",
        "import torch",
        "from shop import other",
        "import shop",
        "def test_a():\n    import pandas",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas",
        "if __name__ == '__main__':\n    import pandas",
        "from .pandas import x",
        "x = 'import pandas'",
        "from ....... import pandas",
    ],
)
def test_it_leaves_alone(text: str) -> None:
    assert lines(text) == []


def test_a_relative_import_of_a_heavy_module_is_one() -> None:
    evidence = evidence_of(
        {
            "shop/__init__.py": "",
            "shop/engine.py": "",
            "shop/test_a.py": "from . import engine\nfrom .engine import x\n",
        },
        heavy=HEAVY,
    )
    assert [each.line for each in violations_in(RULE, evidence)] == [1, 2]


def test_only_files_that_pytest_imports_are_looked_at() -> None:
    texts = {
        "tests/conftest.py": "import pandas",
        "tests/helper.py": "import pandas",
        "shop/frames.py": "import pandas",
    }
    assert [each.path for each in violations_in(RULE, evidence_of(texts, heavy=HEAVY))] == ["tests/conftest.py"]
    assert violations_in(RULE, evidence_of(texts, heavy=HEAVY, focus=frozenset({"shop/frames.py"}))) == []


def test_the_message_has_the_measured_time() -> None:
    evidence = evidence_of({"test_a.py": "import pandas.core\nimport shop.engine"}, heavy=HEAVY)
    measured, configured = violations_in(RULE, evidence)
    assert measured.message == "pandas takes 540 ms to import"
    assert (measured.subject, measured.group) == ("pandas.core", "pandas")
    assert configured.message == "shop.engine is slow to import"


def test_without_heavy_modules_nothing_is_reported() -> None:
    assert violations_in(RULE, evidence_of({"test_a.py": "import pandas"})) == []
