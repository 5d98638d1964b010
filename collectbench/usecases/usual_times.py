"""The times of an earlier run, which tell about how long a command will take before its first round."""

from __future__ import annotations

from collectbench.model.errors import CollectbenchError
from collectbench.model.run import Run
from collectbench.store.baselines import find_baseline, load_run
from collectbench.usecases.project import Project


def times_in(run: Run | None) -> dict[str, float]:
    """The median wall seconds of one round, by target; empty without a run."""
    return {} if run is None else {result.name: result.wall_s.median for result in run.results if result.wall_s}


def times_in_baseline(project: Project) -> dict[str, float]:
    """The times in the configured baseline; empty without one that can be read."""
    try:
        return times_in(load_run(find_baseline(project.baseline_dir, project.config.baseline)))
    except CollectbenchError:
        return {}
