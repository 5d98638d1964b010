"""A line that waits skipped.

What it changes:
    The first round keeps what the calls on the line return, in a directory outside of the project; in later ones the
    line gets these values at once. The source is served to the process in place of the file, whose bytes stay.

Shows:
    What a run gains if it does not wait there.
"""

from __future__ import annotations

from functools import partial

from collectbench.experiments.experiment import Kind, first_place
from collectbench.experiments.remembered_values import remembering_arms

INTERVENTION = Kind(
    id="wait-skipped",
    doc=__doc__,
    causes=frozenset({"module-level-wait"}),
    arguments=first_place,
    arms=partial(remembering_arms, bound=False, key="_wait"),
    form="PATH:LINE",
    joins=True,
)
