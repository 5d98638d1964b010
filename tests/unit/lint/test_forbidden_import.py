"""forbidden-import: each form of reference, exceptions, and entries that do not hold any more."""

from __future__ import annotations

from typing import Any

import pytest

from collectbench.lint.forbidden_import import RULE
from collectbench.model.lint import Violation
from collectbench.model.lint_settings import ForbiddenImport, LintSettings
from lint_texts import evidence_of, violations_in

SHOP = {
    "shop/__init__.py": "",
    "shop/legacy/__init__.py": "from shop.legacy import orders\n",
    "shop/legacy/orders.py": "from . import prices\nimport shop.legacy.prices\n",
    "shop/legacy/prices.py": "",
    "shop/orders.py": "class Order: ...\n",
    "tests/__init__.py": "",
    "spread/prices.py": "",  # a namespace package
}


def violations(text: str, path: str = "tests/test_a.py", **entry: Any) -> list[Violation]:
    given = ForbiddenImport(**{"module": "shop.legacy", "replacement": "shop.orders"} | entry)
    settings = LintSettings(forbidden_imports=(given,))
    return violations_in(RULE, evidence_of(SHOP | {path: text}, settings=settings))


@pytest.mark.parametrize(
    "text",
    [
        "import shop.legacy",
        "import shop.legacy.orders as orders",
        "from shop import legacy",
        "from shop.legacy import orders",
        "from shop.legacy.orders import *",
        "from shop.legacy.orders import A, B",
        "def test_a():\n    from shop.legacy import orders",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import shop.legacy",
        "try:\n    import shop.legacy\nexcept ImportError:\n    pass",
        "import importlib\nx = importlib.import_module('shop.legacy.orders')",
        "@patch('shop.legacy.orders.send')\ndef test_a(): ...",
        "def test_a(monkeypatch):\n    monkeypatch.setattr('shop.legacy.orders.send', 1)",
        "import os; import shop.legacy",
    ],
)
def test_it_reports(text: str) -> None:
    found = violations(text)
    assert {each.line for each in found} == {text[: text.rindex("legacy")].count("\n") + 1}
    assert all(each.path == "tests/test_a.py" for each in found)


@pytest.mark.parametrize(
    "text",
    [
        "import shop",
        "import shop.legacy_orders",
        "from shop import orders",
        "from legacy import orders",
        "# import shop.legacy",
        "X = '''\nimport shop.legacy\n'''",
        "import pytest\ndef test_a():\n    with pytest.raises(ImportError):\n        import shop.legacy",
        "from ........ import legacy",
    ],
)
def test_it_leaves_alone(text: str) -> None:
    assert violations(text) == []


@pytest.mark.parametrize("path", ["shop/orders.py", "shop/legacy/all.py", "shop/legacy/old/__init__.py"])
def test_the_module_itself_and_its_replacement_may_import_it(path: str) -> None:
    assert violations("import shop.legacy.orders", path) == []
    assert len(violations("import shop.legacy.orders", "shop/prices.py")) == 1


def test_a_relative_import_is_compared_by_its_absolute_name() -> None:
    assert [each.line for each in violations("from .legacy import orders", "shop/prices.py")] == [1]
    assert [each.line for each in violations("from . import legacy", "shop/prices.py")] == [1]


@pytest.mark.parametrize("pattern", ["tests", "tests/", "tests/test_a.py", "*/test_*.py", "test*"])
def test_exceptions_are_paths_directories_and_patterns(pattern: str) -> None:
    assert violations("import shop.legacy", exceptions=(pattern,)) == []
    assert len(violations("import shop.legacy", exceptions=("other", "test", "test_a.py"))) == 1


def test_a_star_stands_for_any_characters() -> None:
    assert len(violations("import shop.legacy.orders", module="s*.legacy", replacement=None)) == 1
    assert len(violations("import old_shop", module="old_*", replacement=None)) == 1
    assert violations("import older", module="old", replacement=None) == []


def test_the_message_has_the_reason_and_the_fix_the_replacement() -> None:
    (violation,) = violations("from shop.legacy import orders", reason="removed in May")
    assert violation.message == "shop.legacy is forbidden: removed in May"
    assert violation.fix == "use shop.orders"
    (violation,) = violations("@patch('shop.legacy.orders.send')\ndef test_a(): ...", replacement=None)
    assert violation.message == "shop.legacy.orders.send in a string is forbidden"
    assert violation.fix == ""


def test_several_names_of_one_statement_are_one_violation() -> None:
    assert len(violations("from shop.legacy import orders, prices")) == 1


@pytest.mark.parametrize("replacement", ["shop.new", "shop.orders.Missing", "shop.new.orders", "spread.new"])
def test_a_replacement_of_the_project_has_to_exist(replacement: str) -> None:
    (violation,) = violations("", replacement=replacement, file="collectbench.toml", line=7)
    assert (violation.path, violation.line) == ("collectbench.toml", 7)
    assert violation.message == f"{replacement}, which replaces shop.legacy, does not exist"


@pytest.mark.parametrize("replacement", ["shop.orders", "shop.orders.Order", "shop", "elsewhere.orders", "json"])
def test_a_replacement_that_exists_or_is_not_of_the_project_is_left_alone(replacement: str) -> None:
    assert violations("", replacement=replacement) == []


def test_a_removed_module_must_not_come_back() -> None:
    (violation,) = violations("", removed=True)
    assert violation.path == "pyproject.toml"
    assert violation.message == "shop.legacy exists, but the configuration says that it was removed"
    assert violations("", module="shop.older", removed=True) == []
    assert len(violations("", module="shop.*acy", replacement=None, removed=True)) == 1


def test_a_replacement_that_is_generated_is_left_alone() -> None:
    settings = LintSettings(forbidden_imports=(ForbiddenImport(module="old", replacement="shop.made"),))
    evidence = evidence_of(SHOP, settings=settings)
    evidence.codebase.generated = lambda paths: {path for path in paths if path == "shop/made.py"}
    assert violations_in(RULE, evidence) == []


def test_without_entries_nothing_is_read() -> None:
    assert violations_in(RULE, evidence_of(SHOP)) == []
