"""What names mean across the files of a tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import Definition, External, Meaning
from lint_texts import evidence_of

SHOP = {
    "shop/__init__.py": "from .orders import Order\nfrom . import prices as costs\nimport shop.api.views\n",
    "shop/orders.py": """
        import unittest, collections.abc as abc, os.path
        from unittest import TestCase as Case
        from shop.prices import *
        class Order:
            class Line: ...
        class Order:
            def second(self): ...
        def make(): ...
        Alias = Order
        Chain = Alias
        Attribute = Order.Line
        Outside = unittest.TestCase
        Itself = Itself
        One = Two
        Two = One
        """,
    "shop/prices.py": "class Price: ...\nclass _Hidden: ...\nfrom shop.taxes import Tax\n",
    "shop/taxes.py": "__all__ = ['Tax', '_Rate']\nclass Tax: ...\nclass _Rate: ...\nclass Other: ...\n",
    "shop/api/__init__.py": "",
    "shop/api/views.py": "class View: ...\n",
    "shop/dynamic.py": "def __getattr__(name): ...\n",
    "shop/from_outside.py": "from numpy import *\n",
    "shop/broken.py": "def (:\n",
    "shop/first.py": "from shop.second import Round\nfrom shop.second import *\n",
    "shop/second.py": "from shop.first import Round\nfrom shop.first import *\n",
    "shop/stars.py": "from shop.taxes import *\nfrom shop.prices import *\n",
    "shop/paths.py": "__path__ = []\n",
    "tests/test_shop.py": """
        import shop
        import shop.api.views as views
        import shop.orders, numpy as np
        from shop import Order as O, costs, orders, api
        from shop.api import views as again
        from shop import nothing, dynamic
        from numpy import array
        from . import helpers
        """,
}


def codebase(**more: str) -> Codebase:
    return evidence_of(SHOP | more).codebase


def shown(meaning: Meaning) -> str | None:
    """A meaning in short: `path:name`, the name of something from outside, or None."""
    if isinstance(meaning, Definition):
        assert meaning.class_ or meaning.function
        assert meaning.place == (meaning.path, (meaning.class_ or meaning.function).line)  # type: ignore[union-attr]
        return f"{meaning.path}:{meaning.name}"
    return meaning.name if isinstance(meaning, External) else None


@pytest.mark.parametrize(
    ("path", "dotted", "expected"),
    [
        ("shop/orders.py", "Order", "shop/orders.py:Order"),
        ("shop/orders.py", "Order.Line", "shop/orders.py:Order.Line"),
        ("shop/orders.py", "make", "shop/orders.py:make"),
        ("shop/orders.py", "Alias", "shop/orders.py:Order"),
        ("shop/orders.py", "Chain", "shop/orders.py:Order"),
        ("shop/orders.py", "Chain.Line", "shop/orders.py:Order.Line"),
        ("shop/orders.py", "Attribute", "shop/orders.py:Order.Line"),
        ("shop/orders.py", "Case", "unittest.TestCase"),
        ("shop/orders.py", "Outside", "unittest.TestCase"),
        ("shop/orders.py", "unittest.TestCase", "unittest.TestCase"),
        ("shop/orders.py", "abc.Sized", "collections.abc.Sized"),
        ("shop/orders.py", "os.path.join", "os.path.join"),
        ("shop/orders.py", "Price", "shop/prices.py:Price"),
        ("shop/orders.py", "Tax", "shop/taxes.py:Tax"),
        ("shop/orders.py", "_Hidden", None),
        ("shop/orders.py", "dict", "dict"),
        ("shop/orders.py", "nothing", None),
        ("shop/orders.py", "Itself", None),
        ("shop/orders.py", "One", None),
        ("shop/orders.py", "", None),
        ("shop/orders.py", "?", None),
        ("shop/__init__.py", "Order", "shop/orders.py:Order"),
        ("shop/__init__.py", "costs.Price", "shop/prices.py:Price"),
        ("shop/__init__.py", "shop.api.views.View", "shop/api/views.py:View"),
        ("shop/first.py", "Round", None),
        ("shop/first.py", "other", None),
        ("shop/from_outside.py", "array", None),
        ("shop/from_outside.py", "dict", None),
        ("shop/dynamic.py", "dict", None),
        ("shop/broken.py", "dict", None),
        ("shop/stars.py", "_Rate", "shop/taxes.py:_Rate"),
        ("shop/stars.py", "Other", None),
        ("tests/test_shop.py", "shop.Order", "shop/orders.py:Order"),
        ("tests/test_shop.py", "shop.orders.Order", "shop/orders.py:Order"),
        ("tests/test_shop.py", "views.View", "shop/api/views.py:View"),
        ("tests/test_shop.py", "again.View", "shop/api/views.py:View"),
        ("tests/test_shop.py", "O", "shop/orders.py:Order"),
        ("tests/test_shop.py", "O.Line", "shop/orders.py:Order.Line"),
        ("tests/test_shop.py", "orders.make", "shop/orders.py:make"),
        ("tests/test_shop.py", "costs.Price", "shop/prices.py:Price"),
        ("tests/test_shop.py", "nothing", None),
        ("tests/test_shop.py", "dynamic.anything", None),
        ("tests/test_shop.py", "orders", None),
        ("tests/test_shop.py", "array", "numpy.array"),
        ("tests/test_shop.py", "np.random.Generator", "numpy.random.Generator"),
        ("tests/test_shop.py", "helpers.A", None),
        ("nowhere.py", "A", None),
    ],
)
def test_names_mean_what_they_mean_at_the_end_of_the_module(path: str, dotted: str, expected: str | None) -> None:
    assert shown(codebase().meaning(path, dotted)) == expected


def test_the_last_definition_counts() -> None:
    found = codebase().meaning("shop/orders.py", "Order")
    assert isinstance(found, Definition)
    assert found.class_ is not None
    assert [method.name for method in found.class_.methods] == ["second"]


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("shop/orders.py", "Order", True),
        ("shop/orders.py", "unittest", True),
        ("shop/orders.py", "Price", True),
        ("shop/orders.py", "Tax", True),
        ("shop/orders.py", "_Hidden", False),
        ("shop/orders.py", "nothing", False),
        ("shop/orders.py", "__name__", True),
        ("shop/orders.py", "__doc__", True),
        ("shop/orders.py", "__spec__", True),
        ("shop/orders.py", "__class__", True),
        ("shop/__init__.py", "orders", True),
        ("shop/__init__.py", "api", True),
        ("shop/__init__.py", "nothing", False),
        ("shop/dynamic.py", "nothing", None),
        ("shop/paths.py", "nothing", None),
        ("shop/from_outside.py", "nothing", None),
        ("shop/broken.py", "nothing", None),
        ("shop/first.py", "nothing", False),
        ("shop/stars.py", "_Rate", True),
        ("shop/stars.py", "_Hidden", False),
        ("nowhere.py", "nothing", None),
    ],
)
def test_a_module_has_a_name_or_not_or_nobody_can_tell(path: str, name: str, expected: bool | None) -> None:
    assert codebase().has_name(path, name) is expected


def test_star_imports_bring_what_is_exported() -> None:
    found = codebase()
    assert found.star_names("shop/taxes.py") == {"Tax", "_Rate"}
    assert found.star_names("shop/prices.py") == {"Price", "Tax"}
    assert found.star_names("shop/stars.py") == {"Tax", "_Rate", "Price"}
    assert found.star_names("shop/first.py") == {"Round"}
    assert found.star_names("nowhere.py") == frozenset()
    assert found.star_names("shop/from_outside.py") == frozenset()
    assert found.exports("shop/taxes.py", "_Rate")
    assert not found.exports("shop/taxes.py", "Other")
    assert found.exports("shop/prices.py", "Price")
    assert not found.exports("shop/prices.py", "_Hidden")
    assert not found.exports("nowhere.py", "A")


def test_imported_files_are_those_of_imports_strings_and_packages_above() -> None:
    text = (
        "from . import sub\ndef f():\n    from shop.api.views import View\n    patch('shop.taxes.Tax')\nimport numpy\n"
    )
    found = codebase(**{"tests/unit/__init__.py": "", "tests/unit/test_a.py": text, "tests/unit/sub.py": ""})
    files = set(found.imported_files("tests/unit/test_a.py"))
    api = {"shop/api/views.py", "shop/api/__init__.py", "shop/__init__.py"}
    assert files >= api | {"tests/unit/sub.py", "tests/unit/__init__.py"}
    assert set(found.imported_files("shop/broken.py")) == set()


@pytest.mark.parametrize(
    ("path", "module", "level", "missing"),
    [
        ("tests/test_shop.py", "shop.gone", 0, "shop.gone"),
        ("tests/test_shop.py", "shop.gone.more", 0, "shop.gone"),
        ("shop/api/views.py", "gone", 2, "shop.gone"),
        ("tests/test_shop.py", "shop.orders", 0, None),
        ("tests/test_shop.py", "numpy.gone", 0, None),
        ("tests/test_shop.py", "shop.paths.gone", 0, None),
        ("tests/test_shop.py", "shop.broken.gone", 0, None),
        ("tests/test_shop.py", "shop.made", 0, None),
        ("tests/test_shop.py", "shop.mine", 0, "shop.mine"),
        ("tests/test_mine.py", "shop.mine", 0, None),
        ("tests/test_shop.py", "spread.gone", 0, "spread.gone"),
        ("tests/test_shop.py", "alone.gone", 0, None),
    ],
)
def test_modules_are_missing_unless_something_may_make_them(
    path: str, module: str, level: int, missing: str | None
) -> None:
    found = codebase(
        **{
            "conftest.py": "import sys\nsys.modules['shop.made'] = 1\n",
            "tests/test_mine.py": "import sys\nsys.modules['shop.mine'] = 1\n",
            "spread/a.py": "",
            "alone/a.py": "",
            "tests/test_more.py": "from spread.a import b\nimport alone\n",
        }
    ).missing(path, module, level)
    assert (found and found.name) == missing


def test_trees_of_files_are_read_once_and_some_are_kept() -> None:
    reads: list[str] = []
    texts = {f"a{number}.py": f"a = {number}\n" for number in range(30)}
    found = evidence_of(texts).codebase

    def read(path: str) -> bytes:
        reads.append(path)
        return texts[path].encode()

    found.read = read
    assert found.tree("a1.py") is found.tree("a1.py")
    for path in texts:
        assert found.tree(path) is not None
    assert len(reads) == len(texts)
    assert found.tree("a1.py") is not None


def test_a_file_that_is_gone_or_broken_has_no_tree_and_no_references() -> None:
    found = codebase()

    def read(path: str) -> bytes:
        return Path("/nowhere", path).read_bytes()

    assert found.tree("shop/broken.py") is None
    assert found.references("shop/broken.py", {"a"}) == ()
    found.read = read
    assert found.tree("shop/orders.py") is None
    assert found.outside("shop/orders.py") is None
    assert found.references("shop/orders.py", {"unittest"}) == ()
