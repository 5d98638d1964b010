"""The garbage collector off while pytest collects.

What it changes:
    `gc.disable()` before collection, `gc.enable()` after it.

Shows:
    What the passes during collection cost. What later passes cost is shown by `collector-frozen`.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.intervention import Intervention

PAUSED = Intervention(actions=(("collector", "kept"),))


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=PAUSED)


INTERVENTION = Kind(id="collector-paused", doc=__doc__, causes=frozenset({"gc-passes"}), arms=arms)
