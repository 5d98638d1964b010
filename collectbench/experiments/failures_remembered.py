"""A module that fails is executed once; each further import raises the same error at once.

What it changes:
    The process keeps the exception of the first import of the module, and raises it again. Modules that fail because of
    it are not executed again, either.

Shows:
    What the repetition costs. The first import stays: a module that is fixed is executed once, too.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting, subject_of
from collectbench.model.intervention import Intervention


def arms(module: str, _: Setting) -> Arms:
    """Return the arms for a module, by its full name."""
    return Arms(base=Intervention(actions=(("failures", module),)))


INTERVENTION = Kind(
    id="failures-remembered",
    doc=__doc__,
    causes=frozenset({"failing-import-repeated"}),
    arguments=subject_of,
    arms=arms,
    form="MODULE",
)
