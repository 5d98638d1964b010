"""Finished documents as text: one file a format, each listed here. Nothing is measured or decided."""

from __future__ import annotations

from collectbench.model.report import Document
from collectbench.render.formats import (
    github,
    gitlab,
    html,
    json,
    junit,
    markdown,
    openmetrics,
    pytest_benchmark,
    speedscope,
    text,
)
from collectbench.render.parts.escape import defused
from collectbench.render.parts.options import Renderer, RenderOptions

FORMATS: dict[str, dict[type, Renderer]] = {
    "text": text.RENDERERS,
    "json": json.RENDERERS,
    "markdown": markdown.RENDERERS,
    "github": github.RENDERERS,
    "gitlab": gitlab.RENDERERS,
    "junit": junit.RENDERERS,
    "openmetrics": openmetrics.RENDERERS,
    "pytest-benchmark": pytest_benchmark.RENDERERS,
    "speedscope": speedscope.RENDERERS,
    "html": html.RENDERERS,
}
"""Each format with the types of documents that it can show."""

_IN_JSON, _IN_XML, _IN_LABELS = r"\u{:04x}", "&#x{:x};", r"\\x{:02x}"
STAND_INS = {
    **dict.fromkeys(("json", "gitlab", "pytest-benchmark", "speedscope", "html"), _IN_JSON),
    "junit": _IN_XML,
    "openmetrics": _IN_LABELS,
}
"""How a format writes a character by its code point, where that is not as Python does."""


def formats_for(document_type: type) -> list[str]:
    """The names of the formats that can show documents of a type."""
    return [name for name, renderers in FORMATS.items() if document_type in renderers]


def render(document: Document, format_name: str, options: RenderOptions) -> str:
    """A document in one of `formats_for` its type, ending in a newline."""
    return FORMATS[format_name][type(document)](document, options)


def without_commands(text: str, format_name: str) -> str:
    """Rendered text as a log of GitHub Actions may hold it: still of its format, without a command to the runner."""
    return defused(text, STAND_INS[format_name]) if format_name in STAND_INS else defused(text)
