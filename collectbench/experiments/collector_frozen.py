"""The objects of collection frozen at its end, for good.

What it changes:
    The garbage collector is off while pytest collects, and `gc.freeze()` follows.

Shows:
    What all passes over these objects cost, and freeing them, the end of the process included. Extension modules may
    rely on being finalised: if the project loads some of installed packages, the exit codes of 50 rounds are compared.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.intervention import Intervention

FROZEN = Intervention(actions=(("collector", "frozen"),))


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=FROZEN, risks_exit=True)


INTERVENTION = Kind(id="collector-frozen", doc=__doc__, arms=arms)
