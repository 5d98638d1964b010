"""Helper classes that pytest does not look at: with `__test__ = False`.

What it changes:
    The source is that which `collectbench fix non-test-class --only CLASS` would write. It is served to the process in
    place of the files, whose bytes stay.

Shows:
    What the warnings about such classes cost.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting, subject_of
from collectbench.experiments.served_edits import served_edits


def arms(name: str, setting: Setting) -> Arms:
    """Return the arms for a class."""
    return served_edits(setting.rewrite("non-test-class", (name,), ()), setting)


INTERVENTION = Kind(
    id="classes-unmarked",
    doc=__doc__,
    causes=frozenset({"non-test-class"}),
    arguments=subject_of,
    arms=arms,
    form="CLASS",
)
