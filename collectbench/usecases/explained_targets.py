"""The targets that are explained: those that the user names, else the suite."""

from __future__ import annotations

from dataclasses import replace

from collectbench.usecases.project import Project


def with_explained_targets(project: Project) -> Project:
    """Returns the project with the targets that the user names, else with the suite alone.

    In the suite, a second that two targets share counts once.
    """
    plan = project.plan
    if project.request.options.targets or plan.suite is None:
        return project
    return replace(project, plan=replace(plan, targets=(plan.suite,), suite=None))
