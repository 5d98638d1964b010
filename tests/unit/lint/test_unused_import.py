"""unused-import: what it reports of what ruff says, and what it leaves alone."""

from __future__ import annotations

import pytest

from collectbench.lint.unused_import import RULE
from lint_texts import evidence_of, violations_in

HEAVY = {"pandas": 0.54, "shop": None, "pytest_shop": None}
FIXTURES = "import pytest\n@pytest.fixture\ndef order(): ...\ndef helper(): ...\nclass Order: ...\nlater = make()\n"


def lines(text: str, *unused: tuple[int, str], path: str = "tests/test_a.py") -> list[int]:
    texts = {path: text, "tests/__init__.py": "", "shop/__init__.py": "", "shop/orders.py": FIXTURES}
    return [each.line for each in violations_in(RULE, evidence_of(texts, heavy=HEAVY, unused={path: unused}))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import pandas", "pandas"),
        ("import pandas as pd", "pandas"),
        ("import pandas.core", "pandas.core"),
        ("from pandas import DataFrame", "pandas.DataFrame"),
        ("from pandas import read_csv as read", "pandas.read_csv"),
        ("from shop.orders import helper", "shop.orders.helper"),
        ("from shop.orders import Order", "shop.orders.Order"),
    ],
)
@pytest.mark.parametrize("path", ["tests/test_a.py", "tests/conftest.py"])
def test_it_reports(text: str, name: str, path: str) -> None:
    assert lines(text, (1, name), path=path) == [1]


@pytest.mark.parametrize(
    ("text", "line", "name"),
    [
        pytest.param("import json", 1, "json", id="light"),
        pytest.param("from shop.orders import order", 1, "shop.orders.order", id="fixture"),
        pytest.param("from pytest_shop import till", 1, "pytest_shop.till", id="fixture-of-a-plugin"),
        pytest.param("from shop.orders import later", 1, "shop.orders.later", id="perhaps-a-fixture"),
        pytest.param("try:\n    import pandas\nexcept ImportError:\n    x = 1", 2, "pandas", id="probe"),
        pytest.param("import sys\nif sys.version_info > (3,):\n    import pandas", 3, "pandas", id="condition"),
        pytest.param("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas", 3, "pandas", id="types"),
        pytest.param("def test_a():\n    import pandas", 2, "pandas", id="function"),
        pytest.param("from .... import pandas", 1, "....pandas", id="above-the-top"),
    ],
)
def test_it_leaves_alone(text: str, line: int, name: str) -> None:
    assert lines(text, (line, name)) == []


def test_an_import_of_several_lines_is_reported_at_the_unused_name() -> None:
    assert lines("from pandas import (\n    DataFrame,\n    Series,\n)\nSeries()", (2, "pandas.DataFrame")) == [2]


def test_a_relative_import_is_compared_by_its_absolute_name() -> None:
    texts = {"shop/__init__.py": "", "shop/orders.py": FIXTURES, "shop/test_a.py": "from .orders import helper\n"}
    evidence = evidence_of(texts, heavy={"shop.orders": 1.0}, unused={"shop/test_a.py": ((1, ".orders.helper"),)})
    (violation,) = violations_in(RULE, evidence)
    assert violation.message == ".orders.helper is imported and not used, and shop.orders is slow to import"


def test_files_without_an_outline_are_left_alone() -> None:
    assert lines("import pandas\n)", (1, "pandas")) == []
