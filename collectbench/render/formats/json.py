"""The stored document itself: exactly one JSON document."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

from collectbench.model.report import Document, RunReport
from collectbench.render.parts.options import Renderer, RenderOptions

_UNPRINTABLE = re.compile(r"[^\n\x20-\x7e]")


def render(document: Document, options: RenderOptions) -> str:
    """A document as JSON, ending in a newline; of a report, the run."""
    from collectbench.store.documents import to_document

    value = document.run if isinstance(document, RunReport) else document
    return dump(to_document(value), indent=2)


RENDERERS: dict[type, Renderer] = dict.fromkeys(get_args(Document), render)


def dump(data: Any, *, indent: int | None = None) -> str:
    """JSON that a terminal can show, ending in a newline.

    Characters stand for themselves, but what could steer a terminal or cannot be encoded is
    escaped. Such a character can only stand within a string, where JSON takes an escape for it.

    Raises:
        ValueError: a number in it is not finite.
    """
    separators = (",", ":") if indent is None else None
    text = json.dumps(data, indent=indent, separators=separators, ensure_ascii=False, allow_nan=False)
    return _UNPRINTABLE.sub(_escape, text) + "\n"


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    return char if char.isprintable() else json.dumps(char)[1:-1]
