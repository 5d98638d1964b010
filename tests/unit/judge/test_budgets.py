"""Limits: the rule for time budgets, and every other key of the configuration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.budgets import judge_limits
from collectbench.judge.reference_seconds import NOMINAL_S
from collectbench.judge.time_budget import is_decided, is_futile, judge_time
from collectbench.model.comparison import Budget, Check, Verdict
from collectbench.model.run import TargetResult
from collectbench.model.sample import Noise, Reference, RoundKind, Status
from collectbench.model.target import Limits
from collectbench.usecases.wording import word

Results = Callable[..., TargetResult]

walls = st.lists(st.floats(min_value=0.01, max_value=10.0), max_size=12)
SEVERITY = {Verdict.PASS: 0, Verdict.INCONCLUSIVE: 1, Verdict.FAIL: 2}


def only_check(budget: Budget | None) -> Check:
    """The one check of a budget."""
    assert budget is not None
    (check,) = budget.checks
    return check


@pytest.mark.parametrize(
    ("walls_s", "verdict", "reason"),
    [
        ([], Verdict.INCONCLUSIVE, "no timed round"),
        ([0.5], Verdict.INCONCLUSIVE, "2 rounds must agree; use --rounds 2"),
        ([0.5, 0.5], Verdict.PASS, "slowest of 2 rounds 500 ms, within 1.00 s"),
        ([0.5, 0.51], Verdict.INCONCLUSIVE, "7 rounds must agree; use --rounds 7"),
        ([0.5, 0.9, 0.5], Verdict.PASS, "slowest of 3 rounds 900 ms"),
        ([0.5, 0.5, 1.01], Verdict.PASS, "2 of 3 rounds within 500 ms"),
        ([0.2] * 9 + [6.0], Verdict.PASS, "the slowest, 6.00 s, was disturbed"),
        ([0.5, 1.01], Verdict.INCONCLUSIVE, "one more round of at most 500 ms would decide; use --rounds 3"),
        ([0.51, 1.01], Verdict.INCONCLUSIVE, "more rounds cannot decide"),
        ([0.9] * 6, Verdict.INCONCLUSIVE, "--rounds 7"),
        ([1.0] * 7, Verdict.PASS, "within 1.00 s"),
        ([0.9] * 6 + [1.1], Verdict.INCONCLUSIVE, "more rounds cannot decide"),
        ([1.6, 1.6], Verdict.INCONCLUSIVE, "3 rounds must agree; use --rounds 3"),
        ([1.6, 1.6, 1.6], Verdict.FAIL, "fastest of 3 rounds 1.60 s, over 1.00 s"),
        ([1.6, 1.6, 1.5], Verdict.INCONCLUSIVE, "7 rounds must agree; use --rounds 7"),
        ([1.6, 1.6, 1.6, 1.0], Verdict.INCONCLUSIVE, "rounds take 1.00 s to 1.60 s, on both sides of 1.00 s"),
        ([1.1] * 6, Verdict.INCONCLUSIVE, "--rounds 7"),
        ([1.1] * 7, Verdict.FAIL, "over 1.00 s"),
        ([1.1] * 7 + [0.9], Verdict.INCONCLUSIVE, "both sides"),
    ],
)
def test_a_time_budget_is_decided_by_distance_or_by_seven_rounds_that_agree(
    walls_s: list[float], verdict: Verdict, reason: str
) -> None:
    judged_verdict, judged_reason = judge_time(walls_s, 1.0)
    assert judged_verdict is verdict
    assert reason in word(judged_reason)


@pytest.mark.parametrize(
    ("walls_s", "decided", "futile"),
    [
        ([], False, False),
        ([0.9] * 3, False, False),
        ([1.1] * 3, False, False),
        ([0.4] * 2, True, False),
        ([1.6] * 3, True, False),
        ([1.0, 1.1], True, True),
        ([0.5, 1.1], False, False),
        ([0.5, 0.5, 1.1], True, False),
    ],
)
def test_a_budget_needs_more_rounds_only_while_they_can_decide(
    walls_s: list[float], *, decided: bool, futile: bool
) -> None:
    assert is_decided(walls_s, 1.0) is decided
    assert is_futile(walls_s, 1.0) is futile


@given(walls, st.lists(st.floats(min_value=1.0, max_value=5.0), min_size=12, max_size=12))
def test_slower_rounds_never_make_a_budget_look_better(walls_s: list[float], factors: list[float]) -> None:
    slower = [wall_s * factor for wall_s, factor in zip(walls_s, factors, strict=False)]
    assert SEVERITY[judge_time(slower, 1.0)[0]] >= SEVERITY[judge_time(walls_s, 1.0)[0]]


@given(walls, walls)
def test_a_futile_budget_stays_inconclusive_unless_much_faster_rounds_follow(
    walls_s: list[float], more: list[float]
) -> None:
    if is_futile(walls_s, 1.0):
        alike = [wall_s for wall_s in more if wall_s > 0.5]
        assert judge_time([*walls_s, *alike], 1.0)[0] is Verdict.INCONCLUSIVE


@given(walls)
def test_an_inconclusive_budget_is_decided_by_the_rounds_of_its_remedy(walls_s: list[float]) -> None:
    if walls_s and not is_decided(walls_s, 1.0):
        _, reason = judge_time(walls_s, 1.0)
        (remedy,) = reason.remedies
        rounds = remedy.rounds
        assert rounds is not None
        assert rounds > len(walls_s)
        assert is_decided([*walls_s, *[min(walls_s)] * (rounds - len(walls_s))], 1.0)


@given(walls.flatmap(lambda values: st.tuples(st.just(values), st.permutations(values))))
def test_the_order_of_the_rounds_does_not_matter(pair: tuple[list[float], list[float]]) -> None:
    assert judge_time(pair[0], 1.0) == judge_time(pair[1], 1.0)


def test_no_reduction_is_judged_against_a_baseline_without_wall_time(result: Results) -> None:
    check = only_check(judge_limits(result([1.0]), Limits(goal_reduction=0.5), result([0.0]), word))
    assert (check.verdict, check.measured) == (Verdict.INCONCLUSIVE, None)
    assert "the wall time of the baseline is 0" in check.reason


def test_a_target_without_limits_has_no_budget(result: Results) -> None:
    assert judge_limits(result([1.0]), Limits(), None, word) is None


def test_a_budget_shows_the_median_wall_time(result: Results) -> None:
    check = only_check(judge_limits(result([0.4, 0.1, 0.2]), Limits(budget_s=1.0), None, word))
    assert (check.key, check.limit, check.measured, check.verdict) == ("budget", 1.0, 0.2, Verdict.PASS)
    assert check.gates


def test_rounds_of_other_kinds_are_not_compared_with_the_budget(result: Results) -> None:
    cold = result([9.0] * 3, sample={"kind": RoundKind.COLD}).samples
    warm = result([0.4] * 3)
    mixed = result(samples=cold + warm.samples)
    assert judge_limits(mixed, Limits(budget_s=1.0), None, word) == judge_limits(warm, Limits(budget_s=1.0), None, word)


@pytest.mark.parametrize(
    ("walls_s", "limits", "verdict"),
    [
        ([0.4] * 3, Limits(budget_s=1.0), Verdict.PASS),
        ([1.6] * 3, Limits(budget_s=1.0), Verdict.INCONCLUSIVE),
        ([0.4] * 3, Limits(goal_s=1.0), Verdict.PASS),
        ([1.6] * 3, Limits(goal_s=1.0), Verdict.INCONCLUSIVE),
    ],
)
def test_rounds_that_ran_at_the_same_time_can_pass_but_never_fail(
    walls_s: list[float], limits: Limits, verdict: Verdict, result: Results
) -> None:
    check = only_check(judge_limits(result(walls_s, sample={"comparable": False}), limits, None, word))
    assert check.verdict is verdict
    assert ("--jobs" in check.reason) is (verdict is not Verdict.PASS)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "--max-time"),
        ({"status": Status.TIMEOUT, "message": "hung in conftest.py"}, "hung in conftest.py"),
        ({"status": Status.FAILED, "walls_s": [0.1] * 7}, "could not be collected (failed)"),
        (
            {"status": Status.COLLECTION_ERRORS, "walls_s": [0.1] * 7, "items": 0, "errors": 3},
            "only 3 errors",
        ),
    ],
)
def test_time_and_memory_of_a_target_that_was_not_collected_are_not_judged(
    changes: dict[str, Any], reason: str, result: Results
) -> None:
    limits = Limits(budget_s=1.0, goal_s=1.0, goal_reduction=0.1, memory_budget_bytes=2**30)
    budget = judge_limits(result(**changes), limits, result([1.0]), word)
    assert budget is not None
    assert [check.key for check in budget.checks] == ["budget", "goal", "goal-reduction", "memory-budget"]
    for check in budget.checks:
        assert check.verdict is Verdict.INCONCLUSIVE
        assert check.measured is None
        assert reason in check.reason


@pytest.mark.parametrize(
    ("peaks", "verdict"),
    [
        ([90, 100], Verdict.PASS),
        ([101, 150], Verdict.FAIL),
        ([100, 101], Verdict.INCONCLUSIVE),
    ],
)
def test_memory_fails_only_when_every_round_is_over(
    peaks: list[int], verdict: Verdict, result: Results, sample: Callable[..., Any]
) -> None:
    measured = result(samples=tuple(sample(1.0, peak_rss_bytes=peak) for peak in peaks))
    check = only_check(judge_limits(measured, Limits(memory_budget_bytes=100), None, word))
    assert (check.key, check.verdict, check.measured) == ("memory-budget", verdict, max(peaks))
    assert "100 B" in check.reason


@pytest.mark.parametrize(
    ("limits", "counts", "verdict", "reason"),
    [
        (Limits(max_warnings=0), {"warnings": 0}, Verdict.PASS, "warnings: 0, maximum 0"),
        (Limits(max_warnings=0), {"warnings": 1}, Verdict.FAIL, "warnings: 1, maximum 0"),
        (
            Limits(max_collection_warnings=1),
            {"warnings": 9, "collection_warnings": 1},
            Verdict.PASS,
            "collection warnings: 1, maximum 1",
        ),
        (
            Limits(max_collection_warnings=1),
            {"collection_warnings": 2},
            Verdict.FAIL,
            "collection warnings: 2, maximum 1",
        ),
        (Limits(max_errors=2), {"errors": 2}, Verdict.PASS, "errors: 2, maximum 2"),
        (Limits(max_errors=2), {"errors": 3}, Verdict.FAIL, "errors: 3, maximum 2"),
        (Limits(min_items=100), {"items": 100}, Verdict.PASS, "items: 100, minimum 100"),
        (Limits(min_items=100), {"items": 99}, Verdict.FAIL, "items: 99, minimum 100"),
    ],
)
def test_counts_are_judged_exactly(
    limits: Limits, counts: dict[str, int], verdict: Verdict, reason: str, result: Results
) -> None:
    check = only_check(judge_limits(result([1.0], **counts), limits, None, word))
    assert (check.verdict, check.reason) == (verdict, reason)


@pytest.mark.parametrize(
    ("status", "reason"), [(Status.OK, "no round was completed"), (Status.CRASHED, "could not be collected")]
)
def test_counts_of_a_target_that_was_not_collected_are_inconclusive(
    status: Status, reason: str, result: Results
) -> None:
    limits = Limits(max_warnings=0, max_errors=0, min_items=1)
    budget = judge_limits(result(status=status, counts=None), limits, None, word)
    assert budget is not None
    assert [check.key for check in budget.checks] == ["max-warnings", "max-errors", "min-items"]
    assert all(check.verdict is Verdict.INCONCLUSIVE and reason in check.reason for check in budget.checks)


@pytest.mark.parametrize(
    ("walls_s", "verdict", "reason"),
    [
        ([0.9, 1.0, 9.0], Verdict.PASS, "median 1.00 s, goal 1.00 s: reached"),
        ([0.9, 1.1, 1.2], Verdict.FAIL, "median 1.10 s, goal 1.00 s: not reached"),
    ],
)
def test_a_goal_is_reported_and_never_fails_the_budget(
    walls_s: list[float], verdict: Verdict, reason: str, result: Results
) -> None:
    budget = judge_limits(result(walls_s), Limits(goal_s=1.0), None, word)
    check = only_check(budget)
    assert (check.verdict, check.reason, check.gates) == (verdict, reason, False)
    assert budget is not None
    assert budget.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("now_s", "verdict", "measured", "reason"),
    [
        (1.0, Verdict.PASS, 0.75, "4.00 s -> 1.00 s: -75 %, goal -75 %: reached"),
        (2.0, Verdict.FAIL, 0.5, "4.00 s -> 2.00 s: -50 %, goal -75 %: not reached"),
    ],
)
def test_a_reduction_is_measured_against_the_baseline(
    now_s: float, verdict: Verdict, measured: float, reason: str, result: Results
) -> None:
    budget = judge_limits(result([now_s]), Limits(goal_reduction=0.75), result([4.0]), word)
    check = only_check(budget)
    assert (check.verdict, check.measured, check.reason, check.gates) == (verdict, measured, reason, False)


@pytest.mark.parametrize(
    ("base", "head", "limited", "verdict", "reason"),
    [
        ((10, 0), (2, 0), False, Verdict.PASS, "warnings: 10 -> 2: -80 %, goal -80 %: reached"),
        ((10, 0), (3, 0), False, Verdict.FAIL, "warnings: 10 -> 3: -70 %, goal -80 %: not reached"),
        ((10, 5), (10, 1), True, Verdict.PASS, "collection warnings: 5 -> 1: -80 %, goal -80 %: reached"),
        ((0, 0), (0, 0), False, Verdict.PASS, "warnings: none in the baseline, 0 now"),
        ((0, 0), (3, 0), False, Verdict.FAIL, "warnings: none in the baseline, 3 now"),
        (None, (3, 0), False, Verdict.INCONCLUSIVE, "no comparable baseline"),
        ((3, 0), None, False, Verdict.INCONCLUSIVE, "warnings were not counted: no round was completed"),
    ],
)
def test_a_reduction_of_warnings_is_a_goal_that_never_fails_the_budget(
    base: tuple[int, int] | None,
    head: tuple[int, int] | None,
    limited: bool,
    verdict: Verdict,
    reason: str,
    result: Results,
) -> None:
    def with_warnings(counts: tuple[int, int] | None) -> TargetResult:
        if counts is None:
            return result(counts=None)
        return result([1.0], warnings=counts[0], collection_warnings=counts[1])

    limits = Limits(warning_reduction=0.8, max_collection_warnings=9 if limited else None)
    budget = judge_limits(with_warnings(head), limits, None if base is None else with_warnings(base), word)
    assert budget is not None
    check = budget.checks[-1]
    assert (check.key, check.verdict, check.gates) == ("warning-reduction", verdict, False)
    assert reason in check.reason
    assert budget.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("head", "base", "reason"),
    [
        ({"walls_s": [1.0]}, None, "no comparable baseline"),
        ({"walls_s": [1.0]}, {}, "in the baseline: no timed round"),
        ({"walls_s": [1.0], "sample": {"comparable": False}}, {"walls_s": [4.0]}, "--jobs"),
        ({"walls_s": [1.0]}, {"walls_s": [4.0], "sample": {"comparable": False}}, "--jobs"),
    ],
)
def test_a_reduction_without_a_fair_comparison_is_inconclusive(
    head: dict[str, Any], base: dict[str, Any] | None, reason: str, result: Results
) -> None:
    baseline = None if base is None else result(**base)
    check = only_check(judge_limits(result(**head), Limits(goal_reduction=0.75), baseline, word))
    assert (check.verdict, check.measured) == (Verdict.INCONCLUSIVE, None)
    assert reason in check.reason


def test_the_worst_limit_decides_and_goals_do_not(result: Results) -> None:
    limits = Limits(budget_s=4.0, goal_s=0.1, min_items=100, max_warnings=0)
    budget = judge_limits(result([1.0] * 3, warnings=1), limits, None, word)
    assert budget is not None
    assert budget.verdict is Verdict.FAIL
    assert [check.verdict for check in budget.checks] == [
        Verdict.PASS,
        Verdict.FAIL,
        Verdict.FAIL,
        Verdict.PASS,
    ]


def beside(factor: float) -> dict[str, Any]:
    """Changes to samples: the workload takes this multiple of its nominal time."""
    return {"reference": Reference(wall_s=factor * NOMINAL_S, cpu_s=0.1)}


@pytest.mark.parametrize(
    ("wall_s", "slower", "verdict", "warning"),
    [
        (1.2, 1.0, Verdict.FAIL, ""),
        (1.2, 1.5, Verdict.FAIL, "but within it in reference seconds (800 ms): the machine is slow now"),
        (0.9, 1.0, Verdict.PASS, ""),
        (
            0.9,
            0.5,
            Verdict.PASS,
            "only because this machine is fast: other machines may need 1.80 s, the time in reference seconds",
        ),
    ],
)
def test_a_budget_is_judged_on_this_machine_and_the_other_figure_is_a_warning(
    wall_s: float, slower: float, verdict: Verdict, warning: str, result: Results
) -> None:
    measured = result([wall_s] * 7, sample=beside(slower))
    check = only_check(judge_limits(measured, Limits(budget_s=1.0), None, word))
    assert (check.verdict, check.measured) == (verdict, wall_s)
    assert check.reference_s == pytest.approx(wall_s / slower)
    assert check.reason.endswith("in reference seconds)")
    assert warning in check.warning
    assert bool(check.warning) is bool(warning)


def test_an_inconclusive_budget_and_a_goal_show_both_figures_without_a_warning(result: Results) -> None:
    measured = result([0.9, 1.1], sample=beside(2.0))
    budget = judge_limits(measured, Limits(budget_s=1.0, goal_s=0.8), None, word)
    assert budget is not None
    assert [check.warning for check in budget.checks] == ["", ""]
    assert all("(500 ms in reference seconds)" in check.reason for check in budget.checks)


def test_without_the_workload_a_budget_has_one_figure(result: Results) -> None:
    check = only_check(judge_limits(result([0.9] * 7), Limits(budget_s=1.0), None, word))
    assert check.reference_s is None
    assert "reference" not in check.reason


# Queueing

BUSY_S = 0.6


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"queued_s": BUSY_S, "threads_or_children": False}, Verdict.INCONCLUSIVE),
        ({"queued_s": 0.05, "threads_or_children": False}, Verdict.FAIL),
        ({"queued_s": BUSY_S, "threads_or_children": True}, Verdict.FAIL),
        ({"queued_s": BUSY_S, "threads_or_children": False, "noise": Noise(throttled_s=0.2)}, Verdict.FAIL),
        ({}, Verdict.FAIL),
    ],
    ids=["excused", "too little", "its own threads or children", "its own limit", "unknown"],
)
def test_only_queueing_that_the_suite_did_not_cause_excuses_a_budget(changes, verdict, result) -> None:
    taken = result([1.6] * 7, sample={"user_s": 0.9, **changes})
    budget = judge_limits(taken, Limits(budget_s=1.2), None, word)
    assert budget.verdict is verdict
    reason = budget.checks[0].reason
    assert ("over only because the machine was busy: 1.00 s without queueing for a CPU" in reason) is (
        verdict is Verdict.INCONCLUSIVE
    )
