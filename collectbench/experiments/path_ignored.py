"""A directory or file ignored.

What it changes:
    `--ignore=PATH`.

Shows:
    What pytest spends on a directory without tests, or on a file that fails. A file that fails is then missing among
    the errors, so the saving is an upper bound: mended, it would import what it needs.
"""

from __future__ import annotations

import os

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.diagnosis import Finding
from collectbench.model.fixes import Effect, Permit
from collectbench.model.intervention import Intervention


def argument(finding: Finding) -> str | None:
    """Return the path."""
    return finding.subject or None


def arms(path: str, setting: Setting) -> Arms:
    """Return the arms for a path, relative to the root."""
    there = setting.root / path
    is_file = os.path.isfile(there)  # noqa: PTH113 - whatever the path holds
    permits = (Permit(effect=Effect.ERROR_GONE, path=path),) if is_file else ()
    return Arms(base=Intervention(pytest_args=(f"--ignore={there}",)), permits=permits, bound=is_file)


INTERVENTION = Kind(
    id="path-ignored",
    doc=__doc__,
    causes=frozenset({"traversal", "failing-file"}),
    argument=argument,
    arms=arms,
    form="PATH",
)
