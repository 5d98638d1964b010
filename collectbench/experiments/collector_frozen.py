"""The objects of collection frozen at its end.

What it changes:
    In both arms, the garbage collector is off while pytest collects. In one of them, `gc.freeze()` follows.

Shows:
    What later passes over these objects cost, those at the end of the process included. Extension modules may rely on
    being finalised: if the project loads some of installed packages, the exit codes of 50 rounds are compared.
"""

from __future__ import annotations

from collectbench.experiments.collector_paused import PAUSED
from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.intervention import Intervention

FROZEN = Intervention(actions=(("collector", "frozen"),))


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=FROZEN, head=PAUSED, risks_exit=True)


INTERVENTION = Kind(
    id="collector-frozen", doc=__doc__, causes=frozenset({"final-gc"}), arms=arms, extends="collector-paused"
)
