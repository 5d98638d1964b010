"""non-test-class: helpers with the name of a test class, about which pytest warns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.lint.non_test_class import RULE
from collectbench.model.lint import Violation
from lint_texts import cases, evidence_of, violations_in

PATH = "tests/test_shop.py"
BASES = {
    "shop/__init__.py": "",
    "shop/bases.py": "import unittest\nclass Init:\n    def __init__(self): ...\n"
    "class Tested:\n    def test_a(self): ...\n"
    "class Case(unittest.TestCase): ...\n",
}
HELPER = "class TestA:\n    def __init__(self): ...\n"


def found(text: str, path: str = PATH, **more: str) -> list[Violation]:
    return violations_in(RULE, evidence_of(BASES | {path: text} | more))


@pytest.mark.parametrize(
    "text",
    cases(
        init=HELPER,
        new="class TestA:\n    def __new__(cls): ...\n",
        with_helpers=HELPER + "    def helper(self): ...\n    value = 1\n",
        inherited="from shop.bases import Init\nclass TestA(Init): ...\n",
        dataclass="import dataclasses\n@dataclasses.dataclass\nclass TestA:\n    a: int\n",
        frozen_dataclass="from dataclasses import dataclass\n@dataclass(frozen=True)\nclass TestA:\n    a: int\n",
        attrs="import attr\n@attr.s\nclass TestA: ...\n",
        enum="from enum import Enum\nclass TestA(Enum):\n    A = 1\n",
        int_enum="import enum\nclass TestA(enum.IntEnum):\n    A = 1\n",
        named_tuple="from typing import NamedTuple\nclass TestA(NamedTuple):\n    a: int\n",
        exception="class TestA(ValueError): ...\n",
        dictionary="class TestA(dict): ...\n",
        model="from pydantic import BaseModel\nclass TestA(BaseModel):\n    a: int\n",
        with_fixtures=HELPER + "    @fixture\n    def a(self): ...\n",
    ),
)
def test_it_reports(text: str) -> None:
    (violation,) = found(text)
    assert (violation.path, violation.subject) == (PATH, "TestA")
    assert text.splitlines()[violation.line - 1].startswith("class TestA")
    assert violation.message.startswith("TestA has the name of a test class but no tests: pytest warns about its __")
    assert violation.fix == "set __test__ = False in it, or rename it"


@pytest.mark.parametrize(
    "text",
    cases(
        other_name="class Helper:\n    def __init__(self): ...\n",
        without_constructor="class TestA: ...\n",
        with_tests=HELPER + "    def test_a(self): ...\n",
        inherited_tests="from shop.bases import Tested\nclass TestA(Tested):\n    def __init__(self): ...\n",
        flag="class TestA:\n    __test__ = False\n    def __init__(self): ...\n",
        unknown_flag="class TestA:\n    __test__ = flag\n    def __init__(self): ...\n",
        flag_afterwards=HELPER + "TestA.__test__ = False\n",
        flag_of_the_module="__test__ = False\n" + HELPER,
        unittest="import unittest\nclass TestA(unittest.TestCase):\n    def __init__(self): ...\n",
        own_unittest="from shop.bases import Case\nclass TestA(Case):\n    def __init__(self): ...\n",
        unknown_base="from numpy import A\nclass TestA(A):\n    def __init__(self): ...\n",
        unknown_decorator="@register\n" + HELPER,
        metaclass="class TestA(metaclass=A):\n    def __init__(self): ...\n",
        nested="class A:\n    class TestA:\n        def __init__(self): ...\n",
        in_a_function="def f():\n    class TestA:\n        def __init__(self): ...\n",
        for_type_checkers="if TYPE_CHECKING:\n    class TestA:\n        def __init__(self): ...\n",
        assigned="class TestA:\n    __init__ = None\n",
        broken="def (:\n",
    ),
)
def test_it_leaves_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("path", ["shop/helpers.py", "tests/helpers.py", "tests/conftest.py"])
def test_a_class_that_no_collected_file_sees_is_left_alone(path: str) -> None:
    assert found(HELPER, path) == []


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("from shop.helpers import TestA\n", True),
        ("from shop.helpers import *\n", True),
        ("from shop.helpers import TestA as TestB\n", True),
        ("from shop.helpers import TestA as A\n", False),
        ("import shop.helpers\n", False),
        ("from shop import helpers\n", False),
        ("if TYPE_CHECKING:\n    from shop.helpers import TestA\n", False),
        ("def f():\n    from shop.helpers import TestA\n", False),
        ("__test__ = False\nfrom shop.helpers import TestA\n", False),
    ],
)
def test_a_class_counts_where_a_collected_file_imports_it(text: str, reported: bool) -> None:
    violations = found(HELPER, "shop/helpers.py", **{"tests/test_a.py": text})
    assert [violation.path for violation in violations] == ["shop/helpers.py"] * reported
    assert all(violation.message.endswith("__init__, also where it is imported") for violation in violations)


def test_the_message_counts_the_files_that_import_it() -> None:
    importers = {f"tests/test_{number}.py": "from tests.test_shop import TestA\n" for number in range(3)}
    (violation,) = found(HELPER, **importers)
    assert violation.message.endswith("pytest warns about its __init__, also in 3 files that import it")


def test_importers_are_found_if_few_files_are_checked() -> None:
    texts = {f"tests/test_{number}.py": "" for number in range(60)}
    texts |= {
        "shop/__init__.py": "",
        "shop/helpers.py": HELPER,
        "shop/between.py": "from shop.helpers import *\n",
        "tests/test_a.py": "from shop.between import *\n",
    }
    evidence = evidence_of(texts, focus=frozenset({"shop/helpers.py"}))
    evidence.codebase.files_with = lambda words: (
        path for path, text in sorted(texts.items()) if any(word in text for word in words)
    )
    assert [violation.path for violation in violations_in(RULE, evidence)] == ["shop/helpers.py"]


def test_names_are_those_that_pytest_is_told() -> None:
    evidence = evidence_of({PATH: HELPER + HELPER.replace("TestA", "CheckA")})
    evidence = replace(evidence, collection=replace(evidence.collection, class_names=("Check",)))
    assert [violation.subject for violation in violations_in(RULE, evidence)] == ["CheckA"]
    assert not violations_in(RULE, replace(evidence, collection=replace(evidence.collection, is_custom=True)))
