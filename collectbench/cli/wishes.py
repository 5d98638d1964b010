"""How a user wants to be measured, and the settings of the run that this comes to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from secrets import randbits

from collectbench.cli.workplace import Workplace
from collectbench.discovery import relative
from collectbench.model.run import Settings
from collectbench.model.target import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
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


def settings(place: Workplace, wishes: Wishes) -> Settings:
    """What is wished for, with the configuration behind it; a seed is drawn where none was given."""
    rounds = place.config.rounds if wishes.rounds is None else wishes.rounds
    return Settings(
        rounds=rounds or None,
        warmup=wishes.warmup,
        seed=randbits(32) if wishes.seed is None else wishes.seed,
        timeout_s=wishes.timeout_s or place.config.timeout_s,
        max_time_s=wishes.max_time_s,
        jobs=wishes.jobs,
        cold=wishes.cold,
        python=relative(Path(place.python[0]), place.root),
        pytest_args=place.pytest_args,
        suite_budget_s=place.config.suite_budget_s,
        limits=limits_of(place),
    )


def limits_of(place: Workplace) -> dict[str, Limits]:
    """The limits of the targets that have any."""
    return {target.name: target.limits for target in place.plan.targets if target.limits != Limits()}
