"""uncollected-tests: classes that pytest skips, files that no pattern matches, and tests that others replace."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.lint.uncollected_tests import RULE
from collectbench.model.lint import Violation
from collectbench.model.lint_settings import Collection
from lint_texts import cases, evidence_of, violations_in

PATH = "tests/test_shop.py"
BASES = {
    "shop/__init__.py": "",
    "shop/bases.py": """
        import enum, unittest, threading
        from dataclasses import dataclass
        class Plain:
            def test_base(self): ...
        class Init:
            def __init__(self): ...
        class Flagged:
            __test__ = False
            def __init__(self): ...
        @dataclass
        class Data:
            a: int = 1
        class Case(unittest.TestCase): ...
        class Late(Init): ...
        """,
}


def found(text: str, path: str = PATH, **more: str) -> list[Violation]:
    return violations_in(RULE, evidence_of(BASES | {path: text} | more))


BOTH = "    def __init__(self): ...\n    def test_a(self): ...\n"
SKIPPED = cases(
    init="class TestA:\n    def __init__(self): ...\n    def test_a(self): ...\n",
    new="class TestA:\n    def __new__(cls): ...\n    def test_a(self): ...\n",
    asynchronous_test="class TestA:\n    def __init__(self): ...\n    async def test_a(self): ...\n",
    static_test="class TestA:\n    def __init__(self): ...\n    @staticmethod\n    def test_a(): ...\n",
    marked_test="import pytest\nclass TestA:\n    def __init__(self): ...\n    @pytest.mark.slow\n"
    "    def test_a(self): ...\n",
    marked_class="import pytest\n@pytest.mark.slow\nclass TestA:\n" + BOTH,
    inherited_init="from shop.bases import Init\nclass TestA(Init):\n    def test_a(self): ...\n",
    inherited_twice="from shop import bases\nclass TestA(bases.Late):\n    def test_a(self): ...\n",
    inherited_tests="from shop.bases import Plain\nclass TestA(Plain):\n    def __init__(self): ...\n",
    both_inherited="from shop.bases import Init, Plain\nclass TestA(Plain, Init): ...\n",
    from_a_star_import="from shop.bases import *\nclass TestA(Init):\n    def test_a(self): ...\n",
    from_the_same_file="class Base:\n    def __init__(self): ...\nclass TestA(Base):\n    def test_a(self): ...\n",
    dataclass="from dataclasses import dataclass\n@dataclass\nclass TestA:\n    a: int = 1\n"
    "    def test_a(self): ...\n",
    inherited_dataclass="from shop.bases import Data\nclass TestA(Data):\n    def test_a(self): ...\n",
    enum="import enum\nclass TestA(enum.Enum):\n    A = 1\n    def test_a(self): ...\n",
    exception="class TestA(Exception):\n    def test_a(self): ...\n",
    thread="from threading import Thread\nclass TestA(Thread):\n    def test_a(self): ...\n",
    flag_true="from shop.bases import Flagged\nclass TestA(Flagged):\n    __test__ = True\n    def test_a(self): ...\n",
    generic="from typing import Generic, TypeVar\nT = TypeVar('T')\nclass TestA(Generic[T]):\n"
    "    def __init__(self): ...\n    def test_a(self): ...\n",
    abc="import abc\nclass TestA(abc.ABC):\n    def __init__(self): ...\n    def test_a(self): ...\n",
    object_="class TestA(object):\n    def __init__(self): ...\n    def test_a(self): ...\n",
    inner_class="class TestA:\n    class TestB:\n        def __init__(self): ...\n        def test_a(self): ...\n",
)


@pytest.mark.parametrize("text", SKIPPED)
def test_classes_with_tests_and_a_constructor_are_reported(text: str) -> None:
    (violation,) = found(text)
    name = "TestA.TestB" if "TestB" in text else "TestA"
    assert (violation.path, violation.subject) == (PATH, name)
    lines = text.splitlines()
    assert lines[violation.line - 1].strip().startswith(f"class {name.rpartition('.')[2]}")
    assert violation.message.startswith(f"1 test of {name} never runs: pytest skips a class with __")


COLLECTED = cases(
    without_constructor="class TestA:\n    def test_a(self): ...\n",
    setup="class TestA:\n    def setup_method(self): ...\n    def test_a(self): ...\n",
    without_tests="class TestA:\n    def __init__(self): ...\n    def helper(self): ...\n",
    fixtures="import pytest\nclass TestA:\n    def __init__(self): ...\n    @pytest.fixture\n"
    "    def test_a(self): ...\n",
    properties="class TestA:\n    def __init__(self): ...\n    @property\n    def test_a(self): ...\n",
    other_name="class Helper:\n    def __init__(self): ...\n    def test_a(self): ...\n",
    flag="class TestA:\n    __test__ = False\n    def __init__(self): ...\n    def test_a(self): ...\n",
    inherited_flag="from shop.bases import Flagged\nclass TestA(Flagged):\n    def test_a(self): ...\n",
    flag_afterwards="class TestA:\n    def __init__(self): ...\n    def test_a(self): ...\nTestA.__test__ = False\n",
    flag_of_the_module="__test__ = False\nclass TestA:\n    def __init__(self): ...\n    def test_a(self): ...\n",
    unknown_flag="class TestA:\n    __test__ = x\n    def __init__(self): ...\n    def test_a(self): ...\n",
    unittest="import unittest\nclass TestA(unittest.TestCase):\n    def __init__(self, x): ...\n"
    "    def test_a(self): ...\n",
    own_unittest="from shop.bases import Case\nclass TestA(Case):\n    def __init__(self, x): ...\n"
    "    def test_a(self): ...\n",
    unknown_base="from numpy import Base\nclass TestA(Base):\n    def __init__(self): ...\n    def test_a(self): ...\n",
    missing_base="from shop.bases import Gone\nclass TestA(Gone):\n" + BOTH,
    computed_base="class TestA(make()):\n    def __init__(self): ...\n    def test_a(self): ...\n",
    metaclass="class TestA(metaclass=Meta):\n    def __init__(self): ...\n    def test_a(self): ...\n",
    unknown_decorator="@register\nclass TestA:\n    def __init__(self): ...\n    def test_a(self): ...\n",
    assigned_constructor="class TestA:\n    __init__ = other\n    def test_a(self): ...\n",
    for_type_checkers="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    class TestA:\n"
    "        def __init__(self): ...\n        def test_a(self): ...\n",
    as_a_script="if __name__ == '__main__':\n    class TestA:\n"
    "        def __init__(self): ...\n        def test_a(self): ...\n",
    unittest_by_a_subclass="import unittest\nclass TestA:\n    def __init__(self): ...\n    def test_a(self): ...\n"
    "class B(TestA, unittest.TestCase): ...\n",
    in_a_function="def f():\n    class TestA:\n        def __init__(self): ...\n        def test_a(self): ...\n",
    inner_of_a_helper="class A:\n    class TestB:\n        def __init__(self): ...\n        def test_a(self): ...\n",
    circle="class TestA(TestB):\n    def test_a(self): ...\nclass TestB(TestA): ...\n",
    overridden_test="from shop.bases import Plain\nclass TestA(Plain):\n"
    "    def __init__(self): ...\n    test_base = None\n",
)


@pytest.mark.parametrize("text", COLLECTED)
def test_other_classes_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_an_outer_class_is_reported_once_with_all_it_inherits() -> None:
    text = """
        from shop.bases import Init, Plain
        class TestA(Init, Plain):
            def test_a(self): ...
            def test_b(self): ...
            class TestB:
                def __init__(self): ...
                def test_c(self): ...
        """
    (violation,) = found(text)
    assert violation.message == "3 tests of TestA never run: pytest skips a class with __init__ inherited from Init"
    assert violation.fix == "turn __init__ into a fixture or setup_method"


def test_a_subclass_that_runs_the_tests_after_all_is_no_excuse_for_a_constructor() -> None:
    text = SKIPPED[0].values[0] + "class TestB(TestA):\n    def test_b(self): ...\n"  # type: ignore[index]
    assert [violation.subject for violation in found(text)] == ["TestA", "TestB"]


def test_a_class_in_a_file_that_pytest_does_not_collect_is_left_alone() -> None:
    text = "class TestA:\n    def __init__(self): ...\n    def test_a(self): ...\n"
    assert found(text, "shop/helpers.py") == []
    assert found(text, "tests/conftest.py") == []


def test_names_are_those_that_pytest_is_told() -> None:
    text = "class CheckA:\n    def __init__(self): ...\n    def check_a(self): ...\n"
    evidence = evidence_of({PATH: text})
    collection = replace(evidence.collection, class_names=("Check*",), function_names=("check",))
    (violation,) = violations_in(RULE, replace(evidence, collection=collection))
    assert violation.subject == "CheckA"


def test_hooks_that_collect_in_their_own_way_silence_classes() -> None:
    evidence = evidence_of({PATH: SKIPPED[0].values[0]})  # type: ignore[index]
    custom = replace(evidence, collection=replace(evidence.collection, is_custom=True))
    assert violations_in(RULE, evidence)
    assert not violations_in(RULE, custom)


REPLACED = cases(
    functions="def test_a(): ...\ndef test_a(): ...\n",
    three="def test_a(): ...\ndef test_b(): ...\ndef test_a(): ...\n",
    methods="class TestA:\n    def test_a(self): ...\n    def test_a(self): ...\n",
    asynchronous="async def test_a(): ...\ndef test_a(): ...\n",
    marked="import pytest\n@pytest.mark.slow\ndef test_a(): ...\n@pytest.mark.slow\ndef test_a(): ...\n",
    classes="class TestA:\n    def test_a(self): ...\nclass TestA:\n    def test_b(self): ...\n",
    in_a_condition="if x:\n    def test_a(): ...\n    def test_a(): ...\n",
    unittest="import unittest\nclass A(unittest.TestCase):\n    def test_a(self): ...\n    def test_a(self): ...\n",
)


@pytest.mark.parametrize("text", REPLACED)
def test_tests_that_a_second_definition_replaces_are_reported(text: str) -> None:
    (violation,) = found(text)
    first = next(line for line in text.splitlines() if "test_a" in line or "class TestA" in line)
    expected = text.splitlines()[violation.line - 1]
    assert expected == first or "    def test_a" in expected
    assert "never run" in violation.message
    assert "replaces it" in violation.message


KEPT = cases(
    other_names="def test_a(): ...\ndef test_b(): ...\n",
    branches="if x:\n    def test_a(): ...\nelse:\n    def test_a(): ...\n",
    tried="try:\n    def test_a(): ...\nexcept E:\n    def test_a(): ...\n",
    used="def test_a(): ...\nrun(test_a)\ndef test_a(): ...\n",
    renamed="def test_a(): ...\ntest_b = test_a\ndef test_a(): ...\n",
    overloads="from typing import overload\n@overload\ndef test_a(x: int): ...\n@overload\ndef test_a(x: str): ...\n"
    "def test_a(x): ...\n",
    setter="class TestA:\n    @property\n    def test_a(self): ...\n    @test_a.setter\n    def test_a(self, x): ...\n",
    registered="import functools\n@functools.singledispatch\ndef test_a(x): ...\n@test_a.register\n"
    "def test_a(x: int): ...\n",
    helpers="def helper(): ...\ndef helper(): ...\n",
    fixtures="import pytest\n@pytest.fixture\ndef test_a(): ...\n@pytest.fixture\ndef test_a(): ...\n",
    two_classes="class TestA:\n    def test_a(self): ...\nclass TestB:\n    def test_a(self): ...\n",
    inherited="class TestA:\n    def test_a(self): ...\nclass TestA(TestA):\n    def test_b(self): ...\n",
    used_class="class TestA:\n    def test_a(self): ...\nTestB = TestA\nclass TestA:\n    def test_b(self): ...\n",
    without_tests="class TestA:\n    def helper(self): ...\nclass TestA:\n    def test_b(self): ...\n",
    for_type_checkers="if TYPE_CHECKING:\n    class TestA:\n        def test_a(self): ...\n"
    "        def test_a(self): ...\n",
    flag="class TestA:\n    __test__ = False\n    def test_a(self): ...\n    def test_a(self): ...\n",
)


@pytest.mark.parametrize("text", KEPT)
def test_tests_that_stay_are_left_alone(text: str) -> None:
    assert found(text) == []


HELPERS = "tests/helpers.py"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def test_a(): ...\n", "test_a never runs: no pattern of python_files matches helpers.py"),
        ("def test_a(): ...\ndef test_b(): ...\n", "test_a and test_b never run: "),
        ("def test_a(): ...\ndef test_b(): ...\ndef test_c(): ...\n", "test_a and 2 more tests never run: "),
        ("class TestA:\n    def test_a(self): ...\n", "test_a never runs: "),
    ],
)
def test_tests_in_a_file_that_no_pattern_matches_are_reported(text: str, message: str) -> None:
    (violation,) = found(text, HELPERS)
    assert violation.message.startswith(message)
    assert violation.fix == "rename it to test_helpers.py, or move what it holds"


@pytest.mark.parametrize(
    "text",
    [
        "def helper(): ...\n",
        "__test__ = False\ndef test_a(): ...\n",
        "def test_a(): ...\ntest_a.__test__ = False\n",
        "class TestA:\n    __test__ = False\n    def test_a(self): ...\n",
        "class TestA:\n    def __init__(self): ...\n    def test_a(self): ...\n",
        "class Base:\n    def test_a(self): ...\n",
        "import pytest\n@pytest.fixture\ndef test_a(): ...\n",
        "class TestA:\n    class TestB:\n        def test_a(self): ...\n",
    ],
)
def test_a_file_without_tests_needs_no_pattern(text: str) -> None:
    assert found(text, HELPERS) == []


@pytest.mark.parametrize(
    "path", ["shop/helpers.py", "tests/conftest.py", "tests/__init__.py"], ids=["elsewhere", "conftest", "init"]
)
def test_files_where_pytest_looks_for_no_tests_are_left_alone(path: str) -> None:
    assert found("def test_a(): ...\n", path) == []


@pytest.mark.parametrize(
    "more",
    [
        {"tests/test_a.py": "from helpers import TestA\n"},
        {"tests/test_a.py": "import helpers\n"},
        {"tests/test_a.py": "def f():\n    import helpers\n"},
        {"tests/conftest.py": "from helpers import *\n"},
        {"tests/between.py": "from helpers import *\n", "tests/test_a.py": "import between\n"},
        {"tests/test_a.py": "from tests.helpers import test_a\n"},
        {"tests/__init__.py": "", "tests/test_a.py": "from .helpers import test_a\n"},
        {"tests/__init__.py": "", "tests/test_a.py": "from . import helpers\n"},
    ],
)
def test_a_file_that_a_collected_one_imports_runs_there(more: dict[str, str]) -> None:
    assert found("def test_a(): ...\n", HELPERS, **more) == []


@pytest.mark.parametrize(
    "more",
    [
        {"tests/other.py": "import helpers\n"},
        {"tests/test_a.py": "import helper\n"},
        {"tests/between.py": "import helpers\nimport circle\n", "tests/circle.py": "import between\n"},
    ],
)
def test_a_file_that_only_others_import_does_not_run(more: dict[str, str]) -> None:
    assert [violation.path for violation in found("def test_a(): ...\n", HELPERS, **more)] == [HELPERS]


def test_files_that_the_configuration_leaves_out_are_left_alone() -> None:
    evidence = evidence_of({HELPERS: "def test_a(): ...\n"})
    collection = Collection(files=frozenset(), tests=frozenset({HELPERS}), excluded=frozenset({HELPERS}))
    assert violations_in(RULE, replace(evidence, collection=collection)) == []


def test_a_file_that_nobody_has_read_may_import_it() -> None:
    evidence = evidence_of({HELPERS: "def test_a(): ...\n"})
    evidence.codebase.unread_with = lambda words: iter([("tests/other.py", word) for word in words])
    assert violations_in(RULE, evidence) == []


def test_only_files_in_focus_are_reported() -> None:
    text = "class TestA:\n    def __init__(self): ...\n    def test_a(self): ...\n"
    texts = {PATH: text, "tests/test_other.py": text, HELPERS: "def test_a(): ...\n"}
    evidence = evidence_of(texts, focus=frozenset({PATH}))
    assert [violation.path for violation in violations_in(RULE, evidence)] == [PATH]


def test_files_that_cannot_be_read_are_left_alone() -> None:
    assert found("def (:\n") == []
    assert found("def (:\n", HELPERS) == []
