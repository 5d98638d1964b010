"""Targets: named sets of paths, with arguments for pytest and limits."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of a target; None means no limit."""

    budget_s: float | None = None
    goal_s: float | None = None
    goal_reduction: float | None = None
    """The reduction to reach against the baseline, as a fraction: 0.85 for `85%`."""
    memory_budget_bytes: int | None = None
    max_warnings: int | None = None
    max_errors: int | None = None
    min_items: int | None = None
    max_collection_warnings: int | None = field(default=None, metadata={"omit_default": True})
    """The most warnings of the category PytestCollectionWarning."""
    warning_reduction: float | None = field(default=None, metadata={"omit_default": True})
    """The reduction of warnings to reach against the baseline, as a fraction: of collection warnings if these are
    limited, else of all.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A named set of paths whose collection is measured in its own process.

    `paths` and `ignored` are relative to the rootdir with `/` (absolute outside of it); `ignored` are the directories
    below `paths` that other targets measure. `module` is the importable name that pytest gets instead of the only path,
    under `--pyargs`. `markers` and `keywords` are expressions for pytest's `-m` and `-k`, empty for all tests.
    """

    name: str
    paths: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    pytest_args: tuple[str, ...] = ()
    env: dict[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)
    module: str | None = field(default=None, metadata={"omit_default": True})
    markers: str = field(default="", metadata={"omit_default": True})
    keywords: str = field(default="", metadata={"omit_default": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetList:
    """All targets of a project, without measurements.

    `rootdir` is absolute; `configuration` is the file that names the targets, else the file that pytest reads.
    """

    rootdir: str
    configuration: str | None
    targets: tuple[Target, ...]
    suite: Target | None
