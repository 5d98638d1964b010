"""Versions of Python as they can be compared."""

from __future__ import annotations


def version_of(text: str) -> tuple[int, ...]:
    """Returns major and minor number of a version such as `3.12.4`."""
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
