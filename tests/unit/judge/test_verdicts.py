"""The combination of verdicts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.verdicts import WORST_FIRST, why_not_collected, worst
from collectbench.model.comparison import Verdict
from collectbench.model.run import TargetResult
from collectbench.model.sample import Status


def test_the_order_contains_every_verdict() -> None:
    assert sorted(WORST_FIRST) == sorted(Verdict)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], Verdict.PASS),
        ([Verdict.PASS, Verdict.INCOMPARABLE], Verdict.INCOMPARABLE),
        ([Verdict.INCOMPARABLE, Verdict.INCONCLUSIVE], Verdict.INCONCLUSIVE),
        ([Verdict.FAIL, Verdict.INCONCLUSIVE], Verdict.FAIL),
        ([Verdict.FAIL, Verdict.ERROR], Verdict.ERROR),
    ],
)
def test_the_worst_verdict_decides(verdicts: list[Verdict], expected: Verdict) -> None:
    assert worst(verdicts) is expected


@given(st.lists(st.sampled_from(Verdict)), st.sampled_from(Verdict))
def test_one_more_verdict_never_makes_it_better(verdicts: list[Verdict], another: Verdict) -> None:
    assert WORST_FIRST.index(worst([*verdicts, another])) <= WORST_FIRST.index(worst(verdicts))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"status": Status.COLLECTION_ERRORS, "errors": 2}, None),
        ({"status": Status.EMPTY, "items": 0}, None),
        (
            {"status": Status.FAILED, "message": "no such option"},
            "could not be collected (failed): no such option",
        ),
        ({"status": Status.CRASHED}, "could not be collected (crashed)"),
        ({"status": Status.TIMEOUT, "counts": None}, "could not be collected (timeout)"),
        ({"status": Status.COLLECTION_ERRORS, "items": 0, "errors": 1}, "collected no items, only 1 error"),
        (
            {"status": Status.COLLECTION_ERRORS, "items": 0, "errors": 7, "message": "all of tests/a"},
            "collected no items, only 7 errors: all of tests/a",
        ),
    ],
)
def test_a_failed_target_does_not_count_as_collected(
    changes: dict[str, object], expected: str | None, result: Callable[..., TargetResult]
) -> None:
    assert why_not_collected(result(**changes)) == expected
