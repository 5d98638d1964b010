"""The objects of collection frozen for good, and not until pytest has finished.

What it changes:
    As `collector-frozen`. The other arm is not the project as it is, but `collector-unfrozen`.

Shows:
    What the end of the process does with these objects. Extension modules may rely on being finalised: if the project
    loads some of installed packages, the exit codes of 50 rounds are compared.
"""

from __future__ import annotations

from collectbench.experiments.collector_frozen import FROZEN
from collectbench.experiments.collector_unfrozen import UNFROZEN
from collectbench.experiments.experiment import Arms, Kind, Setting


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=FROZEN, head=UNFROZEN, risks_exit=True)


INTERVENTION = Kind(
    id="collector-frozen-longer", doc=__doc__, causes=frozenset({"final-gc"}), arms=arms, extends="collector-unfrozen"
)
