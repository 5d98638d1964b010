"""The objects of collection frozen at its end, and unfrozen before the end of the process.

What it changes:
    As `collector-frozen`, with `gc.unfreeze()` when pytest has finished, so that extension modules are finalised as
    usual. The other arm is the project as it is.

Shows:
    What is saved without a change to the end of the process.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.intervention import Intervention


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=Intervention(actions=(("collector", "unfrozen"),)))


INTERVENTION = Kind(id="collector-unfrozen", doc=__doc__, arms=arms)
