"""How long targets take, as all machines that share a plan know without a message."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from collectbench.checkouts.git import git_in
from collectbench.measure.process.launch import Launcher
from collectbench.measure.process.temporary import temporary_directory
from collectbench.model.errors import CheckoutError
from collectbench.store.documents import RUN
from collectbench.store.files import document_in


def committed_seconds(baseline: Path, root: Path, env: Mapping[str, str], launcher: Launcher) -> Mapping[str, float]:
    """Return the wall seconds of each target and the suite in the baseline committed at HEAD; empty without one.

    Time in the queue for a CPU does not count: it is that of the machine on the day of the baseline, not the target's.
    What lies in the working tree does not count: it may differ from machine to machine.

    Raises:
        BaselineError: the committed baseline is damaged, or of a newer schema.
        Interrupted: a signal arrived.
    """
    name = os.path.relpath(baseline, root)
    with temporary_directory() as work:
        try:
            answer = git_in(root, env, work, launcher).run("show", f"HEAD:./{name}")
        except CheckoutError:  # there is no git
            return {}
    if not answer.ok:
        return {}
    run = document_in(answer.output, Path(f"HEAD:{name}"), RUN)
    walls_s = {result.name: result.unqueued_wall_s or result.wall_s for result in run.results}
    return {name: wall_s.median for name, wall_s in walls_s.items() if wall_s is not None}
