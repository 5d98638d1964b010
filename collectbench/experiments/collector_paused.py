"""The garbage collector off while pytest collects.

What it changes:
    `gc.disable()` before collection, `gc.enable()` after it.

Shows:
    What the passes during collection cost, less those that take their place: the next passes walk over all that was
    made meanwhile. Often little or nothing is left; see `collector-unfrozen`.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.intervention import Intervention


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=Intervention(actions=(("collector", "kept"),)))


INTERVENTION = Kind(id="collector-paused", doc=__doc__, arms=arms)
