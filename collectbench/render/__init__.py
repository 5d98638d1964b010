"""Finished documents as text: one file a format, each listed here. Nothing is measured or decided."""

from __future__ import annotations

from typing import Protocol

from collectbench.model.report import Document
from collectbench.render import json, markdown, text


class Format(Protocol):
    """What each format offers."""

    def __call__(self, document: Document, *, width: int, color: bool, verbose: bool = False) -> str:
        """The document as text, ending in a newline."""


FORMATS: dict[str, Format] = {"text": text.render, "json": json.render, "markdown": markdown.render}


def render(document: Document, format_name: str, *, width: int, color: bool, verbose: bool = False) -> str:
    """A document in one of FORMATS, ending in a newline.

    `width` is that of the terminal in columns, `color` whether ANSI styles are wanted, `verbose`
    whether targets that pass tell why: each matters to those formats alone that know of it.
    """
    return FORMATS[format_name](document, width=width, color=color, verbose=verbose)
