"""Whether pytest starts at all: asked once, before anything is measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collectbench.config import Config
from collectbench.model.errors import CollectionError
from collectbench.usecases.measure_options import MeasureOptions

if TYPE_CHECKING:
    from collectbench.usecases.project import Project

LEAST_PATIENCE_S = 15.0
"""How long an inspection may take, however short the limits are: nothing can be said without it on a busy machine."""


def patience_s(measure: MeasureOptions, config: Config) -> float:
    """Seconds that the interpreter may take to load pytest, its configuration and its plugins: as long as a round."""
    limits_s = [measure.timeout_s or config.timeout_s, *([] if measure.max_time_s is None else [measure.max_time_s])]
    return max(LEAST_PATIENCE_S, min(limits_s))


def require_start_of_pytest(project: Project) -> None:
    """Go on, unless no target can be collected since pytest does not start.

    A target with arguments or variables of its own may differ from what was inspected: its round will tell.

    Raises:
        CollectionError: pytest does not start; holds its own words.
    """
    inspection, request = project.inspection, project.request
    extra = (*project.config.pytest_args, *request.options.pytest_args)
    if inspection.complete or any(target.env or target.pytest_args != extra for target in project.plan.everything):
        return
    max_time_s = project.settings.max_time_s
    option = "--timeout" if max_time_s is None or project.settings.timeout_s <= max_time_s else "--max-time"
    advice = f"; give it more time with {option}" if inspection.was_late else ""
    plugins = ", ".join(f"{name} {version}" for name, version in sorted(inspection.plugins.items())) or "none"
    output = f"\n{inspection.pytest_output}" if inspection.pytest_output else ""
    raise CollectionError(
        f"pytest does not start in {project.start}: {inspection.why_incomplete}{advice}{output}\n"
        f"installed plugins: {plugins}"
    )
