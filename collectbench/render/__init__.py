"""Finished documents as text: one file a format, each listed here. Nothing is measured or decided."""

from __future__ import annotations

from collectbench.model.report import Document
from collectbench.render import html, json, markdown, speedscope, text
from collectbench.render.options import Renderer, RenderOptions

FORMATS: dict[str, dict[type, Renderer]] = {
    "text": text.RENDERERS,
    "json": json.RENDERERS,
    "markdown": markdown.RENDERERS,
    "speedscope": speedscope.RENDERERS,
    "html": html.RENDERERS,
}
"""Each format with the types of documents that it can show."""


def formats_for(document_type: type) -> list[str]:
    """The names of the formats that can show documents of a type."""
    return [name for name, renderers in FORMATS.items() if document_type in renderers]


def render(document: Document, format_name: str, options: RenderOptions) -> str:
    """A document in one of `formats_for` its type, ending in a newline."""
    return FORMATS[format_name][type(document)](document, options)
