"""missing-name: the only module that defines a name, and what is named instead."""

from __future__ import annotations

from typing import Any

import pytest

from codemod_texts import rewritten_texts, skips_of
from collectbench.codemods import Choices
from collectbench.codemods.missing_name import CODEMOD

SHOP = {
    "shop/__init__.py": "",
    "shop/orders.py": "from shop.mail import other\nclass Order: ...\ndef twice(): ...\n",
    "shop/mail.py": "def send(): ...\ndef other(): ...\ndef twice(): ...\n",
    "tests/__init__.py": "",
    "shop/carts.py": "",
}
TEST = "tests/test_a.py"
UNSAFE = Choices(unsafe=True)


def rewritten(text: str, **values: Any) -> str | None:
    return rewritten_texts(CODEMOD, SHOP | {TEST: text}, **values).get(TEST)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from shop.orders import send\n", "from shop.mail import send\n"),
        (
            "from shop.orders import Order, send as s\n",
            "from shop.orders import Order\nfrom shop.mail import send as s\n",
        ),
        ("def test_a():\n    from shop.carts import other\n", "def test_a():\n    from shop.mail import other\n"),
    ],
)
def test_the_only_module_that_defines_it_is_followed_if_the_user_trusts_it(before: str, after: str) -> None:
    assert rewritten(before, choices=UNSAFE) == after
    assert rewritten(before) is None
    ((_, _, reason),) = skips_of(CODEMOD, SHOP | {TEST: before})
    assert reason.startswith("shop.mail is only a likely place: it defines a")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("from shop.carts import twice", "several modules define it: shop.mail, shop.orders"),
        ("from shop.carts import lost", "no module of the project defines lost"),
        ("@patch('shop.orders.send')\ndef test_a(): ...", "patch names the module in which a name is looked up"),
    ],
)
def test_it_is_named(text: str, reason: str) -> None:
    ((path, line, found),) = skips_of(CODEMOD, SHOP | {TEST: text + "\n"}, choices=UNSAFE)
    assert (path, line) == (TEST, 1)
    assert found.startswith(reason)
    assert rewritten(text + "\n", choices=UNSAFE) is None


def test_only_the_chosen_names_move() -> None:
    text = "from shop.orders import send\n"
    assert rewritten(text, choices=Choices(unsafe=True, names=("shop.orders.other",))) is None
    assert rewritten(text, choices=Choices(unsafe=True, names=("shop.orders.send",))) is not None
