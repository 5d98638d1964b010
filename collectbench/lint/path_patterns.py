"""Patterns of paths in the configuration."""

from __future__ import annotations

import fnmatch


def matches(path: str, pattern: str) -> bool:
    """Whether a pattern matches a path, or a directory above it."""
    pattern = pattern.rstrip("/")
    while path:
        if fnmatch.fnmatchcase(path, pattern):
            return True
        path = path.rpartition("/")[0]
    return False
