"""Verifications: what became of each test of the targets, and how that differs from the recorded state."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from collectbench.model.collected_state import CollectError
from collectbench.model.comparison import Verdict
from collectbench.model.omission import OMIT_DEFAULT
from collectbench.model.run import Environment, Tool
from collectbench.model.sample import Status


class Outcome(str, Enum):
    """What became of a test; its phases setup, call and teardown count together."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    """A fixture failed before or after the test."""
    SKIPPED = "skipped"
    XFAILED = "xfailed"
    XPASSED = "xpassed"
    CRASHED = "crashed"
    """The process ended while it ran."""
    TIMEOUT = "timeout"
    """It ran when the time limit of its process was reached."""
    NOT_RUN = "not-run"
    """It was collected, and the process ended before it began."""


FAILURES = frozenset((Outcome.FAILED, Outcome.ERROR, Outcome.CRASHED, Outcome.TIMEOUT))
SUCCESSES = frozenset((Outcome.PASSED, Outcome.XFAILED, Outcome.XPASSED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test: seconds of all its phases, and one line about a failure or a skip.

    `runs` holds the outcomes of all its runs in their order if it ran more than once.
    """

    nodeid: str
    outcome: Outcome
    duration_s: float
    message: str = field(default="", metadata=OMIT_DEFAULT)
    runs: tuple[Outcome, ...] = field(default=(), metadata=OMIT_DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChange:
    """A test whose outcome differs from the recorded one. `before` is None for a new test, `now` for a missing one."""

    nodeid: str
    before: Outcome | None
    now: Outcome | None
    message: str = field(default="", metadata=OMIT_DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyTest:
    """A test that did not end in the recorded outcome in its first run, and did in a later one.

    `runs` holds the outcomes of all runs in their order; `message` is that of the first one.
    """

    nodeid: str
    before: Outcome
    runs: tuple[Outcome, ...]
    message: str = field(default="", metadata=OMIT_DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The tests that are chosen within a target: expressions for pytest's `-m` and `-k`, empty for all."""

    markers: str = ""
    keywords: str = ""

    def __str__(self) -> str:
        """As options of pytest: `-m 'not slow'`; `all tests` if nothing is excluded."""
        given = [f"{option} {value!r}" for option, value in (("-m", self.markers), ("-k", self.keywords)) if value]
        return " ".join(given) or "all tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetVerification:
    """One target.

    Attributes:
        name: of the target.
        paths: of the target, relative to the root.
        verdict: `pass`, `fail`, `inconclusive` (tests were not run), `incomparable` (nothing is recorded of it), or
            `error` (it was not collected).
        reasons: of the verdict, one sentence each.
        status: how its collection and its run ended.
        message: one sentence on the status; empty if it is `ok`.
        node_ids_from: the directory that its node ids are relative to, pytest's rootdir, itself relative to the root.
        choice: of its tests.
        expects_failures: whether all of its tests had to fail, so that they must pass when they run again.
        passed, failed, errors, skipped, xfailed, xpassed, not_run: numbers of tests; `failed` includes those that
            crashed or reached the time limit.
        success_percent: tests that passed, xfailed or xpassed, in per cent of all that ran and were not skipped; None
            if there are none.
        wall_s: seconds that its processes took, without those of reruns.
        newly_failing: tests that failed, and had not failed in the state.
        newly_passing: the reverse.
        changed: other changes of an outcome, such as from passed to skipped.
        missing: tests of the state that are not collected any more.
        new: tests that the state does not know.
        flaky: tests whose outcome differed between runs.
        not_as_expected: tests that pass although failures are expected, or still fail although they must pass now.
        collect_errors: errors of collection.
        new_collect_errors: those that the state does not have.
        tests: all tests in pytest's order.
        notes: facts about the run that a reader must know.
    """

    name: str
    paths: tuple[str, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    status: Status
    message: str = ""
    node_ids_from: str = field(default=".", metadata=OMIT_DEFAULT)
    choice: Choice = field(default_factory=Choice)
    expects_failures: bool = field(default=False, metadata=OMIT_DEFAULT)
    passed: int
    failed: int
    errors: int
    skipped: int
    xfailed: int
    xpassed: int
    not_run: int = 0
    success_percent: float | None
    wall_s: float | None = None
    newly_failing: tuple[OutcomeChange, ...] = ()
    newly_passing: tuple[OutcomeChange, ...] = ()
    changed: tuple[OutcomeChange, ...] = ()
    missing: tuple[OutcomeChange, ...] = ()
    new: tuple[OutcomeChange, ...] = ()
    flaky: tuple[FlakyTest, ...] = ()
    not_as_expected: tuple[OutcomeChange, ...] = ()
    collect_errors: tuple[CollectError, ...] = ()
    new_collect_errors: tuple[CollectError, ...] = ()
    tests: tuple[Case, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """All targets of one command. A recorded state is such a document as well.

    Attributes:
        tool: the program that made it.
        created: UTC, ISO 8601.
        environment: of the tests.
        commit: None outside git; `dirty` tells whether the working tree had changes.
        verdict: the worst of the targets.
        targets: in the order of the plan.
        min_success: the least success percentage; None if there is no limit.
        compared_with: the file of the recorded state; empty if nothing was compared.
        compared_created: when that was recorded; empty likewise.
        notes: facts about the whole.
        hints: what to do next.
    """

    tool: Tool
    created: str
    environment: Environment
    commit: str | None
    dirty: bool | None
    verdict: Verdict
    targets: tuple[TargetVerification, ...]
    min_success: float | None = None
    compared_with: str = ""
    compared_created: str = ""
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
