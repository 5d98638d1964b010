"""How the outcomes of tests differ from the recorded ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from collectbench.model.collected_state import CollectError
from collectbench.model.verification import FAILURES, SUCCESSES, Case, FlakyTest, Outcome, OutcomeChange

Runs = Mapping[str, tuple[Case, ...]]
"""By node id, the results of the runs that came after the first one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The tests whose outcome differs, by how. See `TargetVerification`."""

    newly_failing: tuple[OutcomeChange, ...] = ()
    newly_passing: tuple[OutcomeChange, ...] = ()
    changed: tuple[OutcomeChange, ...] = ()
    new: tuple[OutcomeChange, ...] = ()

    @property
    def differing(self) -> tuple[OutcomeChange, ...]:
        """All tests with another outcome than the recorded one; new tests have none."""
        return (*self.newly_failing, *self.newly_passing, *self.changed)


def changes_of(recorded: Mapping[str, Outcome], cases: Iterable[Case]) -> Changes:
    """The changes of the tests that ran."""
    newly_failing, newly_passing, changed, new = [], [], [], []
    for case in cases:
        before = recorded.get(case.nodeid)
        change = OutcomeChange(nodeid=case.nodeid, before=before, now=case.outcome, message=case.message)
        if before is None:
            new.append(change)
        elif case.outcome in (before, Outcome.NOT_RUN):
            continue
        elif case.outcome in FAILURES and before not in FAILURES:
            newly_failing.append(change)
        elif case.outcome in SUCCESSES and before in FAILURES:
            newly_passing.append(change)
        else:
            changed.append(change)
    return Changes(
        newly_failing=tuple(newly_failing),
        newly_passing=tuple(newly_passing),
        changed=tuple(changed),
        new=tuple(new),
    )


def missing_of(recorded: Mapping[str, Outcome], collected: Collection[str]) -> tuple[OutcomeChange, ...]:
    """The recorded tests that are not collected any more."""
    return tuple(
        OutcomeChange(nodeid=nodeid, before=before, now=None)
        for nodeid, before in recorded.items()
        if nodeid not in collected
    )


def new_errors(recorded: Iterable[CollectError], errors: Iterable[CollectError]) -> tuple[CollectError, ...]:
    """The collection errors whose collector had none in the state, in whatever words."""
    known = {(error.nodeid, error.path) for error in recorded}
    return tuple(error for error in errors if (error.nodeid, error.path) not in known)


def with_reruns(
    recorded: Mapping[str, Outcome], cases: Iterable[Case], reruns: Runs
) -> tuple[tuple[Case, ...], tuple[FlakyTest, ...]]:
    """The cases with the outcomes of all their runs, and those that are flaky.

    A test is flaky if it ended in the recorded outcome in any later run: that outcome is then its own. Else that of its
    last run is.
    """
    finished, flaky = [], []
    for case in cases:
        later = [rerun for rerun in reruns.get(case.nodeid, ()) if rerun.outcome is not Outcome.NOT_RUN]
        if not later:
            finished.append(case)
            continue
        before, runs = recorded.get(case.nodeid), (case.outcome, *(rerun.outcome for rerun in later))
        same = next((rerun for rerun in later if rerun.outcome is before), None)
        if same is not None:
            flaky.append(FlakyTest(nodeid=case.nodeid, before=same.outcome, runs=runs, message=case.message))
        finished.append(replace(same or later[-1], runs=runs))
    return tuple(finished), tuple(flaky)
