"""A class or an import that is not what its line says at the end of the module is no violation."""

from __future__ import annotations

import pytest

from collectbench.lint import duplicate_items, non_test_class, uncollected_tests
from lint_texts import cases, evidence_of, violations_in

SKIPPED = "class TestA:\n    def __init__(self): ...\n    def test_a(self): ...\n"

STILL_SKIPPED = cases(
    alone=SKIPPED,
    instance=SKIPPED + "made = TestA()\n",
    attribute_of_another=SKIPPED + "class Other: ...\nOther.__init__ = None\n",
    local_name=SKIPPED + "def f():\n    TestA = 1\n",
    in_with="with open('a'):\n    class TestA:\n        def __init__(self): ...\n        def test_a(self): ...\n",
    overridden="import abc\nclass Base(abc.ABC):\n    @abc.abstractmethod\n    def make(self): ...\n"
    "class TestA(Base):\n    def make(self): ...\n    def __init__(self): ...\n    def test_a(self): ...\n",
)
CHANGED = cases(
    deleted=SKIPPED + "del TestA\n",
    rebound=SKIPPED + "TestA = None\n",
    rebound_in_tuple=SKIPPED + "a, TestA = TestA, None\n",
    imported_over=SKIPPED + "from shop import TestA\n",
    star_import=SKIPPED + "from shop import *\n",
    with_name=SKIPPED + "with open('a') as TestA: ...\n",
    caught_name=SKIPPED + "try: ...\nexcept OSError as TestA: ...\n",
    matched_name=SKIPPED + "match 1:\n    case TestA: ...\n",
    global_=SKIPPED + "def f():\n    global TestA\n    TestA = 1\n",
    constructor_deleted=SKIPPED + "del TestA.__init__\n",
    constructor_set=SKIPPED + "TestA.__init__ = object.__init__\n",
    constructor_set_by_call=SKIPPED + "setattr(TestA, '__init__', object.__init__)\n",
    flag_set_by_call=SKIPPED + "not_a_test(TestA)\n",
    flag_set_in_loop=SKIPPED + "for each in (TestA,):\n    each.__test__ = False\n",
    conditional="import sys\nif sys.platform == 'win32':\n    class TestA:\n"
    "        def __init__(self): ...\n        def test_a(self): ...\n",
    tried="try:\n    import shop\n    class TestA:\n        def __init__(self): ...\n        def test_a(self): ...\n"
    "except ImportError: ...\n",
    conditional_constructor="import sys\nclass TestA:\n    if sys.platform == 'win32':\n"
    "        def __init__(self): ...\n    def test_a(self): ...\n",
    dataclass_without="from dataclasses import dataclass\n@dataclass(init=False)\nclass TestA:\n    a: int = 1\n"
    "    def test_a(self): ...\n",
    abstract="import abc\nclass TestA(abc.ABC):\n    def __init__(self): ...\n    @abc.abstractmethod\n"
    "    def make(self): ...\n    def test_a(self): ...\n",
    replaced_method="class TestA:\n    def __init__(self): ...\n    def test_a(self): ...\n"
    "    test_a = property(test_a)\n",
    base_conditional="import sys\nif sys.platform == 'win32':\n    class Base:\n        def __init__(self): ...\n"
    "class TestA(Base):\n    def test_a(self): ...\n",
)


@pytest.mark.parametrize("text", STILL_SKIPPED)
def test_a_class_that_stays_is_reported(text: str) -> None:
    assert len(violations_in(uncollected_tests.RULE, evidence_of({"tests/test_shop.py": text}))) == 1


@pytest.mark.parametrize("text", CHANGED)
def test_a_class_that_may_change_is_not_reported(text: str) -> None:
    assert not violations_in(uncollected_tests.RULE, evidence_of({"tests/test_shop.py": text}))


