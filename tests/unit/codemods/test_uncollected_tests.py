"""uncollected-tests: which __init__ becomes setup_method, and why the others stay."""

from __future__ import annotations

from textwrap import dedent

import pytest

from codemod_texts import results_of, rewritten_texts, skips_of
from collectbench.codemods import Choices
from collectbench.codemods.uncollected_tests import CODEMOD
from collectbench.model.fixes import Edit, Effect, Permit

PATH = "tests/test_a.py"
INIT = {"tests/__init__.py": ""}


def cls(init: str, *more: str, head: str = "class TestOrders:", below: str = "") -> str:
    """A test class with this __init__, one test, and more lines in it and below it."""
    lines = [*init.splitlines(), "", "def test_a(self): ...", *(line for text in more for line in text.splitlines())]
    return f"{head}\n" + "".join(f"    {line}\n" if line else "\n" for line in lines) + below


PLAIN = "def __init__(self):\n    self.orders = []"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(cls(PLAIN), cls(PLAIN.replace("__init__", "setup_method")), id="plain"),
        pytest.param(
            cls("def __init__(self) -> None:  # new\n    '''Begin.'''\n    self.orders = []"),
            cls("def setup_method(self) -> None:  # new\n    '''Begin.'''\n    self.orders = []"),
            id="comments, docstring, annotation",
        ),
        pytest.param(
            cls("def __init__(self): self.x = 1"), cls("def setup_method(self): self.x = 1"), id="on one line"
        ),
        pytest.param(
            cls(PLAIN, head="class TestOrders(object):"),
            cls(PLAIN.replace("__init__", "setup_method"), head="class TestOrders(object):"),
            id="object as the base",
        ),
        pytest.param(
            cls("def __init__(self):\n    super().__init__()\n    self.orders = []"),
            cls("def setup_method(self):\n    self.orders = []"),
            id="super().__init__() goes",
        ),
        pytest.param(
            cls("def __init__(self):\n    super().__init__()"),
            cls("def setup_method(self):\n    pass"),
            id="nothing but super().__init__()",
        ),
        pytest.param(
            cls(PLAIN, "@pytest.fixture\ndef one(self):\n    return self.orders"),
            cls(PLAIN.replace("__init__", "setup_method"), "@pytest.fixture\ndef one(self):\n    return self.orders"),
            id="a fixture that runs after setup_method",
        ),
    ],
)
def test_init_becomes_setup_method(before: str, after: str) -> None:
    assert rewritten_texts(CODEMOD, INIT | {PATH: before}) == {PATH: after}


def test_the_tests_of_the_class_may_appear_and_its_warning_may_go() -> None:
    text = "class TestOuter:\n" + "".join(f"    {line}\n" for line in cls(PLAIN, head="class TestInner:").splitlines())
    (edit,) = (each for each in results_of(CODEMOD, {PATH: text}) if isinstance(each, Edit))
    assert edit.permits == (
        Permit(effect=Effect.ID_GAINED, path=PATH, subject="::TestOuter::TestInner::"),
        Permit(effect=Effect.WARNING_GONE, path=PATH, subject="TestInner"),
    )


