"""One set of parameters for a test function.

What it changes:
    Each parametrization of the function has only its first set. The other items are missing among the ids.

Shows:
    What the many items cost, as an upper bound: a sample has more than one.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, NotTestableError, Setting, subject_of
from collectbench.model.fixes import Effect, Permit
from collectbench.model.intervention import Intervention


def arms(nodeid: str, _: Setting) -> Arms:
    """Return the arms for a function, by its id without parameters.

    Raises:
        NotTestableError: it is no such id.
    """
    path, separator, names = nodeid.partition("::")
    if not separator:
        raise NotTestableError(f"{nodeid} is no id of a test function")
    permit = Permit(effect=Effect.ID_LOST, path=path, subject=f"::{names}[")
    return Arms(base=Intervention(actions=(("parameters-capped", nodeid),)), permits=(permit,), bound=True)


INTERVENTION = Kind(
    id="parameters-capped",
    doc=__doc__,
    causes=frozenset({"parametrize-explosion"}),
    arguments=subject_of,
    arms=arms,
    form="NODEID",
)
