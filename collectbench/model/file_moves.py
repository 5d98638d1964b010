"""Files that are elsewhere than in another commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMoves:
    """What git says about files that a commit has and that are not in their place any more, relative to the rootdir.

    `renamed` holds the new path of each file that git calls renamed; `deleted` are all others.
    """

    renamed: Mapping[str, str]
    deleted: frozenset[str]
