"""Files that are elsewhere than in another commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMoves:
    """What git says about files that a commit has and that are not in their place any more, relative to the rootdir.

    `renamed` holds the new path of each file that git calls renamed; `deleted` are all others, sorted.
    """

    renamed: dict[str, str]
    deleted: tuple[str, ...]


def joined(moves: Iterable[FileMoves | None]) -> FileMoves | None:
    """Return all of these moves as one; None if each is unknown (None)."""
    known = [each for each in moves if each is not None]
    if not known:
        return None
    renamed = {old: new for each in known for old, new in each.renamed.items()}
    return FileMoves(renamed=renamed, deleted=tuple(sorted({path for each in known for path in each.deleted})))
