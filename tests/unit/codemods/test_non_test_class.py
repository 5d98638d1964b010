"""non-test-class: where the mark goes, and what keeps it away."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

import pytest

from codemod_texts import results_of, rewritten_texts, skips_of
from collectbench.codemods import Choices
from collectbench.codemods.classes.non_test_flag import FlagObjections
from collectbench.codemods.non_test_class import CODEMOD
from collectbench.lint.lineage import Lineages
from collectbench.model.fixes import Edit
from collectbench.model.lint_settings import Collection
from lint_texts import evidence_of

PATH = "tests/test_a.py"
INIT = "    def __init__(self): ...\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            f"class TestClient:\n{INIT}",
            f"class TestClient:\n    __test__ = False\n\n{INIT}",
            id="first in the body",
        ),
        pytest.param(
            f"class TestClient:  # all\n    'Calls the shop.'\n\n    # how it begins\n{INIT}",
            f"class TestClient:  # all\n    'Calls the shop.'\n\n    __test__ = False\n\n    # how it begins\n{INIT}",
            id="after the docstring",
        ),
        pytest.param(
            "class TestClient(dict): pass\n", "class TestClient(dict): __test__ = False\n", id="for pass on the line"
        ),
        pytest.param(
            "class TestClient(dict): 'Calls.'; x = 1\n",
            "class TestClient(dict): 'Calls.'; __test__ = False; x = 1\n",
            id="behind the docstring on the line",
        ),
        pytest.param(
            "class TestClient(dict): 'Calls.'\n",
            "class TestClient(dict): 'Calls.'; __test__ = False\n",
            id="behind a lone docstring on the line",
        ),
        pytest.param(
            "class TestClient(dict):\n    pass  # for now\n",
            "class TestClient(dict):\n    __test__ = False  # for now\n",
            id="for pass",
        ),
        pytest.param(
            "class TestClient(dict):\n    '''Calls.'''\n",
            "class TestClient(dict):\n    '''Calls.'''\n\n    __test__ = False\n",
            id="after a docstring alone",
        ),
        pytest.param(
            "import dataclasses\n\n@dataclasses.dataclass(\n    frozen=True,\n)\nclass TestPoint:\n    x: int = 1\n",
            "import dataclasses\n\n@dataclasses.dataclass(\n    frozen=True,\n)\nclass TestPoint:\n"
            "    __test__ = False\n    x: int = 1\n",
            id="below decorators",
        ),
        pytest.param(
            f"class TestBase:\n{INIT}\nclass TestChild(TestBase):\n{INIT}",
            f"class TestBase:\n    __test__ = False\n\n{INIT}\nclass TestChild(TestBase):\n{INIT}",
            id="once for a base and its heirs",
        ),
    ],
)
def test_the_mark_goes(before: str, after: str) -> None:
    assert rewritten_texts(CODEMOD, {PATH: before}) == {PATH: after}


def test_line_ends_are_kept() -> None:
    (edit,) = results_of(CODEMOD, {PATH: f"class TestClient:\r\n{INIT}".replace("\n", "\r\n").replace("\r\r", "\r")})
    assert isinstance(edit, Edit)
    assert edit.after == b"class TestClient:\r\n    __test__ = False\r\n\r\n    def __init__(self): ...\r\n"


KINDS = """\
import collections
import dataclasses
import enum
import typing

@dataclasses.dataclass(frozen=True, slots=True)
class TestPoint:
    x: int = 1

class TestRow(typing.NamedTuple):
    x: int = 1

class TestColor(enum.Enum):
    RED = 1
    BLUE = 2

class TestFlag(enum.IntFlag):
    ON = 1

class TestSlots:
    __slots__ = ("x",)
    def __init__(self): self.x = 1
