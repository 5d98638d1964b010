"""The calls of a line remembered.

What it changes:
    The first round keeps the values of the calls on a line, in a directory outside of the project; in later ones the
    line gets these values. The source is served to the process in place of the file, whose bytes stay.

Shows:
    What the calls cost, as an upper bound: moved into a fixture, the work is done when a test needs it. If a value
    cannot be pickled there is no experiment.
"""

from __future__ import annotations

from functools import partial

from collectbench.experiments.experiment import Kind, first_place
from collectbench.experiments.remembered_values import remembering_arms

INTERVENTION = Kind(
    id="calls-remembered",
    doc=__doc__,
    causes=frozenset(
        {
            "module-level-compute",
            "module-level-io",
            "expensive-argvalues",
            "skip-probe",
            "first-caller",
            "module-logger",
            "exit-work",
        }
    ),
    argument=first_place,
    arms=partial(remembering_arms, bound=True),
    form="PATH:LINE",
)
