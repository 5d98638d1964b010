"""The interpreter started without the program around it.

What it changes:
    The command is the interpreter itself, which the program starts.

Shows:
    What a shim or script around the interpreter costs.
"""

from __future__ import annotations

import os
import shlex

from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the path of the interpreter."""
    return tuple(shlex.split(finding.command)[:1])


def arms(executable: str, _: Setting) -> Arms:
    """Return the arms for an interpreter.

    Raises:
        NotTestableError: there is no such program.
    """
    if not os.access(executable, os.X_OK):
        raise NotTestableError(f"{executable} is no program")
    return Arms(base=Intervention(python=(executable,)))


INTERVENTION = Kind(
    id="launcher-skipped",
    doc=__doc__,
    causes=frozenset({"launcher"}),
    arguments=arguments,
    arms=arms,
    form="EXECUTABLE",
)
