from __future__ import annotations

import pytest

from collectbench.render import render

NAMES = ("run", "broken_run", "comparison", "incomparable", "nasty_run")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [80, 120])
def test_text_reads_as_it_did(name, width, documents, matches_golden):
    matches_golden(f"{name}.{width}.txt", render(documents[name], "text", width=width, color=False))


@pytest.mark.parametrize("name", NAMES)
def test_markdown_reads_as_it_did(name, documents, matches_golden):
    matches_golden(f"{name}.md", render(documents[name], "markdown", width=80, color=False))


def test_every_golden_document_is_looked_at(documents):
    assert set(documents) == set(NAMES)
