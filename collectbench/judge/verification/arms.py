"""How the outcomes of tests differ between the two arms of an experiment, each of which ran several times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from collectbench.judge.verification.changes import changes_of
from collectbench.model.verification import Case, Outcome, OutcomeChange

Runs = Sequence[Sequence[Case]]
"""The tests of each run of an arm, in the order of the runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmOutcomes:
    """What differs between the arms.

    Attributes:
        changes: the tests that end in one way without the intervention and in another way with it.
        flaky: the ids of tests that end differently in runs of the same arm.
    """

    changes: tuple[OutcomeChange, ...] = ()
    flaky: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The first difference as a clause; empty if there is none."""
        if not self.changes:
            return ""
        first = self.changes[0]
        ways = " -> ".join(each.value if each else "missing" for each in (first.before, first.now))
        message = f" ({first.message})" if first.message else ""
        more = f", and {len(self.changes) - 1} more" if len(self.changes) > 1 else ""
        return f"tests end differently: {first.nodeid}: {ways}{message}{more}"


def arm_outcomes(head: Runs, base: Runs) -> ArmOutcomes:
    """Return how the tests of base, with the intervention, end differently from those of head; each ran at least once.

    A test that ended in the same way in any run of both is not changed by the intervention: if it varies, it is flaky.
    Tests that only one arm collects cannot be compared.
    """
    of_head, of_base = _ways(head), _ways(base)
    recorded = {case.nodeid: case.outcome for case in head[0] if case.outcome is not Outcome.NOT_RUN}
    apart = [case for case in base[0] if of_head.get(case.nodeid, set()).isdisjoint(of_base[case.nodeid])]
    unrun = [
        OutcomeChange(nodeid=case.nodeid, before=recorded[case.nodeid], now=Outcome.NOT_RUN)
        for case in apart
        if case.nodeid in recorded and not of_base[case.nodeid]
    ]
    flaky = (nodeid for ways in (of_head, of_base) for nodeid, outcomes in ways.items() if len(outcomes) > 1)
    return ArmOutcomes(changes=(*changes_of(recorded, apart).differing, *unrun), flaky=tuple(dict.fromkeys(flaky)))


def _ways(runs: Runs) -> dict[str, set[Outcome]]:
    """The outcomes of each test in all runs in which it ran."""
    ways: dict[str, set[Outcome]] = {}
    for case in (case for run in runs for case in run):
        ways.setdefault(case.nodeid, set()).update({case.outcome} - {Outcome.NOT_RUN})
    return ways
