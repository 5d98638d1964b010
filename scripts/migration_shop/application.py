"""The application, a package that it needs and that is slow to import, and the configuration of pytest."""

from __future__ import annotations

PYPROJECT = """\
[project]
name = "shop"
version = "1"

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = [".", "vendor"]
"""
ATLAS = '''\
"""Distances between places. A vendored package, which computes its tables when it is imported."""

from math import cos, hypot, radians

CAPITALS = ("Berlin", "Paris", "Rome")
_PLACES = {
    name: (46 + number * 7 % 13 / 2, 2 + number * 5 % 17)
    for number, name in enumerate([*CAPITALS, *(f"place {number}" for number in range(1000))])
}


def _distance(one, other):
    (north, east), (other_north, other_east) = one, other
    return 111.2 * hypot(north - other_north, (east - other_east) * cos(radians(north)))


_NEAREST = {
    name: min((_distance(place, other), far) for far, other in _PLACES.items() if far != name)
    for name, place in _PLACES.items()
}


def distance_km(one, other):
    return round(_distance(_PLACES[one], _PLACES[other]))


def nearest(name):
    return _NEAREST[name][1]
'''
SHOP = {
    "shop/__init__.py": "",
    "shop/basket.py": """\
from shop import mail


class Basket:
    def __init__(self):
        self.lines = []

    def add(self, name, cents):
        self.lines.append((name, cents))

    def total(self):
        return sum(cents for _, cents in self.lines)

    def order(self, address):
        return mail.send(address, f"{len(self.lines)} lines, {self.total()} cents")
""",
    "shop/mail.py": """\
def send(address, text):
    raise ConnectionError(f"no mail server for {address}")
""",
    "shop/money.py": """\
def in_euros(cents):
    return f"{cents // 100}.{cents % 100:02} EUR"


def refund(cents, days):
    return cents if days <= 30 else 0
""",
    "shop/shipping.py": """\
import atlas


def shipping_cents(start, end):
    return 300 + atlas.distance_km(start, end)
""",
    "shop/testing.py": '''\
"""A server for tests that starts the whole application."""

from shop import catalog, shipping


class FakeServer:
    parts = (catalog, shipping)

    def answer(self, path):
        return {"path": path, "status": 200}
''',
    "shop/fakes.py": '''\
"""A server for tests that starts nothing."""


class FakeServer:
    def answer(self, path):
        return {"path": path, "status": 200}
''',
    "shop/catalog/__init__.py": '''\
"""Everything about articles."""

from shop.catalog.articles import Article
from shop.catalog.search import find, words_of

__all__ = ["Article", "find", "words_of"]
''',
    "shop/catalog/articles.py": """\
class Article:
    def __init__(self, name, cents):
        self.name = name
        self.cents = cents
""",
    "shop/catalog/search.py": '''\
"""Search in articles. Its index of all endings takes a while."""

_WORDS = [f"{first}{middle}{last}" for first in "bdfgklm" for middle in ("ar", "el", "in", "or") for last in "aeioustx"]
_ENDINGS = {
    ending: sorted(word for word in _WORDS if word.endswith(ending))
    for ending in {word[start:] for word in _WORDS for start in range(len(word))}
    for _ in range(12)
}


def words_of(ending):
    return _ENDINGS.get(ending, [])


def find(articles, word):
    return [article for article in articles if word in article.name]
''',
}
