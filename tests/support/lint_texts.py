"""Modules and trees that are made of texts, for tests of rules."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from collectbench.lint import Evidence, Module, Rule
from collectbench.model.lint import Violation
from collectbench.model.lint_settings import Collection, LintSettings
from collectbench.sources.codebase import Codebase
from collectbench.sources.facts import read_file
from collectbench.sources.modules import Modules
from collectbench.sources.reading import read_outline


def module_of(text: str, path: str = "tests/test_shop.py") -> Module:
    """Return a test file with this text."""
    source = dedent(text).encode()
    tree = read_file(source).tree
    assert tree is not None, "this text is not Python"
    return Module(path=path, source=source, tree=tree, outline=read_outline(source, tree), settings=LintSettings())


def evidence_of(texts: dict[str, str], *, root: Path = Path("/nowhere"), **values: Any) -> Evidence:
    """Return a tree with these files; those named as tests are collected. `values` replace those of the evidence."""
    sources = {path: dedent(text).encode() for path, text in texts.items()}
    tests = frozenset(path for path in sources if path.rpartition("/")[2].startswith("test_"))
    codebase = Codebase(
        modules=Modules(root=root, paths=sorted(sources)),
        facts={path: read_file(source).facts for path, source in sources.items()},
        read=sources.__getitem__,
        generated=lambda _: set(),
        complete=lambda path: read_file(sources[path]).facts,
        is_read=lambda _: True,
        files_with=lambda _: iter(sorted(sources)),
        unread_with=lambda _: iter(()),
        is_shared=lambda path: not path.rpartition("/")[2].startswith("test_"),
    )
    return Evidence(
        **{
            "codebase": codebase,
            "collection": Collection(
                files=tests, tests=frozenset(path for path in sources if path.startswith("tests/"))
            ),
            "settings": LintSettings(),
            "focus": frozenset(sources),
        }
        | values
    )


def lines_of(rule: Rule, text: str, path: str = "tests/test_shop.py") -> list[int]:
    """Return the lines that a rule about one file reports, in the order in which it does."""
    module = module_of(text, path)
    assert rule.in_file is not None
    violations = list(rule.in_file(module))
    assert all(each.rule == rule.id and each.path == path for each in violations)
    if violations:
        assert not rule.words or any(word in module.source for word in rule.words), "the pre-filter hides it"
    return [each.line for each in violations]


def violations_in(rule: Rule, evidence: Evidence) -> list[Violation]:
    """Return what a rule about several files reports."""
    assert rule.in_tree is not None
    violations = list(rule.in_tree(evidence))
    assert all(each.rule == rule.id for each in violations)
    return violations


def cases(**texts: str) -> Iterable[Any]:
    """Return parameters with the names of the texts as ids."""
    return [pytest.param(dedent(text), id=name.replace("_", "-")) for name, text in texts.items()]
