"""What counts as something that a module does when it is imported, and what only defines names."""

from __future__ import annotations

import ast

import pytest

from collectbench.codemods.effects.import_effects import ImportEffects
from collectbench.codemods.effects.outside_writes import outside_write
from lint_texts import evidence_of

HUB = """
    from abc import ABCMeta

    RULES = {}

    class Counted:
        number = 0

        def __init__(self):
            Counted.number += 1

    class Plain:
        def __init__(self):
            self.parts = []
            self.parts.append(1)

    class Marked:
        def __init_subclass__(cls):
            cls.marked = True

    class Child(Marked): ...

    class Kept(type):
        def __init__(cls, name, bases, namespace):
            cls.short = name[:3]

    class Odd(Kept): ...

    class Loop(Loop2): ...

    class Loop2(Loop): ...

    class Other(metaclass=ABCMeta): ...
    """


def effect(text: str) -> str:
    """Return what a module does, empty if nothing."""
    evidence = evidence_of({"shop/__init__.py": "", "shop/hub.py": HUB, "shop/part.py": text})
    found = ImportEffects(codebase=evidence.codebase).first("shop/part.py")
    return found.what if found else ""


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("'''Doc.'''\nX: int = 1\n__all__ = ['X']\n__all__ += ['Y']\n", id="values"),
        pytest.param("__all__ = []\n__all__.append('X')\n", id="a list of its own"),
        pytest.param("TABLE = {}\nTABLE['a'] = 1\nTABLE.update(b=2)\n", id="a table of its own"),
        pytest.param("def f(): ...\nf.short = 1\n", id="an attribute of its own function"),
        pytest.param("if __name__ == '__main__':\n    print()\n", id="a script"),
        pytest.param("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import readline\n", id="types only"),
        pytest.param("import re\nX = re.compile('a')\n", id="a pattern"),
        pytest.param("from functools import cache\n@cache\ndef f(): ...\n", id="a decorator of the library"),
        pytest.param(
            "class A:\n    @property\n    def x(self): ...\n    @x.setter\n    def x(self, v): ...\n", id="setter"
        ),
        pytest.param(
            "from functools import singledispatch\n@singledispatch\ndef f(x): ...\n@f.register\ndef _(x: int): ...\n",
            id="its own single dispatch",
        ),
        pytest.param("from collections import namedtuple\nclass A(namedtuple('A', 'x')): ...\n", id="a named tuple"),
        pytest.param("from enum import Enum\nclass A(Enum):\n    X = 1\n", id="an enum"),
        pytest.param("from abc import ABCMeta\nclass A(metaclass=ABCMeta): ...\n", id="an abstract class"),
        pytest.param("from pydantic import BaseModel\nclass A(BaseModel): ...\n", id="a model that only checks"),
        pytest.param("from shop.hub import Child\nclass A(Child): ...\n", id="a base that marks its heirs"),
        pytest.param("from shop.hub import Kept\nclass A(metaclass=Kept): ...\n", id="a metaclass for attributes"),
        pytest.param("from shop.hub import Other\nclass A(Other): ...\n", id="a base with a plain metaclass"),
        pytest.param("from shop.hub import Plain\nX = Plain()\n", id="an object that fills itself"),
        pytest.param("from shop.hub import Loop\nclass A(Loop): ...\n", id="bases in a circle"),
        pytest.param("def f():\n    import readline\n    print()\n", id="in a function"),
        pytest.param("X = [f for f in (1, 2)]\nY = (lambda: 1)()\n", id="expressions"),
    ],
)
def test_a_definition_is_no_effect(text: str) -> None:
    assert effect(text) == ""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("print()\n", "calls print", id="a call"),
        pytest.param("for x in (1, 2):\n    print(x)\n", "calls print", id="a call in a loop"),
        pytest.param("class A:\n    print()\n", "calls print", id="a call in a class"),
        pytest.param("import x\nx.y = 1\n", "changes x.y", id="an attribute of another module"),
        pytest.param("import x\ndel x.y\n", "changes x.y", id="a deleted attribute"),
        pytest.param("from shop.hub import RULES\nR = RULES\nR['a'] = 1\n", "changes R['a']", id="by another name"),
        pytest.param("import x\nX = x.register('a')\n", "has a name that tells", id="a telling name"),
        pytest.param("from shop.hub import Counted\nX = Counted()\n", "changes Counted.number", id="a counted object"),
        pytest.param("import atexit\n@atexit.register\ndef f(): ...\n", "which may register it", id="atexit"),
        pytest.param("@(lambda f: f)\ndef f(): ...\n", "which may register it", id="an unknown decorator"),
        pytest.param("class A(make()): ...\n", "nobody can tell", id="an unknown base"),
        pytest.param("class A(Gone): ...\n", "nobody can tell", id="a base that is not there"),
        pytest.param("from x import M\nclass A(metaclass=M): ...\n", "metaclass x.M may register", id="a metaclass"),
        pytest.param("class A(metaclass=make()): ...\n", "make() may register it", id="an unknown metaclass"),
        pytest.param("from shop.hub import Odd\nclass A(metaclass=Odd): ...\n", "inherits from Kept", id="its base"),
        pytest.param("from matplotlib.backends import x\n", "whose import has side effects", id="a backend"),
        pytest.param("def f(:\n", "it cannot be read", id="a mistake"),
    ],
)
def test_an_effect_is_named(text: str, what: str) -> None:
    assert what in effect(text)


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        pytest.param("global X", "X", id="global"),
        pytest.param("X[a] = 1", "X", id="an entry"),
        pytest.param("X.add(a)", "X", id="a call"),
        pytest.param("setattr(X, 'a', a)", "X", id="setattr"),
        pytest.param("y = X; y.add(a)", "", id="a local name, which nobody follows"),
        pytest.param("a.x = 1", "", id="its parameter"),
        pytest.param("cls.x = 1", "", id="an attribute of the class"),
        pytest.param("cls.all.append(a)", "cls.all", id="a list of the class"),
        pytest.param("def inner(): return a\n    inner.x = 1", "", id="a function in it"),
        pytest.param("'x'.join(a).add(1)", "", id="no name"),
        pytest.param("y: int = 1", "", id="a value"),
    ],
)
def test_what_a_function_changes_outside_of_itself(body: str, changed: str) -> None:
    (function,) = ast.parse(f"def f(a, cls):\n    {body}\n").body
    assert outside_write(function) == changed
