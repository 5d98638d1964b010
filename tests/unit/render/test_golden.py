from __future__ import annotations

import pytest

from collectbench.render.formats import render
from collectbench.render.parts.options import RenderOptions

HINT = "For all rows and flame graphs, see the HTML page."
"""The caller words it, because only the caller knows the command line."""
NAMES = (
    "run",
    "broken_run",
    "comparison",
    "incomparable",
    "paired",
    "nasty_comparison",
    "nasty_run",
    "profile",
    "broken_profile",
    "empty_profile",
    "nasty_profile",
    "who",
    "nasty_who",
    "checkup",
    "nasty_checkup",
    "diagnosis",
    "clean_diagnosis",
    "nasty_diagnosis",
    "workers_diagnosis",
    "lint",
    "clean_lint",
    "known_lint",
    "nasty_lint",
    "fix",
    "clean_fix",
    "applied_fix",
    "nasty_fix",
    "undone_fix",
    "handover",
    "empty_handover",
    "single_run_handover",
    "history",
    "nasty_history",
    "verification",
    "clean_verification",
    "recorded_verification",
    "nasty_verification",
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [80, 120])
def test_text_is_unchanged(name, width, documents, matches_golden):
    matches_golden(
        f"{name}.{width}.txt",
        render(documents[name], "text", RenderOptions(width=width, profile_hint=HINT, for_terminal=True)),
    )


@pytest.mark.parametrize("name", NAMES)
def test_markdown_is_unchanged(name, documents, matches_golden):
    matches_golden(f"{name}.md", render(documents[name], "markdown", RenderOptions()))


FILES = {
    "github": "github.txt",
    "gitlab": "gitlab.json",
    "junit": "junit.xml",
    "sarif": "sarif",
    "openmetrics": "prom",
    "pytest-benchmark": "pytest-benchmark.json",
    "github-action-benchmark": "github-action-benchmark.json",
    "csv": "csv",
}
"""Formats that other programs read, and the end of their files' names."""


@pytest.mark.parametrize("name", ["comparison", "incomparable", "paired", "nasty_comparison"])
@pytest.mark.parametrize("format_name", ["github", "gitlab", "junit", "openmetrics"])
def test_a_comparison_in_other_formats_is_unchanged(name, format_name, documents, matches_golden):
    matches_golden(f"{name}.{FILES[format_name]}", render(documents[name], format_name, RenderOptions()))


@pytest.mark.parametrize("name", ["broken_run", "run"])
@pytest.mark.parametrize("format_name", ["github", "openmetrics", "pytest-benchmark", "github-action-benchmark"])
def test_a_run_in_other_formats_is_unchanged(name, format_name, documents, matches_golden):
    matches_golden(f"{name}.{FILES[format_name]}", render(documents[name], format_name, RenderOptions()))


@pytest.mark.parametrize("name", ["diagnosis", "clean_diagnosis", "nasty_diagnosis", "workers_diagnosis"])
def test_a_diagnosis_in_annotations_is_unchanged(name, documents, matches_golden):
    matches_golden(f"{name}.github.txt", render(documents[name], "github", RenderOptions()))


@pytest.mark.parametrize("name", ["lint", "clean_lint", "known_lint", "nasty_lint"])
@pytest.mark.parametrize("format_name", ["github", "gitlab", "junit", "openmetrics"])
def test_a_lint_report_in_other_formats_is_unchanged(name, format_name, documents, matches_golden):
    matches_golden(f"{name}.{FILES[format_name]}", render(documents[name], format_name, RenderOptions()))


@pytest.mark.parametrize("name", ["verification", "clean_verification", "recorded_verification", "nasty_verification"])
@pytest.mark.parametrize("format_name", ["github", "junit"])
def test_a_verification_in_other_formats_is_unchanged(name, format_name, documents, matches_golden):
    matches_golden(f"{name}.{FILES[format_name]}", render(documents[name], format_name, RenderOptions()))


@pytest.mark.parametrize("name", ["history", "nasty_history"])
@pytest.mark.parametrize("format_name", ["openmetrics", "github-action-benchmark", "csv"])
def test_a_history_in_other_formats_is_unchanged(name, format_name, documents, matches_golden):
    matches_golden(f"{name}.{FILES[format_name]}", render(documents[name], format_name, RenderOptions()))


def test_a_lint_report_in_sarif_is_unchanged(documents, matches_golden):
    # Its rules are unknown: the pages of known ones are part of the format, and change with the rules.
    matches_golden("nasty_lint.sarif", render(documents["nasty_lint"], "sarif", RenderOptions()))


def test_every_golden_document_is_compared(documents):
    assert set(documents) == set(NAMES)
