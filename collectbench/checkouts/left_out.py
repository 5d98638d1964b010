"""What no side of a comparison has: our own new files, and what tools leave behind without git knowing it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from collectbench.attribution.origins import is_below
from collectbench.measure.round.inputs import is_our_file
from collectbench.model.inputs import CACHES


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Decides by paths relative to the top of the user's tree.

    `own` are directories of ours, absolute and without symbolic links: that of the baselines, that of the history.
    """

    toplevel: str
    own: tuple[str, ...] = ()

    @classmethod
    def of(cls, toplevel: Path, own: Iterable[Path] = ()) -> LeftOut:
        """For the user's tree, and directories of ours."""
        return cls(toplevel=os.path.realpath(toplevel), own=tuple(map(os.path.realpath, own)))

    def is_ours(self, path: str) -> bool:
        """Whether it is a document of ours that exists: both sides may have it, and it never counts."""
        absolute = f"{self.toplevel}/{path}"
        return any(is_below(absolute, directory) for directory in self.own) and is_our_file(absolute)

    def is_left_out(self, path: str) -> bool:
        """Whether neither side gets this file or directory, which git does not track."""
        return self.is_ours(path) or not CACHES.isdisjoint(path.split("/"))