def test_line_ends_are_kept() -> None:
    (edit,) = results_of(CODEMOD, {PATH: cls(PLAIN).replace("\n", "\r\n")})
    assert isinstance(edit, Edit)
    assert edit.after == cls(PLAIN.replace("__init__", "setup_method")).replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            cls("def __init__(self, client, *, limit=1): ..."),
            "its __init__ takes client, limit: make it a fixture",
            id="arguments",
        ),
        pytest.param(cls("def __init__(self, *args): ..."), "its __init__ takes args: make it a fixture", id="*args"),
        pytest.param(cls("def __init__(): ..."), "its __init__ has no self", id="no self"),
        pytest.param(
            cls("def __new__(cls): return object.__new__(cls)"),
            "it has __new__, and no method of a test does what that does",
            id="__new__",
        ),
        pytest.param(
            "class Base:\n    def __init__(self): ...\n\n" + cls("x = 1", head="class TestOrders(Base):"),
            "its __init__ comes from Base in tests/test_a.py",
            id="inherited",
        ),
        pytest.param(
            cls("x = 1", head="class TestOrders(dict):"),
            "its __init__ comes from a base outside of this tree",
            id="dict",
        ),
        pytest.param(
            "class Base: ...\n\n" + cls(PLAIN, head="class TestOrders(Base):"),
            "its base Base may have an __init__ of its own, or call this one",
            id="a base",
        ),
        pytest.param(
            "from dataclasses import dataclass\n\n" + cls("x: int = 1", head="@dataclass\nclass TestOrders:"),
            "a dataclass makes its __init__",
            id="a dataclass",
        ),
        pytest.param(
            cls(PLAIN, "class TestInner:\n    def test_b(self): ..."),
            "pytest would call setup_method for the tests of its inner class TestInner, too",
            id="an inner class with tests",
        ),
        pytest.param(
            cls(PLAIN, "def setup_method(self): ..."),
            "it has setup_method already, and one of them would have to come first",
            id="setup_method",
        ),
        pytest.param(cls(PLAIN, "setup_method = None"), "it binds setup_method already", id="setup_method is assigned"),
        pytest.param(
            cls(PLAIN, "def __getattr__(self, name): return self.orders"),
            "its __getattr__ may need the attributes before a test begins",
            id="__getattr__",
        ),
        pytest.param(
            cls(PLAIN, "@pytest.fixture(scope='class')\ndef one(self): return self.orders"),
            "its fixture one has a wider scope, so it runs before setup_method",
            id="a fixture of the class",
        ),
        pytest.param(
            cls(PLAIN, "if 1:\n    y = 2"), "line 6 of it runs code when the class is made", id="code in the body"
        ),
        pytest.param(
            cls("@wraps(x)\ndef __init__(self): ..."), "its __init__ has the decorator wraps(x)", id="a decorator"
        ),
        pytest.param(cls("def __init__(self):\n    yield"), "its __init__ is a generator", id="a generator"),
        pytest.param(
            cls("def __init__(self):\n    x = super().__init__()"),
            "line 3 calls another __init__",
            id="another super",
        ),
        pytest.param(
            cls("def __init__(self):\n    Other.__init__(self)"), "line 3 calls another __init__", id="another __init__"
        ),
        pytest.param(cls(PLAIN, "def again(self): self.__init__()"), "line 6 calls its __init__", id="called again"),
        pytest.param(
            cls(PLAIN, below="\ndef test_b(): TestOrders()\n"),
            "line 7 makes an instance by hand, which would lack what __init__ sets",
            id="made by hand",
        ),
        pytest.param(
            cls(PLAIN, "def other(self): return self.__class__()"),
            "line 6 makes an instance by hand, which would lack what __init__ sets",
            id="made by its own",
        ),
        pytest.param(cls(PLAIN, below="\nORDERS = [TestOrders]\n"), "line 7 uses the class", id="handed on"),
        pytest.param(
            cls(PLAIN) + "\n" + cls("def __init__(self, x): ...", head="class TestMore(TestOrders):"),
            "TestMore in tests/test_a.py inherits from it",
            id="an heir",
        ),
    ],
)
def test_a_class_stays_with_its_reason(text: str, reason: str) -> None:
    if reason != "an heir" and "inherits" in reason:
        reason = "line 7 uses the class"
    found = skips_of(CODEMOD, INIT | {PATH: text})
    assert reason in [why for _, _, why in found]
    assert rewritten_texts(CODEMOD, INIT | {PATH: text}) == {}


def test_a_class_stays_that_another_file_inherits_from_or_imports() -> None:
    other = "from tests.test_a import TestOrders\n\nclass Other(TestOrders):\n    def __init__(self): ...\n"
    (skip,) = [each for each in skips_of(CODEMOD, INIT | {PATH: cls(PLAIN), "tests/kit.py": other}) if each[0] == PATH]
    assert skip[2] == "Other in tests/kit.py inherits from it"
    other = "from tests.test_a import TestOrders\n"
    (skip,) = skips_of(CODEMOD, INIT | {PATH: cls(PLAIN), "tests/kit.py": other})
    assert skip[2] == "an import in tests/kit.py:1 names TestOrders of this file"
    hidden = cls(PLAIN) + "\ndef make():\n    class TestMore(Test" + "Orders):\n        x = 1\n"
    assert rewritten_texts(CODEMOD, INIT | {PATH: hidden}) == {}


def test_replaced_tests_and_files_without_a_pattern_are_named() -> None:
    twice = "def test_a(): ...\n\ndef test_a(): ...\n"
    (skip,) = skips_of(CODEMOD, {PATH: twice})
    assert skip == (PATH, 1, "only you can choose the name: give one of them a name of its own")
    texts = {PATH: "def test_a(): ...\n", "tests/check_b.py": "def test_b(): ...\n"}
    (skip,) = skips_of(CODEMOD, texts)
    assert skip[:2] == ("tests/check_b.py", 1)
    assert skip[2].startswith("only you can choose the name: rename it to test_check_b.py")


def test_only_named_classes_are_rewritten() -> None:
    text = cls(PLAIN) + "\n" + cls(PLAIN, head="class TestMore:")
    after = rewritten_texts(CODEMOD, {PATH: text}, choices=Choices(names=("TestMore",)))[PATH]
    assert dedent(after).count("__init__") == 1
