"""Fields that documents may omit."""

from __future__ import annotations

OMIT_DEFAULT = {"omit_default": True}
"""Metadata of fields that a document holds only if they differ from their default."""
