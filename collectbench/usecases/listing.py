"""The list of targets that would be measured."""

from __future__ import annotations

from collectbench.model.target import TargetList
from collectbench.usecases.project import Project


def list_targets(project: Project) -> TargetList:
    """The targets of the project, with the file that names them or that pytest reads."""
    source = project.config.source if project.config.targets else project.inspection.inifile
    return TargetList(
        rootdir=str(project.root),
        configuration=str(source) if source else None,
        targets=project.plan.targets,
        suite=project.plan.suite,
    )
