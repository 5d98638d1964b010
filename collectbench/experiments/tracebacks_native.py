"""Tracebacks of collection errors in Python's own form.

What it changes:
    `--tb=native`.

Shows:
    What pytest spends on parsing files for the tracebacks of collection errors.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.intervention import Intervention


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=Intervention(pytest_args=("--tb=native",)))


INTERVENTION = Kind(id="tracebacks-native", doc=__doc__, causes=frozenset({"error-formatting"}), arms=arms)