"""


def test_the_mark_is_no_field_and_no_member() -> None:
    found: dict[str, Any] = {"__name__": "kinds"}
    sys.modules["kinds"] = sys  # where dataclasses look for what annotations mean
    try:
        exec(rewritten_texts(CODEMOD, {PATH: KINDS})[PATH], found)
    finally:
        del sys.modules["kinds"]
    assert [each.name for each in dataclasses.fields(found["TestPoint"])] == ["x"]
    assert found["TestRow"]._fields == ("x",)
    assert list(found["TestColor"].__members__) == ["RED", "BLUE"]
    assert list(found["TestFlag"].__members__) == ["ON"]
    assert found["TestSlots"]().x == 1
    names = ("TestPoint", "TestRow", "TestColor", "TestFlag", "TestSlots")
    assert [found[each].__test__ for each in names] == [False] * 5


def test_an_heir_in_another_file_may_lose_its_warning_with_its_base() -> None:
    texts = {
        "tests/__init__.py": "",
        PATH: f"class TestBase:\n{INIT}",
        "tests/test_b.py": "from tests.test_a import TestBase\n\nclass TestChild(TestBase):\n    x = 1\n",
    }
    (edit,) = results_of(CODEMOD, texts)
    assert isinstance(edit, Edit)
    assert [(each.path, each.subject) for each in edit.permits] == [("", "TestBase"), ("", "TestChild")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(
            "class TestBase:\n    def __new__(cls): ...\n\nclass TestShop(TestBase):\n    def test_a(self): ...\n",
            "its subclass TestShop holds tests, which would inherit __test__ = False",
            id="an heir with tests",
        ),
        pytest.param(
            f"class TestBase:\n{INIT}\ndef make():\n    class A(TestBase): ...\n",
            "a function may derive a class from it, whose tests would inherit __test__ = False",
            id="a hidden heir",
        ),
        pytest.param(
            f"class TestBase:\n    __test__ = True\n{INIT}", "it sets __test__ itself", id="a mark of its own"
        ),
    ],
)
def test_a_class_is_left_alone_and_named(text: str, reason: str) -> None:
    assert skips_of(CODEMOD, {PATH: text}) == [(PATH, 1, reason)]
    assert rewritten_texts(CODEMOD, {PATH: text}) == {}


def test_an_heir_that_says_it_holds_tests_does_not_inherit_the_mark() -> None:
    text = (
        "class TestBase:\n    def __new__(cls): ...\n\n"
        "class TestShop(TestBase):\n    __test__ = True\n    def test_a(self): ...\n"
    )
    assert "class TestBase:\n    __test__ = False\n" in rewritten_texts(CODEMOD, {PATH: text})[PATH]


@pytest.mark.parametrize(("kind", "reason"), [("TypedDict", "it is a TypedDict"), ("Protocol", "it is a Protocol")])
def test_a_class_whose_body_means_something_else_is_not_marked(kind: str, reason: str) -> None:
    evidence = evidence_of({PATH: f"from typing import {kind}\n\nclass TestA({kind}):\n    x: int\n"})
    lineages = Lineages(evidence=evidence)
    (definition,) = lineages.definitions(PATH)
    assert (FlagObjections(lineages).to(definition) or "").startswith(reason)


def test_only_named_classes_are_marked() -> None:
    text = f"class TestClient:\n{INIT}\nclass TestOther:\n{INIT}"
    found = rewritten_texts(CODEMOD, {PATH: text}, choices=Choices(names=("TestOther",)))
    assert found[PATH].count("__test__") == 1


RENAME = Choices(rename=True)
CLIENT = "class TestClient:\n    def __init__(self): self.last = TestClient\n"
UNCLEAR = "may mean something else by TestClient"


def renamed(texts: dict[str, str]) -> dict[str, str]:
    return rewritten_texts(CODEMOD, {"tests/__init__.py": "", **texts}, choices=RENAME)


def test_a_class_loses_what_makes_it_a_test_in_all_files_and_strings() -> None:
    texts = {
        PATH: f'"""TestClient."""\nfrom mock import patch\n\n__all__ = ["TestClient"]\n\n\n{CLIENT}\n\n'
        '@patch("tests.test_a.TestClient.last", 1)\ndef test_a(x: "TestClient"): TestClient().TestClient_\n',
        "tests/test_b.py": "from .test_a import TestClient\n\ndef test_b(): TestClient(a=1)\n",
        "tests/test_c.py": "from tests.test_b import (\n    TestClient as C,  # ours\n)\n\ndef test_c(): C()\n",
        "tests/test_d.py": "import tests.test_a as a\n\ndef test_d(): a.TestClient()\n",
        "tests/test_e.py": "class TestClient:\n    x = 1\n",
    }
    assert renamed(texts) == {
        PATH: '"""TestClient."""\nfrom mock import patch\n\n__all__ = ["Client"]\n\n\n'
        + CLIENT.replace("TestClient", "Client")
        + '\n\n@patch("tests.test_a.Client.last", 1)\ndef test_a(x: "Client"): Client().TestClient_\n',
        "tests/test_b.py": "from .test_a import Client\n\ndef test_b(): Client(a=1)\n",
        "tests/test_c.py": "from tests.test_b import (\n    Client as C,  # ours\n)\n\ndef test_c(): C()\n",
        "tests/test_d.py": "import tests.test_a as a\n\ndef test_d(): a.Client()\n",
    }


def test_files_that_share_a_new_name_need_each_other() -> None:
    texts = {
        "tests/__init__.py": "",
        PATH: CLIENT,
        "tests/test_b.py": "from tests.test_a import TestClient\n",
        "tests/test_c.py": CLIENT.replace("Client", "Other"),
    }
    edits = [each for each in results_of(CODEMOD, texts, choices=RENAME) if isinstance(each, Edit)]
    assert {each.path: each.needs for each in edits} == {
        PATH: ("tests/test_b.py",),
        "tests/test_b.py": (PATH,),
        "tests/test_c.py": (),
    }


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        pytest.param("Client = 1\n", "tests/test_a.py has the name Client already", id="taken"),
        pytest.param("def f(TestClient): ...\n", f"tests/test_a.py:3 {UNCLEAR}", id="parameter"),
        pytest.param("f(TestClient=1)\n", f"tests/test_a.py:3 {UNCLEAR}", id="keyword"),
        pytest.param("x.TestClient\n", f"tests/test_a.py:3 {UNCLEAR}", id="attribute"),
        pytest.param("def f():\n    TestClient = 1\n", f"tests/test_a.py:4 {UNCLEAR}", id="local"),
        pytest.param("def f():\n    def TestClient(): ...\n", f"tests/test_a.py:4 {UNCLEAR}", id="function"),
        pytest.param("def f():\n    class TestClient: ...\n", f"tests/test_a.py:4 {UNCLEAR}", id="class"),
        pytest.param("def f(): import TestClient.x as y\n", f"tests/test_a.py:3 {UNCLEAR}", id="import"),
        pytest.param("def f(): from x import TestClient as T\n", f"tests/test_a.py:3 {UNCLEAR}", id="from"),
        pytest.param("X = 'a TestClient'\n", "the string in tests/test_a.py:3 names it", id="a string"),
        pytest.param(
            "X = a._TestClient__x\n",
            "tests/test_a.py uses a name with two underscores that holds the name of the class",
            id="mangled",
        ),
    ],
)
def test_a_class_keeps_its_name_where_it_may_mean_something_else(more: str, reason: str) -> None:
    (skip,) = skips_of(CODEMOD, {PATH: CLIENT + more}, choices=RENAME)
    assert skip == (PATH, 1, f"it cannot be renamed: {reason}")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        pytest.param(
            "from tests.test_a import *\nTestClient\n",
            "tests/test_b.py:1 imports all names of tests/test_a.py",
            id="a star",
        ),
        pytest.param("import tests.test_a as a\nb.TestClient\n", f"tests/test_b.py:2 {UNCLEAR}", id="an attribute"),
        pytest.param(
            "from tests.test_a import TestClient\nX = 'TestClient'\n",
            "the string in tests/test_b.py:2 names it",
            id="a string",
        ),
        pytest.param(
            "def f():\n    from tests.test_a import TestClient as T\n    TestClient\n",
            f"tests/test_b.py:3 {UNCLEAR}",
            id="a name of another thing",
        ),
    ],
)
def test_a_class_keeps_its_name_if_another_file_uses_it_in_an_unclear_way(other: str, reason: str) -> None:
    texts = {"tests/__init__.py": "", PATH: CLIENT, "tests/test_b.py": other}
    reasons = [why for path, _, why in skips_of(CODEMOD, texts, choices=RENAME) if path == PATH]
    assert reasons == [f"it cannot be renamed: {reason}"]


def test_a_file_that_is_not_to_be_rewritten_keeps_the_name() -> None:
    texts = {"tests/__init__.py": "", PATH: CLIENT, "tests/test_b.py": "from tests.test_a import TestClient\n"}
    (skip,) = skips_of(CODEMOD, texts, choices=RENAME, focus=frozenset({PATH}))
    assert skip[2] == "it cannot be renamed: tests/test_b.py uses it and is not among the files to rewrite"


def test_a_string_in_several_parts_keeps_all_files_as_they_are() -> None:
    text = f'{CLIENT}\n@patch("tests.test_a.Test" "Client.last")\ndef test_a(): ...\n'
    assert renamed({PATH: text}) == {}
    reasons = [why for _, _, why in skips_of(CODEMOD, {"tests/__init__.py": "", PATH: text}, choices=RENAME)]
    assert any("cannot be renamed" in each for each in reasons)


@pytest.mark.parametrize(
    ("old", "new"), [("ClientTest", "Client"), ("Test_Client", "Client"), ("TestsClient", "Client")]
)
def test_the_new_name_is_the_old_one_without_the_word_test(old: str, new: str) -> None:
    collection = Collection(files=frozenset({PATH}), tests=frozenset({PATH}), class_names=("Test", "*Test"))
    text = CLIENT.replace("TestClient", old)
    found = rewritten_texts(CODEMOD, {PATH: text}, choices=RENAME, collection=collection)
    assert found == {PATH: text.replace(old, new)}


@pytest.mark.parametrize("name", ["Test", "Test2", "TestException", "TestTest"])
def test_a_class_keeps_its_name_if_nothing_useful_is_left(name: str) -> None:
    (skip,) = skips_of(CODEMOD, {PATH: CLIENT.replace("TestClient", name)}, choices=RENAME)
    assert skip[2] == "it cannot be renamed: nothing is left of its name without the part that pytest looks for"


def test_two_classes_do_not_get_one_name() -> None:
    collection = Collection(files=frozenset({PATH}), tests=frozenset({PATH}), class_names=("Test", "*Test"))
    text = CLIENT + "\n" + CLIENT.replace("TestClient", "ClientTest")
    (skip,) = skips_of(CODEMOD, {PATH: text}, choices=RENAME, collection=collection)
    assert skip == (PATH, 4, "it cannot be renamed: tests/test_a.py would have two classes named Client")
