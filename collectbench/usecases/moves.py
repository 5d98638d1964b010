"""Which files changed their place between two runs, asked only if a target is missing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from collectbench.checkouts.renames import moves_since
from collectbench.measure.process.interruption import signals_noted
from collectbench.measure.process.launch import launch
from collectbench.model.file_moves import FileMoves
from collectbench.model.run import Run


def moves_between(
    base: Run | None, head: Run, root: Path, env: Mapping[str, str], *, until: str | None
) -> FileMoves | None:
    """The files that changed their place since the base; None if no target is missing, or if git does not know.

    `until` is the commit of the head; None for the user's tree as it is now.
    """
    if base is None or base.commit is None or head.commit is None:
        return None
    if {target.name for target in base.targets} <= {target.name for target in head.targets}:
        return None
    with signals_noted():
        return moves_since(base.commit, until, root, env, launch)
