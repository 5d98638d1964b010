"""Projects with a planted cause each: `PROJECTS` has at least one for every cause."""

from cause_projects import configuration, imports, lines, plugins, scaling, starts
from cause_projects.project import Planted

PROJECTS: tuple[Planted, ...] = (
    *imports.PROJECTS,
    *lines.PROJECTS,
    *plugins.PROJECTS,
    *configuration.PROJECTS,
    *scaling.PROJECTS,
    *starts.PROJECTS,
)

__all__ = ["PROJECTS", "Planted"]
