"""How tests end in both arms of an experiment."""

from __future__ import annotations

from collectbench.judge.verification.arms import ArmOutcomes, arm_outcomes
from collectbench.model.verification import Case, Outcome

PASSED, FAILED, SKIPPED, NOT_RUN = Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, Outcome.NOT_RUN


def run(**outcomes: Outcome) -> tuple[Case, ...]:
    return tuple(
        Case(nodeid=name, outcome=outcome, duration_s=0.0, message="no" if outcome is FAILED else "")
        for name, outcome in outcomes.items()
    )


def test_the_same_outcomes_are_no_change_also_if_tests_fail() -> None:
    same = run(a=PASSED, b=FAILED, c=NOT_RUN)
    assert arm_outcomes([same], [same]) == ArmOutcomes()
    assert not arm_outcomes([same], [same]).reason


def test_a_test_that_only_fails_with_the_intervention_is_named() -> None:
    found = arm_outcomes([run(a=PASSED, b=PASSED)] * 2, [run(a=FAILED, b=SKIPPED)] * 2)
    assert found.reason == "tests end differently: a: passed -> failed (no), and 1 more"
    assert found.flaky == ()


def test_a_test_that_passes_with_the_intervention_alone_ends_differently_too() -> None:
    assert arm_outcomes([run(a=FAILED)], [run(a=PASSED)]).reason == "tests end differently: a: failed -> passed"


def test_a_test_that_ends_alike_in_any_run_of_both_is_flaky() -> None:
    found = arm_outcomes([run(a=PASSED), run(a=PASSED)], [run(a=FAILED), run(a=PASSED)])
    assert (found.changes, found.flaky) == ((), ("a",))
    found = arm_outcomes([run(a=PASSED), run(a=FAILED)], [run(a=FAILED), run(a=FAILED)])
    assert (found.changes, found.flaky) == ((), ("a",))


def test_a_test_that_does_not_run_any_more_ends_differently() -> None:
    found = arm_outcomes([run(a=PASSED)], [run(a=NOT_RUN)])
    assert found.reason == "tests end differently: a: passed -> not-run"


def test_tests_of_one_arm_alone_cannot_be_compared() -> None:
    assert arm_outcomes([run(old=PASSED)], [run(new=FAILED)]) == ArmOutcomes()
