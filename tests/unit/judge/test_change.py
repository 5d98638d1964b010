"""The change between two stored results: the interval against the margin, and the guard against drift."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.change import Clock, incomparable_change, judge_change, margin
from collectbench.judge.reference_seconds import NOMINAL_S
from collectbench.model.comparison import Verdict
from collectbench.model.run import TargetResult
from collectbench.model.sample import Reference, RoundKind, Status
from collectbench.usecases.wording import word

Results = Callable[..., TargetResult]

STEADY = [1.0, 1.01, 1.02, 1.0, 1.01, 1.02, 1.0, 1.01]
seconds = st.floats(min_value=0.05, max_value=100.0)
rounds = st.lists(seconds, min_size=3, max_size=12)
phases = st.fixed_dictionaries(
    {
        "interpreter": st.floats(min_value=0.01, max_value=1),
        "pytest-import": st.floats(min_value=0.01, max_value=1),
    }
)


def times(factor: float) -> list[float]:
    """Steady rounds of this many seconds."""
    return [factor * second for second in STEADY]


def drifted(factor: float) -> dict[str, Any]:
    """Changes to samples: the phases that no test influences take this multiple of the usual 0.2 s."""
    return {"phases": {"interpreter": 0.02 * factor, "pytest-import": 0.18 * factor}}


@pytest.mark.parametrize(
    ("base_median_s", "floor", "expected"),
    [(10.0, 0.10, 0.10), (0.5, 0.10, 0.10), (0.25, 0.10, 0.20), (10.0, 0.02, 0.02), (0.25, 0.30, 0.30)],
)
def test_the_margin_is_its_floor_or_fifty_milliseconds(base_median_s: float, floor: float, expected: float) -> None:
    assert margin(base_median_s, floor) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("head", "verdict", "reason"),
    [
        (times(1.0), Verdict.PASS, "CPU +0.0 %, within the 10 % margin (-2.0 % to +2.0 %)"),
        (times(0.5), Verdict.PASS, "CPU -50 %, within the 10 % margin"),
        (times(1.2), Verdict.FAIL, "CPU +20 %, over the 10 % margin (+18 % to +22 %)"),
        (times(1.1), Verdict.INCONCLUSIVE, "CPU +10 % ("),
    ],
)
def test_the_whole_interval_has_to_lie_on_one_side_of_the_margin(
    head: list[float], verdict: Verdict, reason: str, result: Results
) -> None:
    change = judge_change(result(STEADY), result(head), word)
    assert change.verdict is verdict
    assert change.reason.startswith(reason)
    assert change.ci95 is not None
    assert (change.pairs, change.p_value) == (None, None)


def test_an_inconclusive_change_names_the_detectable_growth_and_a_remedy(result: Results) -> None:
    base = result([1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    change = judge_change(base, result([1.0, 1.0, 1.0, 1.0, 1.0, 1.25]), word)
    assert change.verdict is Verdict.INCONCLUSIVE
    assert change.minimum_detectable_effect == pytest.approx(0.10)
    assert (
        "indistinguishable from the 10 % margin; growth above 10 % would have been detected; measure both sides with"
        " --rounds 12"
    ) in change.reason


@given(rounds, rounds)
def test_growth_above_the_minimum_detectable_effect_would_have_failed(
    result: Results, base: list[float], head: list[float]
) -> None:
    change = judge_change(result(base), result(head), word)
    assert change.ratio is not None
    assert change.minimum_detectable_effect is not None
    factor = (1 + change.minimum_detectable_effect) / change.ratio
    above, below = ([factor * nudge * second for second in head] for nudge in (1.0001, 0.9999))
    assert judge_change(result(base), result(above), word).verdict is Verdict.FAIL
    assert judge_change(result(base), result(below), word).verdict is not Verdict.FAIL


@given(rounds)
def test_a_tree_compared_with_itself_never_fails(result: Results, walls_s: list[float]) -> None:
    change = judge_change(result(walls_s), result(walls_s), word)
    assert change.verdict in {Verdict.PASS, Verdict.INCONCLUSIVE}
    assert change.ratio == pytest.approx(1.0)


@given(rounds, rounds)
def test_the_interval_holds_the_ratio(result: Results, base: list[float], head: list[float]) -> None:
    change = judge_change(result(base), result(head), word)
    assert (change.ci95 is None) == (min(len(base), len(head)) < 6)
    if change.ci95 is not None:
        assert change.ratio is not None
        assert change.ci95[0] <= change.ratio <= change.ci95[1]


@given(rounds, rounds, st.floats(min_value=1.0, max_value=100.0))
def test_a_machine_that_is_slower_throughout_gives_the_same_ratio(
    result: Results, base: list[float], head: list[float], factor: float
) -> None:
    change = judge_change(result(base), result(head), word)
    scaled = judge_change(
        result([factor * second for second in base]), result([factor * second for second in head]), word
    )
    assert scaled.ratio == pytest.approx(change.ratio)
    assert scaled.ci95 == (None if change.ci95 is None else pytest.approx(change.ci95))


@given(rounds, st.data())
def test_the_order_of_the_rounds_does_not_matter(result: Results, walls_s: list[float], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(walls_s))
    base = result(STEADY)
    assert judge_change(base, result(shuffled), word) == judge_change(base, result(walls_s), word)


@given(rounds, rounds, phases, phases)
def test_a_reference_workload_never_turns_inconclusive_into_pass_or_fail(
    result: Results, base: list[float], head: list[float], base_phases: dict[str, float], head_phases: dict[str, float]
) -> None:
    unguarded = judge_change(result(base, sample={"phases": {}}), result(head, sample={"phases": {}}), word)
    guarded = judge_change(
        result(base, sample={"phases": base_phases}), result(head, sample={"phases": head_phases}), word
    )
    assert guarded.verdict in {unguarded.verdict, Verdict.INCONCLUSIVE}
    assert guarded.ratio == unguarded.ratio


def beside(factor: float, start: float = 1.0) -> dict[str, Any]:
    """Changes to samples: the workload takes this multiple of its nominal time, and the start of pytest likewise."""
    took_s = factor * NOMINAL_S
    return {"reference": Reference(wall_s=took_s, cpu_s=took_s), **drifted(factor * start)}


@pytest.mark.parametrize(
    ("growth", "drift", "verdict", "reason"),
    [
        (1.3, 1.0, Verdict.FAIL, "over the 10 % margin"),
        (
            1.3,
            1.3,
            Verdict.INCONCLUSIVE,
            "the machine was slower during head's rounds (+30 % for the reference workload, which no",
        ),
        (
            1.0,
            0.8,
            Verdict.INCONCLUSIVE,
            "the machine was faster during head's rounds (-20 % for the reference workload, which no",
        ),
    ],
)
def test_the_reference_workload_shows_the_drift_if_both_sides_have_it(
    growth: float, drift: float, verdict: Verdict, reason: str, result: Results
) -> None:
    head = result(times(growth), sample={**beside(drift), **drifted(1.0)})
    change = judge_change(result(STEADY, sample=beside(1.0)), head, word)
    assert change.verdict is verdict
    assert reason in change.reason


@pytest.mark.parametrize(
    ("growth", "start", "verdict"),
    [(1.0, 1.0, Verdict.PASS), (1.3, 1.0, Verdict.FAIL), (1.3, 1.4, Verdict.INCONCLUSIVE)],
)
def test_two_machines_are_compared_in_reference_seconds(
    growth: float, start: float, verdict: Verdict, result: Results
) -> None:
    base, head = result(STEADY, sample=beside(1.0)), result(times(2 * growth), sample=beside(2.0, start))
    change = judge_change(base, head, word, clock=Clock.REFERENCE)
    assert (change.verdict, change.ratio) == (verdict, pytest.approx(growth))
    assert change.reason.removesuffix("; measure both sides again").endswith("; in reference seconds")
    assert change.head_wall_s == pytest.approx(2 * (change.head_reference_wall_s or 0))
    assert judge_change(base, head, word).verdict is not Verdict.PASS


@pytest.mark.parametrize(
    "head",
    [
        {},
        beside(4.0),
        {"reference": Reference(wall_s=NOMINAL_S, cpu_s=0.0)},
    ],
    ids=["none", "too slow a machine", "no CPU time"],
)
def test_machines_without_reference_seconds_are_compared_as_measured(head: dict[str, Any], result: Results) -> None:
    change = judge_change(result(STEADY, sample=beside(1.0)), result(STEADY, sample=head), word, clock=Clock.REFERENCE)
    assert change.ratio == pytest.approx(1.0)
    assert "in reference seconds" not in change.reason


@pytest.mark.parametrize(
    ("growth", "drift", "verdict", "reason"),
    [
        (1.3, 1.0, Verdict.FAIL, "over the 10 % margin"),
        (1.3, 1.3, Verdict.INCONCLUSIVE, "the machine was slower during head's rounds (+30 % for starting Python"),
        (1.3, 1.05, Verdict.FAIL, "over the 10 % margin"),
        (1.3, 0.7, Verdict.FAIL, "over the 10 % margin"),
        (1.0, 1.0, Verdict.PASS, "within the 10 % margin"),
        (1.0, 0.8, Verdict.INCONCLUSIVE, "the machine was faster during head's rounds (-20 % for starting Python"),
        (1.0, 0.97, Verdict.PASS, "within the 10 % margin"),
        (1.0, 1.5, Verdict.PASS, "within the 10 % margin"),
    ],
)
def test_a_verdict_that_the_drift_of_the_machine_explains_is_inconclusive(
    growth: float, drift: float, verdict: Verdict, reason: str, result: Results
) -> None:
    change = judge_change(result(STEADY), result(times(growth), sample=drifted(drift)), word)
    assert change.verdict is verdict
    assert reason in change.reason


@pytest.mark.parametrize("recorded", [{}, {"interpreter": 0.02}, {"interpreter": 0.02, "pytest-import": 0.0}])
def test_without_the_reference_phases_the_drift_is_not_judged(recorded: dict[str, float], result: Results) -> None:
    base = result(STEADY, sample={"phases": recorded})
    assert judge_change(base, result(times(1.3), sample=drifted(9.0)), word).verdict is Verdict.FAIL


def test_cpu_time_decides_and_waiting_does_not(result: Results) -> None:
    waiting = result([5.0] * 8, sample={"user_s": 0.9, "system_s": 0.1})
    change = judge_change(result([1.0] * 8), waiting, word)
    assert change.verdict is Verdict.PASS
    assert change.ratio == pytest.approx(1.0)
    assert (change.base_wall_s, change.head_wall_s) == (1.0, 5.0)


def test_three_rounds_are_judged_by_their_full_range(result: Results) -> None:
    change = judge_change(result([1.0, 1.02, 1.04]), result([1.3, 1.32, 1.34]), word)
    assert (change.verdict, change.ci95) == (Verdict.FAIL, None)
    assert "+25 % to +34 %, the full range of the rounds: a 95 % interval needs six" in change.reason


def test_the_margin_floor_decides_how_much_growth_is_tolerated(result: Results) -> None:
    base, head = result(times(10)), result(times(11.5))
    assert judge_change(base, head, word).verdict is Verdict.FAIL
    tolerant = judge_change(base, head, word, margin_floor=0.2)
    assert (tolerant.verdict, tolerant.margin) == (Verdict.PASS, 0.2)


@pytest.mark.parametrize(
    ("base", "head", "reason"),
    [
        (
            [1.0] * 2,
            [1.0] * 5,
            "timed rounds in the baseline: 2; at least 3 are needed; record the baseline again with --rounds 3, at its",
        ),
        ([1.0] * 5, [], "timed rounds now: 0; at least 3 are needed; compare again with --rounds 3"),
    ],
)
def test_fewer_than_three_rounds_are_inconclusive_and_say_how_to_get_more(
    base: list[float], head: list[float], reason: str, result: Results
) -> None:
    change = judge_change(result(base), result(head), word)
    assert (change.verdict, change.ratio, change.ci95) == (Verdict.INCONCLUSIVE, None, None)
    assert reason in change.reason


def test_only_timed_rounds_are_compared(result: Results) -> None:
    cold = result([9.0] * 8, sample={"kind": RoundKind.COLD}).samples
    head = result(samples=cold + result(STEADY).samples)
    assert judge_change(result(STEADY), head, word) == judge_change(result(STEADY), result(STEADY), word)


@pytest.mark.parametrize("user_s", [0.0, 5e-324])
def test_rounds_without_cpu_time_are_inconclusive(user_s: float, result: Results) -> None:
    idle = result(STEADY, sample={"user_s": user_s, "system_s": 0.0})
    for base, head, where in ((result(STEADY), idle, "now"), (idle, result(STEADY), "in the baseline")):
        change = judge_change(base, head, word)
        assert change.verdict is Verdict.INCONCLUSIVE
        assert f"no CPU time for a round {where}" in change.reason


@pytest.mark.parametrize("side", ["base", "head"])
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"sample": {"comparable": False}}, "without --jobs"),
        ({"status": Status.FAILED, "message": "conftest.py"}, "could not be collected (failed): conftest.py"),
    ],
)
def test_a_side_that_was_not_measured_alone_or_not_collected_is_incomparable(
    side: str, changes: dict[str, Any], reason: str, result: Results
) -> None:
    results = {"base": result(STEADY), "head": result(STEADY)} | {side: result(STEADY, **changes)}
    change = judge_change(results["base"], results["head"], word)
    assert (change.verdict, change.ratio) == (Verdict.INCOMPARABLE, None)
    assert reason in change.reason
    assert ("baseline" if side == "base" else "now") in change.reason


def test_an_incomparable_change_has_a_reason_and_no_ratio(result: Results) -> None:
    change = incomparable_change("another machine", result([2.0]), result([3.0]), margin_floor=0.2)
    assert (change.verdict, change.reason) == (Verdict.INCOMPARABLE, "another machine")
    assert (change.base_wall_s, change.head_wall_s, change.margin) == (2.0, 3.0, 0.2)
    assert incomparable_change("no results at all").base_wall_s is None
