"""What a reader may choose about a rendering; each format looks at what concerns it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TOP = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """How a document is to be shown.

    `width` is that of the terminal in columns, `color` whether ANSI styles are wanted, `verbose` whether targets
    that pass tell why, `top` how many rows each table of a profile has at most. `path_prefix` leads from the root of
    the repository to the rootdir that paths are relative to: empty, or folders that end in `/`.
    """

    width: int = 80
    color: bool = False
    verbose: bool = False
    top: int = TOP
    path_prefix: str = ""


Renderer = Callable[[Any, RenderOptions], str]
"""A document of one type as text that ends in a newline. Each format lists its own by that type, in RENDERERS."""
