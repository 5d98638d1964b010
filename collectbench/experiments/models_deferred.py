"""Models of pydantic that are built when they are first used.

What it changes:
    `pydantic.BaseModel.model_config` has `defer_build=True` as soon as pydantic is imported, so all models inherit it.

Shows:
    What building the models costs while modules are imported. Models that are used then are built all the same.
"""

from __future__ import annotations

from collectbench.experiments.experiment import Arms, Kind, Setting
from collectbench.model.diagnosis import Finding
from collectbench.model.intervention import Intervention


def arguments(finding: Finding) -> tuple[str, ...]:
    """Return the empty argument if the models are pydantic's, else nothing."""
    return ("",) if finding.subject.startswith("pydantic ") else ()


def arms(_: str, __: Setting) -> Arms:
    """Return the arms."""
    return Arms(base=Intervention(actions=(("models-deferred",),)))


INTERVENTION = Kind(
    id="models-deferred", doc=__doc__, causes=frozenset({"schema-build"}), arguments=arguments, arms=arms
)
