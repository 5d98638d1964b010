"""The tests: of modules that are gone, with copies of a helper class, some that never run, and slow imports."""

from __future__ import annotations

from collections.abc import Iterator

CLIENT = '''\
class TestClient:
    """Asks the shop, and remembers what it asked."""

    def __init__(self, user="guest"):
        self.user = user
        self.calls = []

    def get(self, path):
        self.calls.append(("GET", path))
        return {"user": self.user, "path": path, "status": 200}

    def post(self, path, data):
        self.calls.append(("POST", path))
        return {"user": self.user, "path": path, "data": data, "status": 201}
'''
USE = """\
def test_{name}_are_listed():
    client = TestClient()
    assert client.get("/{name}")["status"] == 200
    assert client.calls == [("GET", "/{name}")]


def test_{name}_are_added():
    assert TestClient("admin").post("/{name}", {{"id": 1}})["data"] == {{"id": 1}}
"""
COPIES = {
    "mission_critical": ("orders", "payments"),
    "unit": ("articles", "prices"),
    "integration": ("stocks", "invoices"),
    "e2e": ("visits", "returns"),
}
TESTS = {
    "tests/__init__.py": "",
    "tests/conftest.py": """\
import pytest


@pytest.fixture
def basket():
    from shop.basket import Basket

    return Basket()
""",
    "tests/mission_critical/test_basket.py": """\
from unittest.mock import patch


def test_a_basket_is_empty():
    from shop.cart import Basket

    assert Basket().total() == 0


@patch("shop.cart.mail.send")
def test_an_order_is_mailed(send, basket):
    basket.add("lamp", 1999)
    basket.order("ann@example.org")
    send.assert_called_once_with("ann@example.org", "1 lines, 1999 cents")
""",
    "tests/mission_critical/test_server.py": """\
from shop.testing import FakeServer


def test_the_server_answers():
    assert FakeServer().answer("/")["status"] == 200
""",
    "tests/unit/test_money.py": """\
import pytest

from shop.money import in_euros, refund


class TestRefunds:
    def __init__(self):
        self.cents = 500

    def test_is_full_at_once(self):
        assert refund(self.cents, days=0) == 500

    def test_is_full_after_six_weeks(self):
        assert refund(self.cents, days=42) == 500


@pytest.mark.parametrize("cents", range(1500))
def test_cents_have_two_digits(cents):
    assert in_euros(cents) == f"{cents / 100:.2f} EUR"
""",
    "tests/unit/test_catalog.py": """\
from shop.catalog import Article


class TestArticle:
    def __init__(self):
        self.article = Article("lamp", 1999)

    def test_has_a_name(self):
        assert self.article.name == "lamp"
""",
    "tests/unit/test_shipping.py": """\
import atlas

from shop.shipping import shipping_cents


def test_shipping_costs_a_cent_for_each_kilometre():
    assert shipping_cents("Berlin", "Rome") == 300 + atlas.distance_km("Berlin", "Rome")
""",
    "tests/integration/test_distances.py": """\
import atlas
import pytest


@pytest.mark.parametrize("capital", atlas.CAPITALS)
def test_each_capital_has_a_neighbour(capital):
    assert atlas.nearest(capital) != capital
""",
    "tests/integration/test_returns.py": """\
import atlas

from shop.testing import FakeServer


def test_returns_are_answered():
    assert FakeServer().answer("/returns")["path"] == "/returns"
""",
    "tests/e2e/test_delivery.py": """\
import atlas
import pytest


class TestParcel:
    def __init__(self, place):
        self.place = place


@pytest.fixture
def parcel():
    return TestParcel(atlas.nearest("Berlin"))


def test_a_parcel_has_a_place(parcel):
    assert parcel.place.startswith("place")
""",
    "tests/e2e/test_search.py": """\
def test_words_are_found_by_their_ending():
    from shop.catalog import words_of

    assert "bara" in words_of("ra")
""",
}


def test_files() -> Iterator[tuple[str, str]]:
    """Yield all test files, each with its text."""
    yield from TESTS.items()
    for phase, names in COPIES.items():
        yield f"tests/{phase}/__init__.py", ""
        for name in names:
            yield f"tests/{phase}/test_{name}.py", f"{CLIENT}\n\n{USE.format(name=name)}"
    near = CLIENT.replace('"status": 201', '"status": 202')
    yield "tests/e2e/test_complaints.py", f"{near}\n\n{USE.format(name='complaints')}"
