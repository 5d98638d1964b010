"""The stored document itself: exactly one JSON document."""

from __future__ import annotations

import json
import re

from collectbench.model.report import Document, RunReport

_UNPRINTABLE = re.compile(r"[^\n\x20-\x7e]")


def render(document: Document, *, width: int, color: bool, verbose: bool = False) -> str:
    """A document as JSON, ending in a newline; of a report, the run.

    Characters stand for themselves, but what could steer a terminal or cannot be encoded is
    escaped. Such a character can only stand within a string, where JSON takes an escape for it.
    """
    from collectbench.store.documents import to_document

    value = document.run if isinstance(document, RunReport) else document
    text = json.dumps(to_document(value), indent=2, ensure_ascii=False)
    return _UNPRINTABLE.sub(_escape, text) + "\n"


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return char if char.isprintable() else json.dumps(char)[1:-1]
