from __future__ import annotations

import pytest

from collectbench.render import render
from collectbench.render.options import RenderOptions

NAMES = (
    "run",
    "broken_run",
    "comparison",
    "incomparable",
    "nasty_run",
    "profile",
    "broken_profile",
    "empty_profile",
    "nasty_profile",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [80, 120])
def test_text_reads_as_it_did(name, width, documents, matches_golden):
    matches_golden(f"{name}.{width}.txt", render(documents[name], "text", RenderOptions(width=width)))


@pytest.mark.parametrize("name", NAMES)
def test_markdown_reads_as_it_did(name, documents, matches_golden):
    matches_golden(f"{name}.md", render(documents[name], "markdown", RenderOptions()))


def test_every_golden_document_is_looked_at(documents):
    assert set(documents) == set(NAMES)
