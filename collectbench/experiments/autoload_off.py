"""No plugin loaded but those that are named.

What it changes:
    `PYTEST_DISABLE_PLUGIN_AUTOLOAD=1`.

Shows:
    What all installed plugins cost together. If the configuration uses their options, pytest does not start, and the
    experiment says so.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.intervention import Intervention


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=Intervention(env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}))


INTERVENTION = Kind(id="autoload-off", doc=__doc__, arms=arms)
