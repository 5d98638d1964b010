"""A format, as its own file describes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from collectbench.render.parts.escape import IN_PYTHON
from collectbench.render.parts.options import RenderOptions

Renderer = Callable[[Any, RenderOptions], str]
"""Returns a document of one type as text that ends in a newline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format under the name that users give it.

    Attributes:
        name: as on the command line: `pytest-benchmark`.
        renderers: the renderer of each type of document that the format can show.
        suffixes: the ends of file names that imply the format: `.json`.
        escape: how the format writes a character by its code point, for `str.format`; text has Python's way.
    """

    name: str
    renderers: Mapping[type, Renderer]
    suffixes: tuple[str, ...] = ()
    escape: str = IN_PYTHON
