"""A name that a module may get after all is not missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.lint import missing_name
from collectbench.sources.modules import Modules
from lint_texts import evidence_of, violations_in

SHOP = {
    "shop/__init__.py": "",
    "shop/orders.py": "total = 1\n",
    "tests/test_orders.py": "def test_a():\n    from shop.orders import count\n",
}


@pytest.mark.parametrize(
    ("path", "text", "reported"),
    [
        ("shop/orders.py", "total = 1\n", True),
        ("shop/orders.py", "def add(name):\n    from shop import orders\n    setattr(orders, name, 1)\n", False),
        ("shop/orders.py", "def add(name):\n    setattr(other, name, 1)\n", True),
        ("shop/orders.py", "import enum\nenum.IntEnum._convert_('Kind', __name__, str.isupper)\n", False),
        ("shop/orders.py", "import enum\n@enum.global_enum\nclass Kind(enum.Enum):\n    count = 1\n", False),
        ("shop/orders.pyi", "count: int\n", False),
        ("shop/orders.pyi", "counter: int\n", True),
        ("shop/__init__.py", "from shop import orders\norders.count = 1\n", False),
        ("tests/conftest.py", "from shop import orders\norders.count = 1\n", False),
        ("tests/conftest.py", "from shop import orders\nsetattr(orders, 'count', 1)\n", False),
        ("tests/conftest.py", "from shop import orders\nassert orders.counter == 1\n", True),
        ("conftest.py", "import shop.orders\nshop.orders.count = 1\n", False),
        ("tests/other/conftest.py", "import shop.orders\nshop.orders.count = 1\n", True),
        (
            "tests/test_orders.py",
            "import shop.orders\ndef test_a():\n    shop.orders.count = 1\n    from shop.orders import count\n",
            False,
        ),
    ],
)
def test_a_name_that_is_made_late_is_not_missing(path: str, text: str, reported: bool) -> None:
    assert bool(violations_in(missing_name.RULE, evidence_of(SHOP | {path: text}))) is reported


@pytest.mark.parametrize("raises", ["pytest.raises", "self.assertRaises", "unittest.TestCase().assertRaises"])
def test_a_name_that_is_expected_to_be_missing_is_not_reported(raises: str) -> None:
    text = f"def test_a(self):\n    with {raises}(ImportError):\n        from shop.orders import count\n"
    assert not violations_in(missing_name.RULE, evidence_of(SHOP | {"tests/test_orders.py": text}))


def test_a_directory_of_tests_does_not_hide_the_package_that_it_is_named_after(tmp_path: Path) -> None:
    (tmp_path / "site" / "redis").mkdir(parents=True)
    paths = ["redis_tools/__init__.py", "tests/redis/__init__.py", "tests/shop/__init__.py", "tests/redis/test_a.py"]

    def missing(module: str, **values: object) -> bool:
        modules = Modules(root=tmp_path / "tree", paths=paths, site=(tmp_path / "site",), **values)  # type: ignore[arg-type]
        return type(modules.locate(module)).__name__ == "Missing"

    assert not missing("redis.client")
    assert missing("shop.client")
    assert missing("redis.client", search=("", "tests"))
