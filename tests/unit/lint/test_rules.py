"""All rules: that they are listed, that their documentation is complete, and that its example violates them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from textwrap import dedent
from typing import Any

import pytest

import collectbench.lint
from collectbench.lint import RULES, Rule
from collectbench.model.lint_settings import Collection, ForbiddenImport, LintSettings
from lint_texts import evidence_of, lines_of, violations_in

SECTIONS = ["What it detects", "Why", "Example", "Fix", "Options"]
SHOP = {"tests/__init__.py": "", "shop/__init__.py": ""}
AROUND: dict[str, dict[str, Any]] = {
    "duplicate-items": {
        "texts": {"tests/test_orders.py": "class TestOrders:\n    def test_a(self): ...\n"},
    },
    "duplicate-class": {},  # its copy is made below
    "missing-name": {"texts": {"shop/orders.py": ""}},
    "forbidden-import": {
        "texts": {"shop/legacy.py": "Order = 1\n"},
        "settings": LintSettings(forbidden_imports=(ForbiddenImport(module="shop.legacy"),)),
    },
    "heavy-import": {"heavy": {"pandas": 0.54}},
    "unused-import": {"heavy": {"pandas": 0.54}, "unused": {"tests/test_example.py": ((1, "pandas"),)}},
    "module-logger": {"texts": {"shop/log.py": "def get_logger(name):\n    return open('log.ini')\n"}},
    "shadowed-config": {
        "collection": Collection(
            files=frozenset(), tests=frozenset(), hidden_configurations=(("pyproject.toml", "pytest.ini"),)
        )
    },
}
"""What has to be there for the example of a rule over several files."""


def section(rule: Rule, name: str) -> str:
    """The text of a section of the documentation."""
    after = rule.doc.split(f"\n{name}:\n", 1)[1]
    return dedent(re.split(r"\n(?=\w[\w ]*:\n)", after, maxsplit=1)[0])


def example(rule: Rule) -> str:
    """The first fenced block of the example."""
    found = re.search(r"```\w+\n(.*?)```", section(rule, "Example"), re.DOTALL)
    assert found is not None
    return found[1]


by_id = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


def test_each_file_with_a_rule_is_listed_under_its_name() -> None:
    modules = [
        importlib.import_module(f"collectbench.lint.{each.name}")
        for each in pkgutil.iter_modules(collectbench.lint.__path__)
    ]
    rules = {module.__name__.rpartition(".")[2]: module.RULE for module in modules if hasattr(module, "RULE")}
    assert {name.replace("_", "-"): rule.id for name, rule in rules.items()} == {rule.id: rule.id for rule in RULES}
    assert len(rules) == len(RULES)


@by_id
def test_the_documentation_has_its_sections_in_order(rule: Rule) -> None:
    assert re.findall(r"^(\w[\w ]*):$", rule.doc, re.MULTILINE) == SECTIONS
    assert all(section(rule, name).strip() for name in SECTIONS)


@by_id
def test_the_documentation_begins_with_a_sentence(rule: Rule) -> None:
    first, blank, *_ = rule.doc.splitlines()
    assert first.endswith(".")
    assert first[0].isupper()
    assert not blank
    assert rule.title == first.removesuffix(".")


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.in_file], ids=lambda rule: rule.id)
def test_the_example_violates_the_rule_about_one_file(rule: Rule) -> None:
    assert lines_of(rule, example(rule))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.in_tree], ids=lambda rule: rule.id)
def test_the_example_violates_the_rule_about_several_files(rule: Rule) -> None:
    around = dict(AROUND.get(rule.id, {}))
    texts = {**SHOP, **around.pop("texts", {})}
    if "```python" in section(rule, "Example"):
        texts["tests/test_example.py"] = example(rule)
    if rule.id == "duplicate-class":
        texts["tests/test_copy.py"] = example(rule)
    violations = violations_in(rule, evidence_of(texts, **around))
    assert violations
    assert {each.path for each in violations} <= {"tests/test_example.py", "tests/test_copy.py", "pyproject.toml"}


@by_id
def test_a_text_without_anything_violates_no_rule(rule: Rule) -> None:
    text = "def test_a():\n    assert True\n"
    assert not rule.in_file or not lines_of(rule, text)
    assert not rule.in_tree or not violations_in(rule, evidence_of({"tests/test_a.py": text}))
