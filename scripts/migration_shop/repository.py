"""All files of the repository."""

from __future__ import annotations

from collections.abc import Mapping

from migration_shop.application import ATLAS, PYPROJECT, SHOP
from migration_shop.suite import test_files


def files() -> Mapping[str, str]:
    """Return all files, path to text."""
    settings = {"pyproject.toml": PYPROJECT, ".gitignore": "__pycache__/\n.pytest_cache/\n/profile.json\n"}
    return settings | {"vendor/atlas/__init__.py": ATLAS} | SHOP | dict(test_files())
