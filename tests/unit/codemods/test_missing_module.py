"""missing-module: which replacement it follows, and which references it finds beyond those of lint."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest

from codemod_texts import results_of, rewritten_texts, skips_of
from collectbench.codemods import Choices
from collectbench.codemods.missing_module import CODEMOD
from collectbench.model.fixes import Edit, Effect
from collectbench.model.lint_settings import ForbiddenImport, LintSettings

SHOP = {
    "shop/__init__.py": "",
    "shop/sales/__init__.py": "",
    "shop/sales/orders.py": "class Order: ...\ndef send(): ...\n",
    "shop/sales/prices.py": "def price(): ...\n",
    "shop/goods/__init__.py": "",
    "shop/goods/prices.py": "def price(): ...\n",
    "tests/__init__.py": "",
}
TEST = "tests/test_a.py"
UNSAFE = Choices(unsafe=True)
ENTRY = LintSettings(forbidden_imports=(ForbiddenImport(module="shop.gone", replacement="shop.sales"),))


def rewritten(text: str, path: str = TEST, **values: Any) -> str | None:
    return rewritten_texts(CODEMOD, SHOP | {path: text}, **values).get(path)


def named(text: str, path: str = TEST, **values: Any) -> list[tuple[int, str]]:
    return [(line, reason) for _, line, reason in skips_of(CODEMOD, SHOP | {path: text}, **values)]


FORMS = [
    pytest.param(text, id=name)
    for name, text in {
        "from": "from shop.gone.orders import Order, send as s\n",
        "import": "import shop.gone.orders\nshop.gone.orders.Order()\n",
        "import-as": "import shop.gone.orders as o\no.send()\n",
        "in-function": "def test_a():\n    from shop.gone.orders import send\n",
        "in-try": "try:\n    from shop.gone.orders import send\nexcept ImportError:\n    pass\n",
        "patch": "@patch('shop.gone.orders.send')\ndef test_a(): ...\n",
        "import-module": "import importlib\nx = importlib.import_module('shop.gone.orders')\n",
        "constant": "GONE = 'shop.gone.orders'\ndef test_a():\n    import_module(GONE).send()\n",
        "patched-constant": "GONE = 'shop.gone.orders'\n@patch(f'{GONE}.send')\ndef test_a(): ...\n",
        "plugins": "pytest_plugins = ['shop.gone.orders']\n",
        "docstring": "import shop.gone.orders\ndef f():\n    '''\n    >>> import shop.gone.orders as o\n    '''\n",
    }.items()
]


@pytest.mark.parametrize("text", FORMS)
def test_a_configured_replacement_is_followed(text: str) -> None:
    assert rewritten(text, settings=ENTRY) == text.replace("shop.gone", "shop.sales")
    assert named(text, settings=ENTRY) == []


def test_a_package_that_is_missing_is_replaced_as_well() -> None:
    text = "from shop.gone import orders\norders.send()\n"
    assert rewritten(text, settings=ENTRY) == text.replace("shop.gone", "shop.sales")


@pytest.mark.parametrize("text", FORMS)
def test_the_only_module_of_that_name_is_followed_if_the_user_trusts_it(text: str) -> None:
    assert rewritten(text, choices=UNSAFE) == text.replace("shop.gone", "shop.sales")
    assert rewritten(text) is None
    assert {reason for _, reason in named(text)} == {
        "shop.sales.orders is only a likely replacement: it has the same name"
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import shop.gone.prices", "several modules are called prices: shop.goods.prices, shop.sales.prices"),
        ("import shop.gone.nothing", "no module of the project is called nothing"),
        ("from shop.gone.orders import lost", "shop.sales.orders has no lost"),
        ("from shop.gone.orders import *", "star import"),
        ("@patch('shop.gone.orders.lost')\ndef test_a(): ...", "shop.sales.orders has no lost"),
    ],
)
def test_it_is_named(text: str, reason: str) -> None:
    ((line, found),) = named(text + "\n", choices=UNSAFE)
    assert line == 1
    assert reason in found
    assert rewritten(text + "\n", choices=UNSAFE) is None


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    import shop.gone.orders as o\nexcept ImportError:\n    o = None\n",
        "import pytest\ndef test_a():\n    with pytest.raises(ImportError):\n        import shop.gone.orders\n",
        "import shop.gone.orders  # collectbench: ignore[missing-module]\n",
        "GONE = 'elsewhere.gone.orders'\n",
        "GOOD = 'shop.sales.orders.Order'\n@patch(GOOD)\ndef test_a(): ...\n",
        "@patch(target='shop.sales.orders.send')\ndef test_a(): ...\n",
        "GONE = 'shop.lost.orders'\nprint(GONE)\n",
        "X = 'shop.lost.orders' +\n",
    ],
)
def test_what_is_intended_is_neither_rewritten_nor_named(text: str) -> None:
    other = {"tests/test_b.py": "def test_b():\n    from shop.gone.orders import lost\n"}
    after = rewritten_texts(CODEMOD, SHOP | other | {TEST: text}, choices=UNSAFE)
    assert after == {}
    assert [path for path, _, _ in skips_of(CODEMOD, SHOP | other | {TEST: text}, choices=UNSAFE)] == [
        "tests/test_b.py"
    ]


def test_a_module_that_may_be_missing_is_named() -> None:
    texts = SHOP | {
        TEST: "import pytest\npytest.importorskip('shop.gone.orders')\n",
        "tests/test_b.py": "import shop.gone.orders\n",
    }
    found = [each for each in skips_of(CODEMOD, texts, choices=UNSAFE) if each[0] == TEST]
    assert found == [(TEST, 2, "the line expects that it may be missing")]


def test_only_the_chosen_modules_move() -> None:
    text = "import shop.gone.orders as o\n"
    assert rewritten(text, choices=Choices(unsafe=True, names=("shop.gone.other",))) is None
    assert rewritten(text, choices=Choices(unsafe=True, names=("shop.gone.orders",))) is not None


def test_a_healed_file_gains_ids_and_loses_its_error() -> None:
    def permits(text: str) -> set[tuple[Effect, str]]:
        results = results_of(CODEMOD, SHOP | {TEST: dedent(text)}, choices=UNSAFE)
        return {(permit.effect, permit.path) for each in results if isinstance(each, Edit) for permit in each.permits}

    healed = {(Effect.ID_GAINED, TEST), (Effect.ERROR_GONE, TEST)}
    assert permits("from shop.gone.orders import Order\n") == healed
    assert permits("import importlib\nx = importlib.import_module('shop.gone.orders')\n") == healed
    assert permits("def test_a():\n    from shop.gone.orders import Order\n") == set()
    assert permits("@patch('shop.gone.orders.send')\ndef test_a(): ...\n") == set()


def test_a_file_that_vanished_meanwhile_is_a_failure() -> None:
    from collectbench.codemods import Request
    from lint_texts import evidence_of

    evidence = evidence_of(SHOP | {TEST: "import shop.gone.orders\n"})

    def read(path: str) -> bytes:
        if path == TEST:
            raise FileNotFoundError(2, "No such file or directory")
        return b""

    from collectbench.lint.missing_module import RULE

    assert RULE.in_tree is not None
    violations = tuple(RULE.in_tree(evidence))
    evidence.codebase.read = read
    failures = list(CODEMOD.rewrite(Request(evidence=evidence, violations=violations)))
    assert [(each.path, each.reason) for each in failures] == [  # type: ignore[union-attr]
        (TEST, "it cannot be read: No such file or directory")
    ]
