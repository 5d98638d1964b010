"""Subclasses that no outline shows: those that functions make, and those made by `type()`."""

from __future__ import annotations

import re

from collectbench.lint.lineage import Lineages
from collectbench.sources.codebase import Definition

_MADE = rb"(?:^[ \t]+class[ \t]+\w+|\b(?:type|new_class|make_class))[ \t]*\([^()]*(?:\([^()]*)?\b%s\b"
"""A class in a function, and a call that makes a class, with a name among its bases."""


def has_hidden_heirs(lineages: Lineages, definition: Definition) -> bool:
    """Whether a function or a call may derive a class from this one; pytest may collect its tests there."""
    codebase = lineages.evidence.codebase
    name = definition.name.rpartition(".")[2]
    made = re.compile(_MADE % re.escape(name).encode(), re.MULTILINE)
    words = {name, codebase.modules.stem_of(definition.path)}
    return any(made.search(_source(lineages, path)) for path in {definition.path, *codebase.files_with(words)})


def _source(lineages: Lineages, path: str) -> bytes:
    try:
        return lineages.evidence.codebase.read(path)
    except OSError:
        return b""
