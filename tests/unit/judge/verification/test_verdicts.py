"""What became of tests, compared with the recorded state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.verification.changes import changes_of, with_reruns
from collectbench.judge.verification.environments import explaining, forbidding
from collectbench.judge.verification.recorded import Recorded, recorded_of
from collectbench.judge.verification.target import Expectation, Terms, judge_target, success_percent
from collectbench.judge.verification.whole import judge_all, vanished_targets
from collectbench.model.collected_state import CollectError
from collectbench.model.comparison import Verdict
from collectbench.model.run import Environment
from collectbench.model.sample import Status
from collectbench.model.verification import Choice, Outcome, TargetVerification
from verifications import (
    CRASHED,
    ERROR,
    FAILED,
    NOT_RUN,
    PASSED,
    SKIPPED,
    TIMEOUT,
    XFAILED,
    XPASSED,
    case,
    ran,
    recorded,
    verification,
)

ENVIRONMENT = Environment(
    python="3.11.7", implementation="CPython", pytest="9.0.3", plugins={}, platform="Linux", cpu_model="x", cpu_count=2,
    bytecode="written", flags={},
)  # fmt: skip
FAIL, NOTHING = Terms(expectation=Expectation.FAIL), Terms(expectation=Expectation.NOTHING)
ERROR_IN_X = CollectError(nodeid="x.py", path="x.py", message="ModuleNotFoundError: No module named 'y'")


def judge(
    *outcomes: Outcome, terms: Terms | None = None, before: Recorded | None = None, **changes
) -> TargetVerification:
    """The verification of the tests `t.py::a`, `t.py::b` …; before, all of them passed."""
    cases = [case(f"t.py::{letter}", outcome) for letter, outcome in zip("abcdefgh", outcomes, strict=False)]
    before = before or recorded(**dict.fromkeys("abcdefgh"[: len(outcomes)], PASSED))
    run = ran("tests", *cases, **{"recorded": before, **changes})
    return judge_target(run, terms or Terms(), {each.nodeid for each in cases})


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        (PASSED, FAILED, "newly_failing"),
        (PASSED, ERROR, "newly_failing"),
        (SKIPPED, CRASHED, "newly_failing"),
        (XFAILED, TIMEOUT, "newly_failing"),
        (FAILED, PASSED, "newly_passing"),
        (TIMEOUT, XPASSED, "newly_passing"),
        (PASSED, SKIPPED, "changed"),
        (FAILED, SKIPPED, "changed"),
        (FAILED, ERROR, "changed"),
        (XFAILED, XPASSED, "changed"),
        (None, FAILED, "new"),
    ],
)
def test_each_change_is_of_one_kind(before, now, kind) -> None:
    changes = changes_of({} if before is None else {"t": before}, [case("t", now, "why")])
    found = {name: getattr(changes, name) for name in ("newly_failing", "newly_passing", "changed", "new")}
    (change,) = found.pop(kind)
    assert (change.before, change.now, change.message) == (before, now, "why")
    assert not any(found.values())


@pytest.mark.parametrize("now", [FAILED, NOT_RUN])
def test_the_same_outcome_and_a_test_that_did_not_run_are_no_changes(now) -> None:
    assert changes_of({"t": FAILED}, [case("t", now)]).differing == ()


def test_a_test_that_ends_as_recorded_in_a_later_run_is_flaky() -> None:
    first, second, third = case("t", FAILED, "why"), case("t", FAILED), case("t")
    (merged,), (flaky,) = with_reruns({"t": PASSED}, [first], {"t": (second, third)})
    assert (merged.outcome, merged.runs) == (PASSED, (FAILED, FAILED, PASSED))
    assert (flaky.before, flaky.runs, flaky.message) == (PASSED, (FAILED, FAILED, PASSED), "why")


def test_a_test_that_never_ends_as_recorded_is_not_flaky() -> None:
    later = (case("t", ERROR), case("t", NOT_RUN))
    (merged,), flaky = with_reruns({"t": PASSED}, [case("t", FAILED)], {"t": later})
    assert (merged.outcome, merged.runs, flaky) == (ERROR, (FAILED, ERROR), ())


def test_the_same_outcomes_pass() -> None:
    target = judge(PASSED, PASSED)
    assert (target.verdict, target.reasons, target.success_percent) == (Verdict.PASS, (), 100)


def test_any_change_fails_and_is_counted() -> None:
    before = recorded(a=PASSED, b=FAILED, c=PASSED, lost=PASSED)
    target = judge(FAILED, PASSED, SKIPPED, before=before)
    assert target.verdict is Verdict.FAIL
    assert target.reasons == (
        "1 test newly fails",
        "1 test newly passes",
        "1 test has another outcome",
        "1 test is missing",
    )
    assert [change.nodeid for change in target.missing] == ["t.py::lost"]


def test_a_flaky_test_does_not_fail_the_target() -> None:
    target = judge(FAILED, reruns={"t.py::a": (case("t.py::a"),)})
    assert (target.verdict, len(target.flaky), target.passed) == (Verdict.PASS, 1, 1)


def test_a_new_test_does_not_fail_the_target_whatever_it_does() -> None:
    target = judge(PASSED, FAILED, before=recorded(a=PASSED))
    assert (target.verdict, [each.nodeid for each in target.new]) == (Verdict.PASS, ["t.py::b"])


def test_a_test_that_another_target_collects_now_is_not_missing() -> None:
    one = ran("one", case("t.py::a"), recorded=recorded(a=PASSED, b=PASSED))
    two = ran("two", case("t.py::b"), recorded=Recorded(choices=(Choice(),)))
    assert [target.missing for target in judge_all([one, two], Terms())] == [(), ()]


def test_a_vanished_target_takes_its_tests_with_it_unless_others_collect_them() -> None:
    state = verification(
        ENVIRONMENT, ran("old", case("t.py::a"), case("t.py::b")), ran("moved", case("u.py::a")), terms=NOTHING
    )
    now = ran("new", case("t.py::a"), case("u.py::a"), recorded=recorded_of(state, "new", ["."]))
    (target,) = judge_all([now], Terms(), vanished_targets(state, ["new"]))
    assert [change.nodeid for change in target.missing] == ["t.py::b"]
    gone = ran("new", case("u.py::a"), recorded=Recorded(choices=(Choice(),)))
    judged = judge_all([gone], Terms(), vanished_targets(state, ["new"]))
    assert [(each.name, each.verdict, len(each.missing)) for each in judged] == [
        ("new", Verdict.PASS, 0),
        ("old", Verdict.FAIL, 2),
    ]


def test_another_choice_is_named_and_no_test_counts_as_missing() -> None:
    target = judge(PASSED, before=recorded(a=PASSED, b=PASSED), choice=Choice(markers="fast", keywords="a"))
    assert (target.verdict, target.missing) == (Verdict.PASS, ())
    assert "the state holds all tests, and this run chose -m 'fast' -k 'a'" in target.notes[0]


def test_tests_that_did_not_run_are_inconclusive_and_a_failure_weighs_more() -> None:
    broken = {"status": Status.TIMEOUT, "message": "not finished"}
    open_ = judge(PASSED, NOT_RUN, **broken)
    assert (open_.verdict, open_.reasons) == (Verdict.INCONCLUSIVE, ("1 test did not run: not finished",))
    assert judge(TIMEOUT, NOT_RUN, **broken).verdict is Verdict.FAIL


def test_a_target_that_is_not_collected_is_an_error_and_its_tests_are_not_missing() -> None:
    for status, errors in ((Status.FAILED, ()), (Status.COLLECTION_ERRORS, (ERROR_IN_X,))):
        target = judge(before=recorded(a=PASSED), status=status, message="why", errors=errors)
        assert (target.verdict, target.reasons) == (Verdict.ERROR, ("why",))
    assert judge(before=recorded(a=PASSED), status=Status.FAILED).missing == ()
    assert len(judge(before=recorded(a=PASSED), status=Status.EMPTY).missing) == 1


def test_a_target_that_was_not_reached_is_inconclusive() -> None:
    target = judge(before=recorded(a=PASSED), status=Status.NOT_MEASURED, message="no time")
    assert (target.verdict, target.reasons, target.missing) == (Verdict.INCONCLUSIVE, ("no time",), ())


def test_a_target_that_the_state_does_not_have_is_incomparable() -> None:
    target = judge(PASSED, before=Recorded())
    assert (target.verdict, target.new) == (Verdict.INCOMPARABLE, ())


def test_only_new_collection_errors_fail() -> None:
    known = replace(recorded(a=PASSED), errors=(replace(ERROR_IN_X, message="in other words"),))
    assert judge(PASSED, before=known, errors=(ERROR_IN_X,)).verdict is Verdict.PASS
    target = judge(PASSED, errors=(ERROR_IN_X,))
    assert (target.verdict, target.reasons) == (Verdict.FAIL, ("1 new collection error",))
    assert target.new_collect_errors == (ERROR_IN_X,)


def test_too_few_successes_fail_also_without_a_state() -> None:
    terms = Terms(expectation=Expectation.NOTHING, min_success=90)
    assert judge(FAILED, PASSED, terms=terms).reasons == ("50.0 % succeed, less than 90 %",)
    assert judge(PASSED, SKIPPED, terms=terms).verdict is Verdict.PASS
    assert judge(SKIPPED, terms=terms).verdict is Verdict.PASS


def test_the_success_is_that_of_the_tests_that_ran() -> None:
    outcomes = (PASSED, XFAILED, XPASSED, FAILED, SKIPPED, NOT_RUN)
    assert success_percent(case(str(outcome), outcome) for outcome in outcomes) == 75
    assert success_percent([case("a", SKIPPED)]) is None


def test_if_failures_are_expected_each_test_must_fail() -> None:
    assert judge(FAILED, ERROR, terms=FAIL).verdict is Verdict.PASS
    target = judge(FAILED, PASSED, SKIPPED, NOT_RUN, terms=FAIL)
    assert target.reasons[0] == "2 tests did not fail"
    assert target.expects_failures
    assert [each.nodeid for each in target.not_as_expected] == ["t.py::b", "t.py::c"]


def test_tests_that_had_to_fail_must_pass_later() -> None:
    before = recorded(must_pass=True, a=FAILED, b=FAILED)
    assert judge(PASSED, PASSED, before=before).verdict is Verdict.PASS
    assert judge(PASSED, FAILED, before=before).reasons == ("1 test still fails",)
    assert judge(FAILED, FAILED, before=before).reasons == ("2 tests still fail",)
    lost = judge(PASSED, before=recorded(must_pass=True, a=FAILED, b=FAILED))
    assert lost.reasons == ("1 test is missing",)


def test_nothing_is_compared_while_outcomes_are_recorded() -> None:
    target = judge(FAILED, terms=NOTHING, errors=(ERROR_IN_X,))
    assert (target.verdict, target.newly_failing, target.new_collect_errors) == (Verdict.PASS, (), ())


def test_a_state_of_a_directory_tells_about_the_directories_in_it() -> None:
    cases = (case("tests/api/t.py::a"), case("tests/api/old/t.py::a", FAILED), case("tests/apis/t.py::a"))
    run = ran("tests", *cases, choice=Choice(markers="x"), errors=(replace(ERROR_IN_X, path="tests/api/x.py"),))
    state = verification(ENVIRONMENT, run, terms=NOTHING)
    known = recorded_of(state, "tests/api", ["tests/api"], ["tests/api/old"])
    assert dict(known.outcomes) == {"tests/api/t.py::a": PASSED}
    assert (known.choices, len(known.errors)) == ((Choice(markers="x"),), 1)
    assert not recorded_of(state, "tests/web", ["tests/web"]).is_known


def test_node_ids_may_be_relative_to_another_directory_than_paths() -> None:
    state = verification(ENVIRONMENT, ran("sub", case("t/a.py::a"), node_ids_from="sub"), terms=NOTHING)
    assert recorded_of(state, "sub/t", ["sub/t"]).is_known
    assert not recorded_of(state, "t", ["t"]).is_known


def test_tests_that_did_not_run_are_not_recorded_outcomes() -> None:
    state = verification(ENVIRONMENT, ran("tests", case("t.py::a", NOT_RUN), case("t.py::b")), terms=NOTHING)
    assert dict(recorded_of(state, "tests", ["tests"]).outcomes) == {"t.py::b": PASSED}


def test_another_python_or_pytest_forbids_a_comparison_and_a_plugin_explains_it() -> None:
    assert forbidding(ENVIRONMENT, replace(ENVIRONMENT, python="3.12.1", pytest="9.1")) == (
        "Python 3.11.7 -> 3.12.1",
        "pytest 9.0.3 -> 9.1",
    )
    same = replace(ENVIRONMENT, python="3.11.9", cpu_model="y", bytecode="disabled", plugins={"p": "1"})
    assert forbidding(ENVIRONMENT, same) == ()
    assert "plugin p 1 added" in explaining(ENVIRONMENT, same)
