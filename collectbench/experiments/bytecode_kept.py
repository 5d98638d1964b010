"""Bytecode kept in a directory of its own.

What it changes:
    `PYTHONDONTWRITEBYTECODE` is unset, and `PYTHONPYCACHEPREFIX` names an empty directory outside of the project, which
    the first round fills.

Shows:
    What it costs to compile, and to rewrite the assertions, at each run.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.intervention import Intervention


def arms(_: str, setting: Setting) -> Arms:
    """Return the arms."""
    prefix = str(setting.work / "bytecode")
    return Arms(base=Intervention(env={"PYTHONDONTWRITEBYTECODE": None, "PYTHONPYCACHEPREFIX": prefix}))


INTERVENTION = Kind(
    id="bytecode-kept",
    doc=__doc__,
    causes=frozenset({"bytecode-disabled", "bytecode-unwritable"}),
    arms=arms,
)
