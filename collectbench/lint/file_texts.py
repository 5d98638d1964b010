"""Whether files hold a pattern: the same few files are asked for many names."""

from __future__ import annotations

import re

from collectbench.sources.codebase import Codebase

_MOST = 300
"""So many files are kept in memory."""
_latest: list[tuple[Codebase, dict[str, bytes]]] = []


def source_of(codebase: Codebase, path: str) -> bytes:
    """Return the bytes of a file, which need not be a Python file; empty if it cannot be read."""
    if not _latest or _latest[0][0] is not codebase:
        _latest[:] = [(codebase, {})]
    known = _latest[0][1]
    if path not in known:
        if len(known) >= _MOST:
            known.clear()
        try:
            known[path] = codebase.read(path)
        except (OSError, KeyError):
            known[path] = b""
    return known[path]


def holds(codebase: Codebase, path: str, word: str, pattern: bytes) -> bool:
    """Whether a file holds a pattern, in which `%s` stands for a word that each match has.

    Most files lack the word: to look for it takes less time than to compile the pattern.
    """
    source, sought = source_of(codebase, path), word.encode("utf-8", "surrogateescape")
    if sought not in source:
        return False
    return re.search(pattern.replace(b"%s", re.escape(sought)), source) is not None
