"""An id of its own for each set of parameters.

What it changes:
    In parametrizations with equal ids, each id gets its number before pytest makes them unique. The ids of these tests
    are then others.

Shows:
    What it costs to number equal ids.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.fixes import Effect, Permit
from collectbench.model.intervention import Intervention


def arms(_: str, setting: Setting) -> Arms:
    """Return the arms."""
    permits = [
        Permit(effect=effect, path=path, subject=f"::{names}[")
        for each in setting.evidence().trace.repeated_ids
        for path, _, names in [each.nodeid.partition("::")]
        for effect in (Effect.ID_LOST, Effect.ID_GAINED)
    ]
    return Arms(base=Intervention(actions=(("ids-given",),)), permits=tuple(permits))


INTERVENTION = Kind(id="ids-given", doc=__doc__, causes=frozenset({"duplicate-ids"}), arms=arms)
