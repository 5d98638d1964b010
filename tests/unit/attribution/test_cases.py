"""From the reports of phases to one outcome for each test."""

from __future__ import annotations

import pytest

from collectbench.attribution.cases import cases_of
from collectbench.model.outcome_log import OutcomeLog, TestPhase
from collectbench.model.verification import Outcome


def phases(*told: str) -> tuple[TestPhase, ...]:
    """Reports of the test `t`: `call failed`, for example; each of them has its words as message."""
    return tuple(
        TestPhase(nodeid="t", when=text.split()[0], outcome=text.split()[1], duration_s=0.25, message=text)
        for text in told
    )


@pytest.mark.parametrize(
    ("told", "outcome", "message"),
    [
        (("setup passed", "call passed", "teardown passed"), Outcome.PASSED, "call passed"),
        (("setup passed", "call failed", "teardown passed"), Outcome.FAILED, "call failed"),
        (("setup passed", "call failed", "teardown failed"), Outcome.FAILED, "call failed"),
        (("setup failed", "teardown passed"), Outcome.ERROR, "setup failed"),
        (("setup passed", "call passed", "teardown failed"), Outcome.ERROR, "teardown failed"),
        (("setup passed", "call skipped", "teardown failed"), Outcome.ERROR, "teardown failed"),
        (("setup skipped", "teardown passed"), Outcome.SKIPPED, "setup skipped"),
        (("setup xfailed", "teardown passed"), Outcome.XFAILED, "setup xfailed"),
        (("setup passed", "call skipped", "teardown passed"), Outcome.SKIPPED, "call skipped"),
        (("setup passed", "call xpassed", "teardown passed"), Outcome.XPASSED, "call xpassed"),
        (("??? failed",), Outcome.CRASHED, "??? failed"),
        (("setup passed",), Outcome.NOT_RUN, ""),
        ((), Outcome.NOT_RUN, ""),
    ],
)
def test_the_phases_of_a_test_come_to_one_outcome(told, outcome, message) -> None:
    (case,) = cases_of(OutcomeLog(collected=("t",), phases=phases(*told)))
    assert (case.outcome, case.message) == (outcome, message)
    assert case.duration_s == 0.25 * len(told)


def test_a_subtest_that_fails_fails_its_test_and_one_that_is_skipped_does_not_skip_it() -> None:
    told = ("setup passed", "call failed", "call passed", "teardown passed")
    assert cases_of(OutcomeLog(collected=("t",), phases=phases(*told)))[0].outcome is Outcome.FAILED
    told = ("setup passed", "call skipped", "call passed", "teardown passed")
    assert cases_of(OutcomeLog(collected=("t",), phases=phases(*told)))[0].outcome is Outcome.PASSED


def test_an_attempt_that_a_plugin_repeats_decides_nothing() -> None:
    told = ("setup passed", "call rerun", "setup passed", "call passed", "teardown passed")
    assert cases_of(OutcomeLog(collected=("t",), phases=phases(*told)))[0].outcome is Outcome.PASSED


def test_tests_keep_the_order_of_pytest_and_the_running_one_ended_the_process() -> None:
    log = OutcomeLog(collected=("a", "t", "z"), phases=phases("setup passed"), running=("t",))
    assert [(case.nodeid, case.outcome) for case in cases_of(log, Outcome.TIMEOUT)] == [
        ("a", Outcome.NOT_RUN),
        ("t", Outcome.TIMEOUT),
        ("z", Outcome.NOT_RUN),
    ]


def test_a_test_in_which_a_worker_of_xdist_crashed_keeps_its_message() -> None:
    log = OutcomeLog(collected=("t",), phases=phases("setup passed", "??? failed"), running=("t",))
    assert [(case.outcome, case.message) for case in cases_of(log)] == [(Outcome.CRASHED, "??? failed")]


def test_a_test_that_had_begun_when_another_one_stopped_the_session_did_not_run() -> None:
    log = OutcomeLog(collected=("t", "other"), running=("t",), stopped_by="other")
    assert [case.outcome for case in cases_of(log)] == [Outcome.NOT_RUN, Outcome.NOT_RUN]


def test_a_test_that_runs_without_being_collected_is_not_lost() -> None:
    log = OutcomeLog(phases=phases("call passed"), running=("other",))
    assert {case.nodeid: case.outcome for case in cases_of(log)} == {"t": Outcome.PASSED, "other": Outcome.CRASHED}
