"""Classes with what they inherit, and the names that a file has from others."""

from __future__ import annotations

import pytest

from collectbench.lint.lineage import Answer, Lineages
from collectbench.lint.namespaces import imported_entries, possible_importers
from collectbench.sources.meanings import Definition
from lint_texts import evidence_of

PATH = "tests/test_shop.py"
TEXTS = {
    "shop/__init__.py": "",
    "shop/bases.py": """
        import unittest, enum, abc
        class Base:
            def test_base(self): ...
            def test_kept(self): ...
            @property
            def test_property(self): ...
        class Case(unittest.TestCase): ...
        """,
    PATH: """
        import dataclasses, pytest, unittest.mock, functools
        from shop.bases import Base, Case
        from numpy import Array
        class TestOne(Base):
            test_base = None
            def test_own(self): ...
        class TestTwo(TestOne):
            def test_own(self): ...
            def test_base(self): ...
        class Unit(Case): ...
        class Unknown(Array): ...
        class WithKeywords(Base, metaclass=M): ...
        class Decorated: ...
        @dataclasses.dataclass
        class Data: ...
        class OfData(Data): ...
        @pytest.mark.slow
        @unittest.mock.patch("a.b")
        @functools.total_ordering
        class Harmless: ...
        class Assigned:
            __init__ = None
        class Outer:
            class Inner(Base): ...
            class InnerToo(Inner): ...
        class Circle(CircleToo): ...
        class CircleToo(Circle): ...
        class New:
            def __new__(cls): ...
        class Keys(dict): ...
        """,
    "tests/test_same.py": "from shop.bases import Base\nclass Base(Base): ...\n",
    "tests/test_more.py": "from tests.test_shop import TestOne as T\nclass TestThree(T): ...\n",
}


@pytest.fixture
def lineages() -> Lineages:
    return Lineages(evidence=evidence_of(TEXTS))


def class_of(lineages: Lineages, name: str, path: str = PATH) -> Definition:
    return next(each for each in lineages.definitions(path) if each.name == name)


@pytest.mark.parametrize(
    ("name", "tests"),
    [
        ("TestOne", {"test_own": PATH, "test_kept": "shop/bases.py"}),
        ("TestTwo", {"test_own": PATH, "test_base": PATH, "test_kept": "shop/bases.py"}),
        ("Outer.Inner", {"test_base": "shop/bases.py", "test_kept": "shop/bases.py"}),
        ("Outer.InnerToo", {"test_base": "shop/bases.py", "test_kept": "shop/bases.py"}),
        ("Data", {}),
    ],
)
def test_tests_are_those_that_are_not_hidden(lineages: Lineages, name: str, tests: dict[str, str]) -> None:
    found = lineages.tests(class_of(lineages, name))
    assert {name: path for name, (path, _) in found.items()} == tests


@pytest.mark.parametrize(
    ("name", "is_complete", "is_unittest"),
    [
        ("TestTwo", True, Answer.NO),
        ("Unit", True, Answer.YES),
        ("Unknown", False, Answer.UNKNOWN),
        ("WithKeywords", False, Answer.UNKNOWN),
        ("Data", True, Answer.NO),
        ("Harmless", True, Answer.NO),
        ("Circle", True, Answer.NO),
    ],
)
def test_a_lineage_is_complete_if_all_is_known(
    lineages: Lineages, name: str, is_complete: bool, is_unittest: Answer
) -> None:
    definition = class_of(lineages, name)
    assert lineages.of(definition) is lineages.of(definition)
    assert lineages.of(definition).is_complete is is_complete
    assert lineages.is_unittest(definition) is is_unittest


def test_a_class_with_the_name_of_its_base_is_incomplete(lineages: Lineages) -> None:
    assert not lineages.of(class_of(lineages, "Base", "tests/test_same.py")).is_complete


@pytest.mark.parametrize(
    ("name", "constructor"),
    [
        ("TestTwo", None),
        ("Data", ("__init__", "Data")),
        ("OfData", ("__init__", "Data")),
        ("New", ("__new__", "New")),
        ("Keys", ("__init__", None)),
        ("Assigned", None),
    ],
)
def test_the_constructor_is_told_with_the_class_that_has_it(
    lineages: Lineages, name: str, constructor: tuple[str, str | None] | None
) -> None:
    found = lineages.constructor(class_of(lineages, name))
    assert (found and (found[0], found[1].name if found[1] else None)) == constructor
    assert lineages.assigns_constructor(class_of(lineages, name)) is (name == "Assigned")


def test_subclasses_are_found_in_other_files_and_at_any_distance(lineages: Lineages) -> None:
    base = class_of(lineages, "Base", "shop/bases.py")
    found = {each.name for each in lineages.subclasses(base)}
    assert found >= {"TestOne", "TestTwo", "TestThree", "Outer.Inner", "Outer.InnerToo", "WithKeywords"}
    assert "Unit" not in found


def test_very_long_lineages_are_incomplete() -> None:
    text = "class A0: ...\n" + "".join(f"class A{number}(A{number - 1}): ...\n" for number in range(1, 70))
    lineages = Lineages(evidence=evidence_of({PATH: text}))
    assert lineages.of(class_of(lineages, "A50")).is_complete
    assert not lineages.of(class_of(lineages, "A69")).is_complete


NAMES = {
    "shop/__init__.py": "",
    "shop/bases.py": "class TestA: ...\nclass Other: ...\ndef test_f(): ...\ndef helper(): ...\nVALUE = 1\n",
}


@pytest.mark.parametrize(
    ("text", "with_unittest", "names"),
    [
        ("from shop.bases import TestA, Other, test_f, helper, VALUE\n", False, ["TestA", "test_f"]),
        ("from shop.bases import TestA, Other, test_f, helper\n", True, ["TestA", "Other", "test_f", "helper"]),
        ("from shop.bases import Other as TestB, TestA as A\n", False, ["TestB"]),
        ("from shop.bases import *\n", False, ["Other", "TestA", "helper", "test_f"]),
        ("from shop.bases import *\nclass TestA: ...\nhelper = 1\n", False, ["Other", "test_f"]),
        ("from shop.bases import TestA\ndef TestA(): ...\n", False, []),
        ("import shop.bases\n", False, []),
        ("from numpy import TestA\nfrom numpy import *\n", True, []),
        ("if TYPE_CHECKING:\n    from shop.bases import TestA\n", False, []),
        ("def (:\n", False, []),
    ],
)
def test_imports_bring_what_pytest_looks_at(text: str, with_unittest: bool, names: list[str]) -> None:
    evidence = evidence_of(NAMES | {PATH: text})
    found = list(imported_entries(evidence, PATH, with_unittest=with_unittest))
    assert [entry.name for entry in found] == names
    assert all(
        entry.is_star is ("*" in text) and entry.line == text[: text.index("from")].count("\n") + 1 for entry in found
    )


def test_possible_importers_are_all_files_if_many_are_checked() -> None:
    evidence = evidence_of(NAMES | {PATH: "", "tests/test_b.py": ""})
    assert possible_importers(evidence, ()) == ["tests/test_b.py", PATH]
