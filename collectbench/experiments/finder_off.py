"""A finder kept out of `sys.meta_path`.

What it changes:
    A finder of this class that code adds to `sys.meta_path` is not added. It must not be there before pytest starts.

Shows:
    What the finder costs at each import. If it provides modules, their imports fail, and the experiment says so.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting, subject_of
from collectbench.model.intervention import Intervention


def arms(name: str, _: Setting) -> Arms:
    """Return the arms for a class of finders, by its full name."""
    return Arms(base=Intervention(actions=(("finder-off", name),)))


INTERVENTION = Kind(
    id="finder-off",
    doc=__doc__,
    causes=frozenset({"slow-import-hook"}),
    arguments=subject_of,
    arms=arms,
    form="CLASS",
)
