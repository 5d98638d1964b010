"""The objects of collection frozen until pytest has finished.

What it changes:
    The garbage collector is off while pytest collects, `gc.freeze()` follows, and `gc.unfreeze()` when pytest has
    finished: extension modules are finalised as usual.

Shows:
    What the passes cost from the begin of collection until pytest has finished.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.intervention import Intervention

UNFROZEN = Intervention(actions=(("collector", "unfrozen"),))


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=UNFROZEN)


INTERVENTION = Kind(id="collector-unfrozen", doc=__doc__, causes=frozenset({"gc-passes"}), arms=arms)
