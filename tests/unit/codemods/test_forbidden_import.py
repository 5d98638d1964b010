"""forbidden-import: each form of reference, what keeps a line as it is, and what of the layout stays."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent
from typing import Any

import pytest

from codemod_texts import notes_of, results_of, rewritten_texts, skips_of
from collectbench.codemods.codemod import Choices
from collectbench.codemods.forbidden_import import CODEMOD
from collectbench.model.fixes import Edit, Effect, Failure
from collectbench.model.lint_settings import ForbiddenImport, LintSettings
from collectbench.sources.facts import read_file
from lint_texts import evidence_of

SHOP = {
    "shop/__init__.py": "",
    "shop/orders/__init__.py": "class Order: ...\ndef send(): ...\n",
    "shop/orders/prices.py": "def price(): ...\nRATES = {}\n",
    "shop/legacy/__init__.py": "class Order: ...\ndef send(): ...\n",
    "shop/legacy/prices.py": "def price(): ...\n",
    "shop/legacy/carts.py": "def price(): ...\n",
    "shop/carts.py": "class Cart: ...\n",
    "store/__init__.py": "",
    "store/new.py": "class Order: ...\n",
    "tests/__init__.py": "",
    "tests/deep/__init__.py": "",
    "tests/deep/old.py": "X = 1\n",
    "tests/deep/fresh.py": "X = 1\n",
}
TEST = "tests/deep/test_a.py"


def settings_of(**entry: Any) -> LintSettings:
    given = {"module": "shop.legacy", "replacement": "shop.orders"} | entry
    return LintSettings(forbidden_imports=(ForbiddenImport(**given),))


def rewritten(text: str, path: str = TEST, choices: Choices | None = None, **entry: Any) -> str | None:
    """Return the new text of a file; None if it stays as it is. Fails if something is edited and named as well."""
    after = rewritten_texts(CODEMOD, SHOP | {path: text}, settings=settings_of(**entry), choices=choices)
    assert set(after) <= {path}
    return after.get(path)


def named(text: str, path: str = TEST, **entry: Any) -> list[tuple[int, str]]:
    """Return the lines that are named, each with the reason, and fails if another file is named."""
    found = skips_of(CODEMOD, SHOP | {path: text}, settings=settings_of(**entry))
    assert {each for each, _, _ in found} <= {path}
    return [(line, reason) for _, line, reason in found]


def case(name: str, before: str, after: str) -> Any:
    return pytest.param(dedent(before), dedent(after), id=name)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case("import", "import shop.legacy\nshop.legacy.Order()\n", "import shop.orders\nshop.orders.Order()\n"),
        case(
            "import-of-a-module-below",
            "import shop.legacy.prices\nshop.legacy.prices.price()\nshop.legacy.Order()\n",
            "import shop.orders.prices\nshop.orders.prices.price()\nshop.orders.Order()\n",
        ),
        case("import-as", "import shop.legacy as old\nold.send()\n", "import shop.orders as old\nold.send()\n"),
        case(
            "several-imports-in-a-line",
            "import os, shop.legacy, shop.legacy.prices as p  # why\n",
            "import os, shop.orders, shop.orders.prices as p  # why\n",
        ),
        case("from", "from shop.legacy import Order, send\n", "from shop.orders import Order, send\n"),
        case("from-as", "from shop.legacy import Order as O\n", "from shop.orders import Order as O\n"),
        case("from-below", "from shop.legacy.prices import price\n", "from shop.orders.prices import price\n"),
        case(
            "from-the-package",
            "from shop import legacy\nlegacy.Order()\n",
            "from shop import orders\norders.Order()\n",
        ),
        case("from-the-package-as", "from shop import legacy as old\n", "from shop import orders as old\n"),
        case("an-alias-that-is-the-new-name", "from shop import legacy as orders\n", "from shop import orders\n"),
        case(
            "an-explicit-export", "from shop.legacy import Order as Order\n", "from shop.orders import Order as Order\n"
        ),
        case(
            "a-statement-that-is-split",
            "from shop import carts, legacy  # both\n",
            "from shop import carts, orders  # both\n",
        ),
        case(
            "in-parentheses-with-comments",
            """
            from shop.legacy import (  # what we sell
                Order,  # the order
                # sends it
                send as dispatch,
            )  # end
            """,
            """
            from shop.orders import (  # what we sell
                Order,  # the order
                # sends it
                send as dispatch,
            )  # end
            """,
        ),
        case("after-a-backslash", "from shop.legacy \\\n    import Order\n", "from shop.orders \\\n    import Order\n"),
        case(
            "after-a-semicolon",
            "import os; from shop.legacy import send\n",
            "import os; from shop.orders import send\n",
        ),
        case(
            "in-blocks",
            """
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from shop.legacy import Order
            else:
                import shop.legacy.prices
            try:
                from shop.legacy import send
            except ImportError:
                pass

            class Suite:
                from shop.legacy import send

                def test_a(self):
                    with open("x"):
                        from shop.legacy.prices import price as p
            """,
            """
            from typing import TYPE_CHECKING

            if TYPE_CHECKING:
                from shop.orders import Order
            else:
                import shop.orders.prices
            try:
                from shop.orders import send
            except ImportError:
                pass

            class Suite:
                from shop.orders import send

                def test_a(self):
                    with open("x"):
                        from shop.orders.prices import price as p
            """,
        ),
        case(
            "import-module",
            "import importlib\nold = importlib.import_module('shop.legacy')\nold.send()\n",
            "import importlib\nold = importlib.import_module('shop.orders')\nold.send()\n",
        ),
        case(
            "a-constant",
            """
            from importlib import import_module
            OLD = "shop.legacy"
            def test_a():
                path: str = "shop.legacy.prices"
                import_module(OLD), import_module(path)

            @patch(f"{OLD}.send")
            @patch(OLD + ".Order.total")
            def test_b(): ...
            """,
            """
            from importlib import import_module
            OLD = "shop.orders"
            def test_a():
                path: str = "shop.orders.prices"
                import_module(OLD), import_module(path)

            @patch(f"{OLD}.send")
            @patch(OLD + ".Order.total")
            def test_b(): ...
            """,
        ),
        case(
            "dunder-import",
            "__import__('shop.legacy')\nx = __import__('shop.legacy', fromlist=['send'])\n",
            "__import__('shop.orders')\nx = __import__('shop.orders', fromlist=['send'])\n",
        ),
        case(
            "patch",
            """
            @patch("shop.legacy.send")
            @mock.patch('shop.legacy.prices.price', return_value=1)
            def test_a():
                with patch("shop.legacy.Order.save") as save, patch(target="shop.legacy.Order"):
                    p = patch(
                        "shop.legacy.send",  # by mail
                    )
                patch("shop.legacy.extra", create=True)
                patch.multiple("shop.legacy", send=1)
                patch.multiple("shop.legacy.Order", total=1)
                patch.dict("shop.legacy.prices.RATES", {})
            """,
            """
            @patch("shop.orders.send")
            @mock.patch('shop.orders.prices.price', return_value=1)
            def test_a():
                with patch("shop.orders.Order.save") as save, patch(target="shop.orders.Order"):
                    p = patch(
                        "shop.orders.send",  # by mail
                    )
                patch("shop.orders.extra", create=True)
                patch.multiple("shop.orders", send=1)
                patch.multiple("shop.orders.Order", total=1)
                patch.dict("shop.orders.prices.RATES", {})
            """,
        ),
        case(
            "patch-object",
            "import shop.legacy\n@patch.object(shop.legacy, 'send')\ndef test_a(): ...\n",
            "import shop.orders\n@patch.object(shop.orders, 'send')\ndef test_a(): ...\n",
        ),
        case(
            "monkeypatch",
            """
            def test_a(monkeypatch):
                monkeypatch.setattr("shop.legacy.send", 1)
                monkeypatch.setattr("shop.legacy.gone", 1, raising=False)
                monkeypatch.delattr("shop.legacy.send")
                monkeypatch.setitem(sys.modules, "shop.legacy.prices", None)
            """,
            """
            def test_a(monkeypatch):
                monkeypatch.setattr("shop.orders.send", 1)
                monkeypatch.setattr("shop.orders.gone", 1, raising=False)
                monkeypatch.delattr("shop.orders.send")
                monkeypatch.setitem(sys.modules, "shop.orders.prices", None)
            """,
        ),
        case(
            "modules",
            """
            patch.dict("sys.modules", {"shop.legacy": None, **others, "shop.legacy.prices": 1})
            patch.dict(sys.modules, values={"shop.legacy": None})
            sys.modules["shop.legacy"].send
            "shop.legacy" in sys.modules
            sys.modules.get("shop.legacy")
            """,
            """
            patch.dict("sys.modules", {"shop.orders": None, **others, "shop.orders.prices": 1})
            patch.dict(sys.modules, values={"shop.orders": None})
            sys.modules["shop.orders"].send
            "shop.orders" in sys.modules
            sys.modules.get("shop.orders")
            """,
        ),
        case(
            "importorskip-and-what-follows-it",
            "old = pytest.importorskip('shop.legacy')\nold.send\nfrom shop.legacy import Order\n",
            "old = pytest.importorskip('shop.orders')\nold.send\nfrom shop.orders import Order\n",
        ),
        case("plugins", "pytest_plugins = ['shop.legacy.prices']\n", "pytest_plugins = ['shop.orders.prices']\n"),
        case(
            "an-export",
            "from shop import legacy\n__all__ = ['legacy']\n",
            "from shop import orders as legacy\n__all__ = ['legacy']\n",
        ),
        case(
            "a-quoted-annotation",
            "import shop.legacy\ndef f(a: 'list[shop.legacy.Order]') -> \"shop.legacy.Order\": ...\n",
            "import shop.orders\ndef f(a: 'list[shop.orders.Order]') -> \"shop.orders.Order\": ...\n",
        ),
        case(
            "examples-in-a-docstring",
            '''
            def test_a():
                """Sells.

                >>> from shop import legacy
                >>> legacy.Order(
                ...     legacy.send())
                >>> import shop.legacy.prices as p
                """
            ''',
            '''
            def test_a():
                """Sells.

                >>> from shop import orders
                >>> orders.Order(
                ...     orders.send())
                >>> import shop.orders.prices as p
                """
            ''',
        ),
        case(
            "a-module-that-is-gone-below-its-replacement",
            "from shop.legacy.carts import Order\n@patch('shop.legacy.carts.send')\ndef test_a(): ...\n",
            "from shop.orders import Order\n@patch('shop.orders.send')\ndef test_a(): ...\n",
        ),
        case(
            "a-module-whose-names-are-in-its-replacement",
            "from shop.legacy import carts\ncarts.send()\n",
            "from shop import orders\norders.send()\n",
        ),
    ],
)
def test_it_is_rewritten(before: str, after: str) -> None:
    assert rewritten(before) == after
    assert named(before) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case(
            "one-dot",
            "from .old import X\nfrom . import old\nold.X\n",
            "from .fresh import X\nfrom . import fresh\nfresh.X\n",
        ),
        case("two-dots", "from ..deep.old import X\n", "from ..deep.fresh import X\n"),
        case(
            "two-dots-and-no-name", "from ..deep import old as o, test_a\n", "from ..deep import fresh as o, test_a\n"
        ),
    ],
)
def test_a_relative_import_stays_relative(before: str, after: str) -> None:
    assert rewritten(before, module="tests.deep.old", replacement="tests.deep.fresh") == after


def test_an_import_with_three_dots_stays_relative() -> None:
    moved = {"module": "tests.deep.old", "replacement": "tests.deep.fresh"}
    path = "tests/deep/a/b/test_a.py"
    texts = SHOP | {"tests/deep/a/__init__.py": "", "tests/deep/a/b/__init__.py": "", path: "from ...old import X\n"}
    assert rewritten_texts(CODEMOD, texts, settings=settings_of(**moved)) == {path: "from ...fresh import X\n"}


def test_a_relative_import_becomes_absolute_where_the_new_module_is_elsewhere() -> None:
    before = "from .old import Cart\nfrom . import old, fresh\nold.Cart\nx = carts\n"
    after = "from shop.carts import Cart\nfrom . import fresh\nfrom shop import carts as old\nold.Cart\nx = carts\n"
    assert rewritten(before, module="tests.deep.old", replacement="shop.carts") == after


def test_a_replacement_without_a_package_is_imported_by_its_name() -> None:
    texts = SHOP | {"fakes.py": "class Order: ...\n", TEST: "from shop import carts, legacy\nlegacy.Order\n"}
    after = rewritten_texts(CODEMOD, texts, settings=settings_of(replacement="fakes"))
    assert after[TEST] == "from shop import carts\nimport fakes\nfakes.Order\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from shop.legacy import *", "star import"),
        ("from shop.legacy import lost", "shop.orders has no lost"),
        ("import shop.legacy\nshop.legacy.lost()", "shop.orders has no lost"),
        ("import shop.legacy.carts", "shop.orders.carts is not a module"),
        ("from shop.legacy.prices import lost", "shop.orders.prices has no lost, and shop.orders has no lost"),
        ("from shop.legacy import prices\nprices.lost()", "shop.orders.prices has no lost"),
        ("import shop.legacy as old\npatch.object(old, 'lost')", "shop.orders has no lost"),
        ("import shop.legacy\nprint(shop)", "line 2 uses shop as a value"),
        ("import shop.legacy.prices\nprint(shop.legacy.lost)", "shop.legacy, which it makes available as well"),
        ("@patch('shop.legacy.lost')\ndef test_a(): ...", "shop.orders has no lost"),
        ("sys.modules['shop.legacy'] = fake", "nothing puts it back"),
        ("sys.modules.setdefault('shop.legacy', fake)", "nothing puts it back"),
        ("top = __import__('shop.legacy')", "__import__ returns the package at the top"),
        ("NAMES = ['shop.legacy.prices']", "whether the string names the module is unknown"),
        ("run('shop.legacy:main')", "whether the string names the module is unknown"),
        ("run(f'shop.legacy.{name}')", "known only when it runs"),
        ("patch('shop.' 'legacy.send')", "written in several parts"),
        ("OLD = 'shop.legacy'\nimport_module(OLD)\nprint(OLD)", "line 3 uses OLD for something else"),
        ("OLD = 'shop.legacy'\nprint(OLD)", "whether the string names the module is unknown"),
        ("try:\n    import shop.orders\nexcept ImportError:\n    import shop.legacy", "it is the fallback"),
        ("try:\n    import shop.orders as s\nexcept ImportError:\n    import shop.legacy as s", "it is the fallback"),
        (
            "try:\n    from shop.orders import send\nexcept ImportError:\n    from shop.legacy import send",
            "it is the fallback",
        ),
        ("import shop\nshop.legacy.send()", "another import than that of shop.legacy makes it available"),
        ('def f():\n    """\n    >>> from shop.legacy import lost\n    """', "shop.orders has no lost"),
        ('def f():\n    """\n    >>> x\n    shop.legacy.Order\n    """', "the expected output of an example names it"),
        ('def f():\n    """\n    >>> shop.legacy.x y\n    """', "the example does not parse"),
        ('def f():\n    """\n    >>> from shop.legacy import send, lost\n    """', "more or fewer lines"),
    ],
)
def test_it_is_named(text: str, reason: str) -> None:
    found = named(text + "\n")
    assert any(reason in each for _, each in found), found
    assert all("legacy" in text.split("\n")[line - 1] or "OLD" in text.split("\n")[line - 1] for line, _ in found)


def test_what_has_no_replacement_is_named() -> None:
    assert named("from shop.legacy import send\n", replacement=None) == [(1, "the configuration names no replacement")]


def test_a_name_that_the_new_module_lacks_stays_and_the_others_move() -> None:
    before = """
        from shop.legacy import (
            lost,  # where?
            send,  # here
        )
        """
    after = """
        from shop.legacy import (
            lost,  # where?
        )
        from shop.orders import (
            send,  # here
        )
        """
    assert rewritten(before) == dedent(after)
    assert [line for line, _ in named(before)] == [2]


@pytest.mark.parametrize(
    "text",
    [
        "import pytest\ndef test_a():\n    with pytest.raises(ImportError):\n        import shop.legacy",
        "def test_a():\n    with pytest.raises(ImportError):\n        import_module('shop.legacy')",
        "from shop.legacy import send  # collectbench: ignore[forbidden-import]",
        "# collectbench: ignore[forbidden-import]\nOLD = ['shop.legacy']",
        "import shop.legacy_orders\nfrom legacy import shop\nx = 'shop.legacy_orders'",
        "def f(shop):\n    shop.legacy.send()",
        "x = {'legacy': 1}\nlegacy = x",
    ],
)
def test_it_is_left_alone_and_not_named(text: str) -> None:
    assert named(text + "\n") == []
    assert rewritten(text + "\n") is None


def test_files_that_may_import_it_are_left_alone() -> None:
    text = "from shop.legacy import send\n"
    assert rewritten(text, exceptions=("tests/deep",)) is None
    assert rewritten(text, "shop/legacy/more.py") is None
    assert rewritten(text, "shop/orders/more.py") is None
    silenced = LintSettings(
        forbidden_imports=settings_of().forbidden_imports, per_file_ignores={"tests/*": ("forbidden-import",)}
    )
    assert rewritten_texts(CODEMOD, SHOP | {TEST: text}, settings=silenced) == {}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        case(
            "other-imports-share-the-package",
            "import shop.legacy\nimport shop.carts\nshop.legacy.Order(shop.carts.Cart)\n",
            "import store.new\nimport shop.carts\nstore.new.Order(shop.carts.Cart)\n",
        ),
        case(
            "the-package-is-needed-otherwise",
            "import shop.legacy\nshop.legacy.Order(shop.carts.Cart)\n",
            "import store.new, shop\nstore.new.Order(shop.carts.Cart)\n",
        ),
        case(
            "a-function-has-an-import-of-its-own",
            "import shop.carts\ndef test_a():\n    import shop.legacy\n    return shop.legacy.Order\nshop.carts.Cart\n",
            "import shop.carts\ndef test_a():\n    import store.new\n    return store.new.Order\nshop.carts.Cart\n",
        ),
        case(
            "an-argument-has-the-name-of-the-old-package",
            "import shop.legacy\ndef test_a(shop):\n    shop.legacy.lost()\nshop.legacy.Order\n",
            "import store.new\ndef test_a(shop):\n    shop.legacy.lost()\nstore.new.Order\n",
        ),
        case(
            "another-name-is-in-the-way",
            "from shop import legacy\nlegacy.Order\ndef f(new):\n    return legacy.Order\n",
            "from store import new as legacy\nlegacy.Order\ndef f(new):\n    return legacy.Order\n",
        ),
        case(
            "comprehensions-and-lambdas",
            "from shop import legacy\nx = [legacy.Order for y in legacy.Order if (lambda: legacy.Order)]\n",
            "from store import new\nx = [new.Order for y in new.Order if (lambda: new.Order)]\n",
        ),
    ],
)
def test_names_that_imports_share(before: str, after: str) -> None:
    assert rewritten(before, replacement="store.new") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from shop.legacy import (lost, send)\n", "from shop.legacy import (lost)\nfrom shop.orders import send\n"),
        (
            "from shop.legacy import (\n    send,  # here\n    lost\n)\n",
            "from shop.legacy import (\n    lost\n)\nfrom shop.orders import (\n    send,  # here\n\n)\n",
        ),
        (
            "from shop.legacy import (send, lost,)\n",
            "from shop.legacy import (lost)\nfrom shop.orders import send\n",
        ),
        (
            "from shop.legacy import (lost, send,)\n",
            "from shop.legacy import (lost)\nfrom shop.orders import send\n",
        ),
        (
            "if x: from shop.legacy import lost, send\n",
            "if x: from shop.legacy import lost; from shop.orders import send\n",
        ),
        ("lazy from shop.legacy import send\n", "lazy from shop.orders import send\n"),
    ],
)
def test_a_statement_is_split_in_its_style(before: str, after: str) -> None:
    assert rewritten(before) == after


def test_a_lazy_import_is_not_split() -> None:
    assert [reason for _, reason in named("lazy from shop.legacy import lost, send\n")] == [
        "shop.orders has no lost",
        "LibCST cannot read a statement that has to be split",
    ]


@pytest.mark.parametrize(
    "uses",
    [
        "def f():\n    old = 1\n    def g():\n        nonlocal old\n        old.lost",
        "def f(old, *more, key=1, **others):\n    old.lost",
        "try:\n    f()\nexcept OSError as error:\n    error.lost",
        "def f():\n    match x:\n        case [*old]:\n            old.lost",
        "def f():\n    match x:\n        case {'a': 1, **old}:\n            old.lost",
        "def f():\n    match x:\n        case A() as old:\n            old.lost",
        "def f():\n    if (old := 1):\n        old.lost",
        "def f():\n    [(old := y) for y in x]\n    return old.lost",
        "f = lambda old=1: old.lost",
        "x = {old.lost: 1 for old in x}",
        "def f():\n    for old in x:\n        del old.lost",
        "class A:\n    old = 1\n    x = old.lost",
    ],
)
def test_other_meanings_of_a_name_are_no_uses(uses: str) -> None:
    before = f"import shop.legacy as old\n{uses}\n"
    assert rewritten(before) == before.replace("shop.legacy", "shop.orders")


def test_an_import_of_a_global_name_counts_in_the_whole_file() -> None:
    before = "def f():\n    global old\n    import shop.legacy as old\n\ndef g():\n    old.lost()\n"
    assert named(before) == [(3, "shop.orders has no lost")]
    assert rewritten(before.replace("lost", "send")) == before.replace("lost", "send").replace("legacy", "orders")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("OLD = 'shop.legacy'\nimport_module(OLD + '.carts').send", "which does not end in .carts"),
        (
            "OLD = 'shop.legacy.carts'\npatch(f'{OLD}.send')\npatch(OLD + '.lost')",
            "shop.orders.carts is not a module, and shop.orders has no lost",
        ),
        ("x = 'legacy'\nsys.modules.pop('shop.legacy')", "nothing puts it back"),
        ("@patch('shop.legacy.carts.lost', create=True)\ndef test_a(): ...", "shop.orders.carts is not a module"),
    ],
)
def test_strings_that_cannot_move_are_named(text: str, reason: str) -> None:
    found = named(text + "\n")
    assert any(reason in each for _, each in found), found
    assert rewritten(text + "\n") is None


def test_a_constant_that_another_file_may_use_is_named() -> None:
    texts = SHOP | {
        TEST: "OLD = 'shop.legacy'\nimport_module(OLD)\n",
        "tests/other.py": "from tests.deep.test_a import OLD\n",
    }
    assert skips_of(CODEMOD, texts, settings=settings_of()) == [(TEST, 1, "other files may use OLD")]


@pytest.mark.parametrize(
    "text",
    [
        "import shop.legacy\ndef f(store):\n    return shop.legacy.Order",
        "import shop.legacy\nstore = shop.legacy.Order",
        "def f():\n    store()\n    import shop.legacy\n    shop.legacy.Order",
        "class A:\n    import shop.legacy\n    x = shop.legacy.Order",
        "import shop.legacy\n(shop.  # ours\n    legacy.Order)",
    ],
)
def test_an_import_stays_where_the_new_package_has_no_free_name(text: str) -> None:
    if text.startswith("def"):
        text = "from x import store\n" + text
    assert rewritten(text + "\n", replacement="store.new") is None
    assert len(named(text + "\n", replacement="store.new")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "from shop import legacy\nlegacy.Order\nx = 'see legacy'\n",
        "from shop import legacy\ndef f():\n    global legacy\n    legacy = 1\n",
        "class A:\n    from shop import legacy\n    legacy.Order\n",
        "try:\n    from shop import legacy\nexcept ImportError:\n    legacy = None\n",
        "from shop import legacy\nprint(orders)\n",
    ],
)
def test_a_name_stays_where_something_else_may_use_it(text: str) -> None:
    assert rewritten(text) == text.replace("import legacy", "import orders as legacy")


@pytest.mark.parametrize(
    "other",
    ["from tests.deep.test_a import legacy", "from .deep.test_a import *", "patch('tests.deep.test_a.legacy.x')"],
)
def test_a_name_stays_where_another_file_imports_it(other: str) -> None:
    texts = SHOP | {TEST: "from shop import legacy\nlegacy.Order\n", "tests/other.py": other + "\n"}
    after = rewritten_texts(CODEMOD, texts, settings=settings_of())
    assert after[TEST] == "from shop import orders as legacy\nlegacy.Order\n"


def test_an_export_of_a_package_is_named() -> None:
    assert named("__all__ = ['legacy', 'other']\n", "shop/__init__.py") == [(1, "star imports of shop bring it")]


def test_a_replacement_may_be_a_class() -> None:
    moved = {"module": "shop.legacy.Order", "replacement": "store.new.Order"}
    before = "from shop.legacy import Order, send\n@patch('shop.legacy.Order.save')\ndef test_a(): ...\n"
    after = (
        "from shop.legacy import send\nfrom store.new import Order\n@patch('store.new.Order.save')\ndef test_a(): ...\n"
    )
    assert rewritten(before, **moved) == after


def test_a_module_below_a_replacement_of_others_needs_trust() -> None:
    moved = {"module": "simplejson", "replacement": "json"}
    before = "import simplejson\nimport simplejson.decoder as d\nsimplejson.dumps({})\n"
    after = "import json\nimport simplejson.decoder as d\njson.dumps({})\n"
    assert rewritten(before, **moved) == after
    assert named(before, **moved) == [
        (2, "whether json.decoder exists is unknown, since it is not a module of the project")
    ]
    unsafe = rewritten(before, choices=Choices(unsafe=True), **moved)
    assert unsafe == after.replace("simplejson.decoder", "json.decoder")


def test_a_pattern_moves_what_the_replacement_has() -> None:
    assert rewritten("from shop.leg_a import Order\n", module="shop.leg_*") == "from shop.orders import Order\n"


def test_only_the_chosen_modules_move() -> None:
    assert rewritten("from shop.legacy import send\n", choices=Choices(names=("shop.other",))) is None
    assert rewritten("from shop.legacy import send\n", choices=Choices(names=("shop.legacy",))) is not None


def results_of_bytes(source: bytes, **entry: Any) -> tuple[Any, ...]:
    from collectbench.codemods import Request

    texts = SHOP | {"shop/caf\u00e9.py": "def send(): ...\n", TEST: ""}
    evidence = evidence_of(texts, settings=settings_of(**entry))
    evidence.codebase.facts = {**evidence.codebase.facts, TEST: read_file(source).facts}
    evidence.codebase.read = {TEST: source}.__getitem__
    return tuple(CODEMOD.rewrite(Request(evidence=replace(evidence, focus=frozenset({TEST})), violations=())))


@pytest.mark.parametrize(
    "source",
    [
        b"import os\r\nfrom shop.legacy import (\r\n    send, # a\r\n)\r\n",
        b"\xef\xbb\xbffrom shop.legacy import send\n",
        "# -*- coding: latin-1 -*-\nx = 'gr\u00fc\u00df'; from shop.legacy import send # \u00fc\n".encode("latin-1"),
        "x = '\u20ac'; from shop.legacy import send\n".encode(),
        b"def f():\n\tfrom shop.legacy import send\n\f\n",
        b"from shop.legacy import send",
    ],
)
def test_encoding_and_line_endings_stay(source: bytes) -> None:
    (edit,) = results_of_bytes(source)
    assert edit.after == source.replace(b"legacy", b"orders")


@pytest.mark.parametrize("source", [b"from shop.legacy import (\n", b"# coding: nope\nimport shop.legacy\n"])
def test_a_file_that_does_not_parse_is_a_failure(source: bytes) -> None:
    (failure,) = results_of_bytes(source)
    assert isinstance(failure, Failure)
    assert failure.path == TEST


def test_a_character_that_the_encoding_lacks_is_a_failure() -> None:
    source = b"# coding: ascii\nfrom shop.legacy import send\n"
    results = results_of_bytes(source, replacement="shop.caf\u00e9")
    assert [each.reason for each in results] == ["its encoding, ascii, lacks a character of the new text"]


def test_a_split_statement_has_the_line_endings_of_its_file() -> None:
    edit, _ = results_of_bytes(b"if 1:\r\n    from shop.legacy import lost, send\r\n")
    assert edit.after == b"if 1:\r\n    from shop.legacy import lost\r\n    from shop.orders import send\r\n"


def test_comments_and_texts_are_counted() -> None:
    text = '"""How shop.legacy\nworks."""\n# shop.legacy is old, shop.legacy.prices too\nX = 1\n'
    assert notes_of(CODEMOD, SHOP | {TEST: text}, settings=settings_of()) == [
        "comments and texts are left as they are; 3 in 1 file name the module"
    ]
    assert notes_of(CODEMOD, SHOP | {TEST: "import shop.legacy\n"}, settings=settings_of()) == []


def test_warnings_of_the_old_module_may_vanish() -> None:
    (edit,) = (
        each
        for each in results_of(CODEMOD, SHOP | {TEST: "from shop.legacy import send\n"}, settings=settings_of())
        if isinstance(each, Edit)
    )
    assert [(each.effect, each.path, each.subject) for each in edit.permits] == [
        (Effect.WARNING_GONE, "", "shop.legacy")
    ]


@pytest.mark.parametrize(("path", "healed"), [(TEST, TEST), ("shop/sales.py", "")])
def test_a_file_that_could_not_be_imported_may_gain_ids(path: str, healed: str) -> None:
    texts = {each: text for each, text in SHOP.items() if "legacy" not in each} | {
        path: "from shop.legacy import send\n"
    }
    edits = [each for each in results_of(CODEMOD, texts, settings=settings_of()) if isinstance(each, Edit)]
    assert [(each.effect, each.path) for each in edits[0].permits] == [
        (Effect.ERROR_GONE, healed),
        (Effect.ID_GAINED, healed),
    ]
    texts[path] = "def test_a():\n    from shop.legacy import send\n@patch('shop.legacy.send')\ndef test_b(): ...\n"
    edits = [each for each in results_of(CODEMOD, texts, settings=settings_of()) if isinstance(each, Edit)]
    assert edits[0].permits == ()
