"""shadowed-config: each configuration that pytest does not read."""

from __future__ import annotations

from collectbench.lint.shadowed_config import RULE
from collectbench.model.lint_settings import Collection
from lint_texts import evidence_of, violations_in


def test_it_reports_each_hidden_configuration_at_its_first_line() -> None:
    pairs = (("pyproject.toml", "pytest.ini"), ("sub/setup.cfg", "sub/tox.ini"))
    collection = Collection(files=frozenset(), tests=frozenset(), hidden_configurations=pairs)
    violations = violations_in(RULE, evidence_of({}, collection=collection))
    assert [(each.path, each.line, each.subject) for each in violations] == [
        ("pyproject.toml", 1, "pyproject.toml"),
        ("sub/setup.cfg", 1, "sub/setup.cfg"),
    ]
    assert violations[0].message == "pytest does not read the settings for pytest in this file: it reads pytest.ini"


def test_it_leaves_a_single_configuration_alone() -> None:
    assert violations_in(RULE, evidence_of({"test_a.py": ""})) == []
