"""From the log of a process to one outcome for each test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collectbench.model.outcome_log import OutcomeLog, TestPhase
from collectbench.model.verification import Case, Outcome

_KNOWN = {outcome.value: outcome for outcome in Outcome}
_PHASES = ("setup", "call", "teardown")


def cases_of(log: OutcomeLog, ended_by: Outcome = Outcome.CRASHED) -> tuple[Case, ...]:
    """Each collected test with its outcome, in pytest's order.

    `ended_by` is the outcome of tests that had begun and not ended when the log ended. If a failed test ended the
    session, as requested, workers of xdist leave such tests: these did not run.
    """
    phases: dict[str, list[TestPhase]] = {nodeid: [] for nodeid in log.collected or ()}
    for phase in log.phases:
        phases.setdefault(phase.nodeid, []).append(phase)
    running = frozenset(() if log.stopped_by else log.running)
    for nodeid in log.running:
        phases.setdefault(nodeid, [])
    return tuple(_case(nodeid, found, ended_by if nodeid in running else None) for nodeid, found in phases.items())


def _case(nodeid: str, phases: Sequence[TestPhase], ended_by: Outcome | None) -> Case:
    outcome, message = outcome_of(phases)
    if ended_by is not None and outcome is not Outcome.CRASHED:
        outcome, message = ended_by, ""
    return Case(nodeid=nodeid, outcome=outcome, duration_s=sum(phase.duration_s for phase in phases), message=message)


def outcome_of(phases: Iterable[TestPhase]) -> tuple[Outcome, str]:
    """The outcome of a test that has ended, and the message of the phase that decides.

    A call may have several reports: those of subtests come before that of the test. Attempts that a plugin repeats have
    an outcome of their own, such as `rerun`, which decides nothing.
    """
    known = [phase for phase in phases if phase.outcome in _KNOWN]
    for phase in known:
        if phase.outcome == "failed" and phase.when not in _PHASES:
            return Outcome.CRASHED, phase.message
    for when, outcome in (("call", Outcome.FAILED), ("setup", Outcome.ERROR), ("teardown", Outcome.ERROR)):
        for phase in known:
            if phase.outcome == "failed" and phase.when == when:
                return outcome, phase.message
    calls = [phase for phase in known if phase.when == "call"]
    before = [phase for phase in known if phase.when == "setup" and phase.outcome != "passed"]
    for phase in (*calls[-1:], *before[-1:]):
        return _KNOWN[phase.outcome], phase.message
    return Outcome.NOT_RUN, ""
