"""Which tests a change can affect."""

from __future__ import annotations

import pytest

from collectbench.usecases.fixing.affected import Affected
from lint_texts import evidence_of

TREE = {
    "shop/__init__.py": "",
    "shop/orders.py": "",
    "shop/prices.py": "",
    "shop/carts.py": "from shop import orders\n",
    "tests/conftest.py": "",
    "tests/api/conftest.py": "",
    "tests/api/test_api.py": "",
    "tests/test_carts.py": "def test_a():\n    import shop.carts\n",
    "tests/test_patch.py": "from unittest.mock import patch\n@patch('shop.prices.Table.x')\ndef test_a(x): ...\n",
    "tests/broken.py": "def f(:\n",
}


@pytest.mark.parametrize(
    ("changed", "tests"),
    [
        (["tests/test_carts.py"], {"tests/test_carts.py"}),
        (["shop/orders.py"], {"tests/test_carts.py"}),
        (["shop/prices.py"], {"tests/test_patch.py"}),
        (["tests/api/conftest.py"], {"tests/api/test_api.py"}),
        (["tests/conftest.py"], {"tests/api/test_api.py", "tests/test_carts.py", "tests/test_patch.py"}),
        (["nowhere.py"], set()),
    ],
)
def test_it_is_that_of_the_files_of_their_importers_and_below_a_conftest(changed: list[str], tests: set[str]) -> None:
    evidence = evidence_of(TREE)
    affected = Affected(codebase=evidence.codebase, test_files=evidence.collection.files)
    assert affected.tests_of(changed) == tests
