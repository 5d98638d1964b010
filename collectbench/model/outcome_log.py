"""What the probe recorded of the collection and of the tests of one process."""

from __future__ import annotations

from dataclasses import dataclass

from collectbench.model.collected_state import CollectError, CollectWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class TestPhase:
    """The report of one phase of a test.

    `when` is `setup`, `call` or `teardown`, else a worker of xdist crashed. `outcome` is `passed`, `failed`, `skipped`,
    `xfailed`, `xpassed`, or a word of a plugin. `message` is one line, empty if it passed.
    """

    __test__ = False

    nodeid: str
    when: str
    outcome: str
    duration_s: float
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLog:
    """The log of one process, complete or not.

    Attributes:
        collected: the ids that were selected; None if collection did not come to its end.
        errors: of collection.
        warnings: those given before the first test ran.
        phases: the reports of all tests, in the order in which pytest made them.
        running: the tests that had begun and not ended when the log ended; several under xdist.
        rootdir: the directory that ids are relative to, absolute; empty if the session did not start.
        stopped_by: the test whose failure ended the session, as requested; empty if none did.
        is_whole: whether pytest finished its session.
    """

    collected: tuple[str, ...] | None = None
    errors: tuple[CollectError, ...] = ()
    warnings: tuple[CollectWarning, ...] = ()
    phases: tuple[TestPhase, ...] = ()
    running: tuple[str, ...] = ()
    rootdir: str = ""
    stopped_by: str = ""
    is_whole: bool = False

    @property
    def has_failures(self) -> bool:
        """Whether a phase of a test failed."""
        return any(phase.outcome == "failed" for phase in self.phases)
