"""How a user wants to be measured, and the settings of the run that this comes to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from secrets import randbits

from collectbench.discovery import relative
from collectbench.model.run import Settings
from collectbench.model.target import Limits
from collectbench.usecases.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureOptions:
    """How the user wants to be measured; what is None is left to the configuration."""

    rounds: int | None
    warmup: int
    seed: int | None
    timeout_s: float | None
    max_time_s: float | None
    jobs: int
    cold: bool
    progress: bool
    verbose: bool
    show_output: bool
    counters: bool = False
    """Whether to count work as well, in rounds of their own."""


def settings(project: Project, options: MeasureOptions) -> Settings:
    """What is wished for, with the configuration behind it; a seed is drawn where none was given."""
    rounds = project.config.rounds if options.rounds is None else options.rounds
    return Settings(
        rounds=rounds or None,
        warmup=options.warmup,
        seed=randbits(32) if options.seed is None else options.seed,
        timeout_s=options.timeout_s or project.config.timeout_s,
        max_time_s=options.max_time_s,
        jobs=options.jobs,
        cold=options.cold,
        python=relative(Path(project.python[0]), project.root),
        pytest_args=project.pytest_args,
        suite_budget_s=project.config.suite_budget_s,
        limits=limits_of(project),
    )


def limits_of(project: Project) -> dict[str, Limits]:
    """The limits of the targets that have any."""
    return {target.name: target.limits for target in project.plan.targets if target.limits != Limits()}
