"""One document for those who take a project over: before and after, against goals, from stored documents."""

from __future__ import annotations

from dataclasses import dataclass

from collectbench.model.comparison import Check, Verdict
from collectbench.model.diagnosis import Finding
from collectbench.model.run import Environment, Tool


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A target in one run: medians of its timed rounds, and its counts; None if unknown.

    Attributes:
        wall_s: seconds.
        peak_rss_bytes: of the whole process tree.
        items: that were collected.
        warnings: of all categories.
        collection_warnings: of the category PytestCollectionWarning.
        errors: of collection.
    """

    wall_s: float | None
    peak_rss_bytes: float | None
    items: int | None
    warnings: int | None
    collection_warnings: int | None
    errors: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A target, or the suite. `before` or `after` is None if a run lacks it; `checks` are its limits and goals."""

    name: str
    before: Figures | None
    after: Figures | None
    verdict: Verdict
    reasons: tuple[str, ...]
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Where figures come from: the file, the moment (UTC, ISO 8601), the commit (None if unknown)."""

    file: str
    created: str
    commit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Compliance:
    """What lint found: violations of each rule, and the share of files without any, 0 to 100."""

    stamp: Stamp
    files: int
    compliant_percent: float
    by_rule: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """The tests of one target, run for real, against the recorded outcomes.

    Attributes:
        name: of the target.
        verdict: of the comparison.
        passed, failed, errors, skipped: numbers of tests.
        success_percent: of those that ran and were not skipped; None if there are none.
        newly_failing, newly_passing, missing: node ids.
    """

    name: str
    verdict: Verdict
    passed: int
    failed: int
    errors: int
    skipped: int
    success_percent: float | None
    newly_failing: tuple[str, ...]
    newly_passing: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """One rewrite: numbers of files that are rewritten, and of those that were taken back."""

    stamp: Stamp
    codemod: str
    applied: int
    taken_back: int
    left_alone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """The result of `collectbench report`.

    Attributes:
        tool: what made it.
        created: UTC, ISO 8601.
        environment: of the later run; None without a run.
        before: the earlier run; None if only one is given.
        after: the later run; None without a run.
        verdict: on all targets; None without a run.
        targets: in the order of the later run.
        suite: None if no run has it.
        compliance: what lint found, the earliest first; at most two.
        verified: the targets of the latest verification.
        verification: where that comes from.
        rewrites: the earliest first.
        findings: of the latest diagnosis, the largest saving first.
        diagnosis: where these come from.
        notes: what a reader must know, such as other environments.
    """

    tool: Tool
    created: str
    environment: Environment | None
    before: Stamp | None
    after: Stamp | None
    verdict: Verdict | None
    targets: tuple[Progress, ...]
    suite: Progress | None
    compliance: tuple[Compliance, ...]
    verified: tuple[Verified, ...]
    verification: Stamp | None
    rewrites: tuple[Rewritten, ...]
    findings: tuple[Finding, ...]
    diagnosis: Stamp | None
    notes: tuple[str, ...]
