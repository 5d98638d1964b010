"""Finished documents as text: one module or package a format, and one line in _IN_ORDER.

Nothing is measured or decided here.
"""

from __future__ import annotations

from collectbench.model.report import Document
from collectbench.render.formats import (
    csv,
    github,
    github_action_benchmark,
    gitlab,
    html,
    json,
    junit,
    markdown,
    openmetrics,
    pytest_benchmark,
    sarif,
    speedscope,
    text,
)
from collectbench.render.parts.escape import defuse
from collectbench.render.parts.format import Format
from collectbench.render.parts.options import RenderOptions

_IN_ORDER = (
    text.FORMAT,
    json.FORMAT,
    markdown.FORMAT,
    github.FORMAT,
    gitlab.FORMAT,
    junit.FORMAT,
    sarif.FORMAT,
    openmetrics.FORMAT,
    pytest_benchmark.FORMAT,
    github_action_benchmark.FORMAT,
    csv.FORMAT,
    speedscope.FORMAT,
    html.FORMAT,
)
"""All formats, in the order in which messages list them."""
FORMATS: dict[str, Format] = {format_.name: format_ for format_ in _IN_ORDER}


def formats_for(document_type: type) -> list[str]:
    """Return the names of the formats that can show documents of a type."""
    return [name for name, format_ in FORMATS.items() if document_type in format_.renderers]


def format_of_file(file_name: str) -> str | None:
    """Return the name of the format that the end of a file name implies, the longest one first; None for others."""
    names = {suffix: name for name, format_ in FORMATS.items() for suffix in format_.suffixes}
    return next((names[suffix] for suffix in sorted(names, key=len, reverse=True) if file_name.endswith(suffix)), None)


def render(document: Document, format_name: str, options: RenderOptions) -> str:
    """Return a document in one of `formats_for` its type, ending in a newline."""
    return FORMATS[format_name].renderers[type(document)](document, options)


def without_commands(text: str, format_name: str) -> str:
    """Return rendered text for a log of GitHub Actions: still in its format, without a command to the runner."""
    return defuse(text, FORMATS[format_name].escape)