@pytest.mark.parametrize(
    ("members", "reported"),
    [
        ("def __init__(self): ...", True),
        ("def __init__(self): ...\n    test_a = lambda self: None", False),
        ("def __init__(self): ...\n    test_a = make_test()", False),
        ("def __init__(self): ...\n    test_a: int", True),
        ("def __init__(self): ...\n    test_a: int = 0\n    tests = []", True),
        ("def __init__(self): ...\n    @property\n    def test_a(self): ...", True),
        ("def __init__(self): ...\n    def test_a(self): ...\n    test_a = staticmethod(test_a)", False),
    ],
)
def test_a_class_with_something_called_like_a_test_is_no_helper_class(members: str, reported: bool) -> None:
    evidence = evidence_of({"tests/test_shop.py": f"class TestA:\n    {members}\n"})
    assert bool(violations_in(non_test_class.RULE, evidence)) is reported


@pytest.mark.parametrize(
    ("importer", "reported"),
    [
        ("from helpers import TestA\n", True),
        ("from helpers import TestA\ndel TestA\n", False),
        ("from helpers import TestA as A\n", False),
    ],
)
def test_a_helper_class_counts_where_the_import_leaves_it(importer: str, reported: bool) -> None:
    evidence = evidence_of(
        {"tests/helpers.py": "class TestA:\n    def __init__(self): ...\n", "tests/test_shop.py": importer}
    )
    assert bool(violations_in(non_test_class.RULE, evidence)) is reported


@pytest.mark.parametrize(
    ("importer", "reported"),
    [
        ("from test_one import TestA\n", True),
        ("from test_one import (\n    TestA,\n)\n", True),
        ("from test_one import TestA\ndel TestA\n", False),
        ("from test_one import TestA\nTestA = None\n", False),
        ("try:\n    from nowhere import TestA\nexcept ImportError:\n    from test_one import TestA\n", False),
        ("from test_one import TestAbstract\n", False),
    ],
)
def test_tests_run_again_where_the_import_leaves_them(importer: str, reported: bool) -> None:
    home = "import abc\nclass TestA:\n    def test_a(self): ...\n"
    home += (
        "class TestAbstract(abc.ABC):\n    @abc.abstractmethod\n    def make(self): ...\n    def test_a(self): ...\n"
    )
    evidence = evidence_of({"tests/test_one.py": home, "tests/test_two.py": importer})
    assert bool(violations_in(duplicate_items.RULE, evidence)) is reported


@pytest.mark.parametrize(
    ("first", "reported"),
    [
        ("from bases import TestA\n", ["tests/test_two.py"]),
        ("from bases import TestA\nclass TestB(TestA): ...\ndel TestA\n", []),
        ("from bases import TestA\n__test__ = False\n", []),
    ],
)
def test_tests_run_again_if_another_import_keeps_them(first: str, reported: list[str]) -> None:
    texts = {
        "tests/bases.py": "class TestA:\n    def test_a(self): ...\n",
        "tests/test_one.py": first,
        "tests/test_two.py": "from bases import TestA\n",
    }
    assert [each.path for each in violations_in(duplicate_items.RULE, evidence_of(texts))] == reported


def test_tests_do_not_run_again_if_their_own_file_opts_out() -> None:
    texts = {
        "tests/test_one.py": "__test__ = False\nclass TestA:\n    def test_a(self): ...\n",
        "tests/test_two.py": "from test_one import TestA\n",
    }
    assert not violations_in(duplicate_items.RULE, evidence_of(texts))


@pytest.mark.parametrize("call", ["importlib.import_module('helpers')", "__import__('helpers')"])
def test_a_file_that_a_string_imports_is_reached(call: str) -> None:
    texts = {
        "tests/helpers.py": "def test_a(): ...\n",
        "tests/test_shop.py": f"import importlib\ntest_a = {call}.test_a\n",
    }
    assert not violations_in(uncollected_tests.RULE, evidence_of(texts))
    assert violations_in(uncollected_tests.RULE, evidence_of(texts | {"tests/test_shop.py": ""}))


def test_a_file_that_no_pattern_matches_has_the_last_test_of_each_name() -> None:
    texts = {"tests/helpers.py": "def test_a(): ...\ndef test_a(): ...\n"}
    (violation,) = violations_in(uncollected_tests.RULE, evidence_of(texts))
    assert violation.line == 2
    assert violation.message.startswith("test_a never runs")
