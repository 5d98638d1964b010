"""The stored document itself: exactly one JSON document."""

from __future__ import annotations

from typing import get_args

from collectbench.model.full_report import FullReport
from collectbench.model.report import Document, RunReport
from collectbench.render.parts.escape import IN_JSON
from collectbench.render.parts.format import Format
from collectbench.render.parts.json import dump_json
from collectbench.render.parts.options import RenderOptions


def render(document: Document, options: RenderOptions) -> str:
    """Return a document as JSON, ending in a newline; a report is its run, a full report its hand-over."""
    from collectbench.store.documents import to_document

    return dump_json(to_document(_stored(document)), indent=2)


def _stored(document: Document) -> object:
    """The part of a document that has a kind of its own."""
    if isinstance(document, RunReport):
        return document.run
    return document.handover if isinstance(document, FullReport) else document


FORMAT = Format(name="json", renderers=dict.fromkeys(get_args(Document), render), suffixes=(".json",), escape=IN_JSON)
