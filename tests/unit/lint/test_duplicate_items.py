"""duplicate-items: tests that run again since a file imports them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.lint.duplicate_items import RULE
from collectbench.model.lint import Violation
from lint_texts import evidence_of, violations_in

TREE = {
    "shop/__init__.py": "",
    "shop/bases.py": """
        import unittest
        class TestShared:
            def test_a(self): ...
        class Case(unittest.TestCase):
            def test_a(self): ...
        def test_shared(): ...
        """,
    "tests/__init__.py": "",
    "tests/test_home.py": """
        import unittest, pytest
        class TestA:
            def test_a(self): ...
            def test_b(self): ...
        class TestInit:
            def __init__(self): ...
            def test_a(self): ...
        class TestFlagged:
            __test__ = False
            def test_a(self): ...
        class TestEmpty:
            def helper(self): ...
        class Base:
            def test_a(self): ...
        class Case(unittest.TestCase):
            def test_a(self): ...
        def test_f(): ...
        def test_flagged(): ...
        test_flagged.__test__ = False
        def helper(): ...
        @pytest.fixture
        def test_fixture(): ...
        """,
}


def found(text: str, **more: str) -> list[Violation]:
    evidence = evidence_of(TREE | {"tests/test_again.py": text} | more)
    return [violation for violation in violations_in(RULE, evidence) if violation.path == "tests/test_again.py"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("from tests.test_home import TestA\n", "2 tests of TestA run again, since the import brings them here"),
        ("from .test_home import TestA\n", "2 tests of TestA run again"),
        ("from tests.test_home import TestA as TestB\n", "2 tests of TestB run again"),
        ("from tests.test_home import test_f\n", "test_f runs again, since the import brings it here"),
        ("from tests.test_home import Case\n", "1 test of Case runs again"),
        ("from tests.test_home import Case as Other\n", "1 test of Other runs again"),
        ("from tests.test_home import TestA\nclass TestB(TestA): ...\n", "2 tests of TestA run again"),
        ("from tests.test_home import *\n", "again, since the star import brings them here"),
        ("from tests.test_home import helper, TestA, test_f\n", "2 tests of TestA run, and test_f runs again"),
    ],
)
def test_it_reports(text: str, message: str) -> None:
    (violation,) = found(text)
    assert violation.line == 1
    assert message in violation.message
    assert violation.message.endswith("from tests/test_home.py")
    assert violation.fix == (
        "name what is needed instead of the star" if "*" in text else "import the module, and use the name through it"
    )


@pytest.mark.parametrize(
    "text",
    [
        "from tests import test_home\n",
        "import tests.test_home\n",
        "from test_home import TestA\n",
        "from tests.test_home import TestA as A\n",
        "from tests.test_home import TestInit, TestFlagged, TestEmpty\n",
        "from tests.test_home import Base, helper, test_fixture, test_flagged\n",
        "from tests.test_home import test_f as f\n",
        "def f():\n    from tests.test_home import TestA\n",
        "if TYPE_CHECKING:\n    from tests.test_home import TestA\n",
        "if __name__ == '__main__':\n    from tests.test_home import TestA\n",
        "__test__ = False\nfrom tests.test_home import TestA\n",
        "from tests.test_home import TestA\nclass TestA: ...\n",
        "from numpy import TestA\n",
        "from tests.gone import *\n",
        "from shop.bases import TestShared, Case, test_shared\n",
        "def (:\n",
    ],
)
def test_it_leaves_alone(text: str) -> None:
    assert found(text) == []


def test_tests_that_no_collected_file_defines_run_in_the_first_one_that_imports_them() -> None:
    text = "from shop.bases import TestShared, Case, test_shared\n"
    evidence = evidence_of(TREE | {f"tests/test_{name}.py": text for name in "abc"})
    violations = violations_in(RULE, evidence)
    assert [violation.path for violation in violations] == ["tests/test_b.py", "tests/test_c.py"]
    assert all(violation.message.endswith("from tests/test_a.py") for violation in violations)


def test_what_comes_by_way_of_another_module_runs_again_too() -> None:
    between = {"tests/between.py": "from tests.test_home import TestA\n"}
    assert len(found("from tests.between import TestA\n", **between)) == 1
    assert len(found("from tests.between import *\n", **between)) == 1


def test_each_import_is_one_violation() -> None:
    text = "from tests.test_home import TestA\nfrom shop.bases import TestShared\nfrom tests.test_home import test_f\n"
    assert [violation.line for violation in found(text)] == [1, 3]


def test_hooks_that_collect_in_their_own_way_silence_it() -> None:
    evidence = evidence_of(TREE | {"tests/test_again.py": "from tests.test_home import TestA\n"})
    assert violations_in(RULE, evidence)
    assert not violations_in(RULE, replace(evidence, collection=replace(evidence.collection, is_custom=True)))


def test_only_files_in_focus_are_reported() -> None:
    texts = TREE | {f"tests/test_{name}.py": "from tests.test_home import TestA\n" for name in "ab"}
    evidence = evidence_of(texts, focus=frozenset({"tests/test_b.py"}))
    assert [violation.path for violation in violations_in(RULE, evidence)] == ["tests/test_b.py"]
