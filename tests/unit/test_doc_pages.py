"""The pages of rules and causes are what their docstrings say, and links in the documents lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import doc_pages
from collectbench.causes import CAUSES
from collectbench.codemods import CODEMODS
from collectbench.experiments import INTERVENTIONS
from collectbench.lint import RULES
from environments import ROOT

DOCUMENTS = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a document."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_pages_and_the_table_are_what_the_docstrings_say() -> None:
    outdated = [file.relative_to(ROOT).as_posix() for file in doc_pages.outdated()]
    assert outdated == [], "run .venv/bin/python scripts/doc_pages.py"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_page_has_the_sections_of_the_docstring(rule) -> None:
    page = doc_pages.OF_RULES.page_of(rule)
    assert page.startswith(f"# {rule.id}\n\n{rule.title}.\n")
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert headings == ["What it detects", "Why", "Example", "Fix", "Options"]
    assert page.count("\n```") % 2 == 0


@pytest.mark.parametrize("codemod", CODEMODS, ids=lambda codemod: codemod.id)
def test_a_page_of_a_rewrite_says_what_it_does_and_what_it_leaves_alone(codemod) -> None:
    page = doc_pages.OF_FIXES.page_of(codemod)
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert headings[:2] == ["What it does", "Left alone"]
    assert page.count("\n```") % 2 == 0


@pytest.mark.parametrize("kind", INTERVENTIONS, ids=lambda kind: kind.id)
def test_a_page_of_an_intervention_says_what_it_changes_and_what_that_shows(kind) -> None:
    page = doc_pages.OF_INTERVENTIONS.page_of(kind)
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert headings[:2] == ["What it changes", "Shows"]
    assert ("Tests" in headings) is bool(kind.causes)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)
def test_a_page_of_a_cause_says_how_it_is_found_and_whether_it_can_be_proved(cause) -> None:
    page = doc_pages.OF_CAUSES.page_of(cause)
    assert page.startswith(f"# {cause.id}\n\n{cause.title}.\n")
    headings = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert headings == ["What it detects", "Why it is slow", "Evidence", "Fix", "Source", "Proof"]
    assert page.count("\n```") % 2 == 0
    for kind in doc_pages.kinds_for(cause):
        assert kind.id in page


def test_each_cause_without_an_experiment_says_why() -> None:
    assert set(doc_pages.UNTESTED) == {cause.id for cause in CAUSES if not doc_pages.kinds_for(cause)}


def test_the_guide_keeps_what_is_around_the_table() -> None:
    guide = f"before\n{doc_pages.BEGIN}\nold\n{doc_pages.END}\nafter\n"
    assert doc_pages.guide_with("new", guide) == guide.replace("old", "new")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_each_link_to_a_file_of_the_repository_leads_somewhere(document: Path) -> None:
    for link in LINK.findall(FENCED.sub("", document.read_text(encoding="utf-8"))):
        if link.startswith(("http:", "https:")):
            continue
        path, _, anchor = link.partition("#")
        file = document.parent / path if path else document
        assert file.exists(), link
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), link
