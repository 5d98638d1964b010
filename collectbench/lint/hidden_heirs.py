"""Subclasses that no outline shows: those that functions make, and those made by `type()`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from collectbench.sources.codebase import Codebase
from collectbench.sources.meanings import Definition

_MADE = re.compile(
    rb"(?:^[ \t]+class[ \t]+\w+|\b(?:type|new_class|make_class))[ \t]*\(([^()]*(?:\([^()]*)?)", re.MULTILINE
)
"""The bases of a class in a function, and the arguments of a call that makes a class."""
_WORD = re.compile(rb"\w+")


@dataclass(kw_only=True)
class HiddenHeirs:
    """What files derive from in such ways; each file is read once."""

    codebase: Codebase
    _bases: dict[str, frozenset[bytes]] = field(default_factory=dict)

    def has(self, definition: Definition) -> bool:
        """Whether a function or a call may derive a class from this one; pytest may collect its tests there."""
        name = definition.name.rpartition(".")[2]
        stem = self.codebase.modules.stem_of(definition.path)
        files = (path for path in self.codebase.files_with({name, stem}) if self._may_import(path, name, stem))
        return any(name.encode() in self._in(path) for path in (definition.path, *files))

    def _may_import(self, path: str, name: str, stem: str) -> bool:
        """Whether a file names the class or its module in an import: it may have a class of that name itself."""
        return any(each.endswith(f":{name}") or stem in each for each in self.codebase.facts[path].mentions)

    def _in(self, path: str) -> frozenset[bytes]:
        if path not in self._bases:
            try:
                source = self.codebase.read(path)
            except OSError:
                source = b""
            self._bases[path] = frozenset(word for bases in _MADE.findall(source) for word in _WORD.findall(bases))
        return self._bases[path]
