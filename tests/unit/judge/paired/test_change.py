"""From a trial to a change: each verdict has the reason that a reader needs."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from collectbench.judge.paired.change import (
    EMPTY,
    FEWEST_FOR_INTERVAL,
    INTERRUPTED,
    OUT_OF_TIME,
    SPOILT,
    UNCHANGED,
    PairedTerms,
    paired_change,
    unaffected_change,
)
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import Pair, Panel, Trial
from collectbench.judge.paired.scale import RelativeMargin
from collectbench.model.comparison import Unaffected, Verdict
from collectbench.model.sample import Status
from collectbench.usecases.wording import word

MORE_PAIRS, MORE_TIME = "omit --rounds, or increase it", "allow more time with --max-time DURATION"
WIDER = "tolerate more with --margin PERCENT"


def panel(ratio=1.0, pairs=20, *, noise=0.02, slower=1.0, targets=1, **changes) -> Panel:
    """The panel after its last look: `unit` took `ratio` times as long, the reference workload `slower` times."""
    source = random.Random(3)
    made = tuple(
        Pair(
            base=2.0 * (1 + noise * source.random()),
            head=2.0 * ratio * (1 + noise * source.random()),
            base_reference_s=0.1 * (1 + noise * source.random()),
            head_reference_s=0.1 * slower * (1 + noise * source.random()),
        )
        for _ in range(pairs)
    )
    others = {f"other{number}": Trial(name=f"other{number}", pairs=made) for number in range(1, targets)}
    return look(Panel(trials={"unit": Trial(name="unit", pairs=made), **others}, **changes), last=True)


@pytest.fixture
def sides(result):
    base, head = result([2.0, 2.2, 2.1]), result([3.0, 3.2, 3.1])
    return base, head


def judged(sides, test, *, margin_floor=0.1, same_work=False, cut_short=None, fixed_pairs=None):
    terms = PairedTerms(
        panel=test, margin_floor=margin_floor, word=word, cut_short=cut_short, fixed_pairs=fixed_pairs
    )  # fmt: skip
    return paired_change(*sides, terms, same_work=same_work)


def test_growth_beyond_the_margin_fails_with_its_interval_and_p_value(sides) -> None:
    change = judged(sides, panel(1.5))
    assert change.verdict is Verdict.FAIL
    assert change.ratio == pytest.approx(1.5, rel=0.02)
    assert change.ci95[0] < change.ratio < change.ci95[1]
    assert (change.pairs, change.margin) == (20, 0.1)
    assert change.p_value <= 0.01
    assert change.minimum_detectable_effect > change.margin
    assert (change.base_wall_s, change.head_wall_s) == (2.1, 3.1)
    assert "CPU +50 %" in change.reason
    assert change.reason.endswith("20 pairs), over the 10 % margin")


def test_growth_within_the_margin_passes(sides) -> None:
    change = judged(sides, panel(1.0))
    assert change.verdict is Verdict.PASS
    assert change.reason.endswith("20 pairs), within the 10 % margin")


def test_growth_below_50_ms_passes_however_large_its_share_of_a_short_target(sides) -> None:
    short = panel(1.0)
    pairs = tuple(Pair(base=pair.base / 20, head=pair.head / 20 * 1.3) for pair in short.trials["unit"].pairs)
    change = judged(sides, look(Panel(trials={"unit": Trial(name="unit", pairs=pairs)}), last=True))
    assert (change.verdict, change.margin) == (Verdict.PASS, pytest.approx(0.5, rel=0.03))


def test_an_inconclusive_change_names_the_detectable_growth_and_the_way_to_a_decision(sides) -> None:
    change = judged(sides, panel(1.1, noise=0.2))
    assert change.verdict is Verdict.INCONCLUSIVE
    assert "indistinguishable from the 10 % margin; growth above " in change.reason
    assert change.reason.endswith(f"{MORE_TIME}, or {WIDER}")
    fewer = judged(sides, panel(1.1, 10, noise=0.2))
    assert fewer.reason.endswith(f"would have been detected; {MORE_TIME}")


@pytest.mark.parametrize(
    ("pairs", "fixed_pairs", "cut_short", "advice"),
    [
        (3, 3, None, f"of any size here; {MORE_PAIRS}, or name fewer targets"),
        (3, 9, OUT_OF_TIME, f"of any size here; {MORE_TIME}, or name fewer targets"),
        (10, 10, None, f"would have been detected; {MORE_PAIRS}"),
        (10, 12, None, f"would have been detected; {MORE_PAIRS}"),  # two were spoilt
        (10, 10, OUT_OF_TIME, f"would have been detected; {MORE_PAIRS}"),
        (10, 12, OUT_OF_TIME, f"would have been detected; {MORE_TIME}"),
        (25, 25, None, f"would have been detected; {MORE_PAIRS}, or {WIDER}"),
    ],
)
def test_more_time_is_not_advised_if_the_user_fixed_the_number_of_pairs(
    pairs, fixed_pairs, cut_short, advice, sides
) -> None:
    change = judged(sides, panel(1.1, pairs, noise=0.2), cut_short=cut_short, fixed_pairs=fixed_pairs)
    assert change.verdict is Verdict.INCONCLUSIVE
    assert change.reason.endswith(advice)


@pytest.mark.parametrize(("pairs", "shown"), [(1, "1 pair"), (3, "3 pairs")])
def test_too_few_pairs_have_neither_interval_nor_detectable_growth(pairs, shown, sides) -> None:
    change = judged(sides, panel(3.0, pairs))
    assert (change.verdict, change.ci95, change.minimum_detectable_effect) == (Verdict.INCONCLUSIVE, None, None)
    assert f"({shown})" in change.reason
    assert f"{shown} cannot show growth of any size here; {MORE_TIME}" in change.reason
    assert judged(sides, panel(3.0, FEWEST_FOR_INTERVAL)).ci95 is not None


@pytest.mark.parametrize(("ratio", "targets"), [(0.5, 1), (1.0, 1), (1.1, 1), (2.0, 1), (0.5, 3), (2.0, 3), (1.1, 50)])
def test_each_timed_target_has_a_detectable_growth(ratio, targets, sides) -> None:
    change = judged(sides, panel(ratio, targets=targets))
    assert change.minimum_detectable_effect >= change.margin


@pytest.mark.simulation
def test_among_many_targets_only_larger_growth_is_detected(sides) -> None:
    effects = [judged(sides, panel(1.1, targets=number)).minimum_detectable_effect for number in (1, 10, 40)]
    assert effects == sorted(effects)
    assert effects[0] < effects[-1]


def test_a_machine_that_was_slower_during_heads_rounds_turns_a_failure_into_doubt(sides) -> None:
    change = judged(sides, panel(1.4, slower=1.4))
    assert change.verdict is Verdict.INCONCLUSIVE
    assert "over the 10 % margin, but the machine was slower during head's rounds (+40 %" in change.reason
    assert change.reason.endswith("measure both sides again")
    assert judged(sides, panel(1.4, slower=1.0)).verdict is Verdict.FAIL


def test_the_users_margin_is_used(sides) -> None:
    change = judged(sides, panel(1.5, margin=RelativeMargin(floor=1.0)), margin_floor=1.0)
    assert (change.verdict, change.margin) == (Verdict.PASS, 1.0)


def test_an_unchanged_target_passes_without_a_pair(sides) -> None:
    change = judged(sides, Panel(trials={}), same_work=True, cut_short=OUT_OF_TIME)
    assert (change.verdict, change.reason, change.pairs, change.ratio) == (Verdict.PASS, word(UNCHANGED), 0, None)


def test_a_target_that_its_counters_fail_is_left_open_without_a_pair(sides) -> None:
    terms = PairedTerms(panel=Panel(trials={}), margin_floor=0.1, word=word)
    change = paired_change(*sides, terms, same_work=False, failed_by_counters=True)
    reason = "not timed: its counters fail already; time it nevertheless with --full"
    assert (change.verdict, change.reason, change.pairs) == (Verdict.INCONCLUSIVE, reason, 0)


def test_a_target_that_was_not_measured_says_which_run_vouches_for_it() -> None:
    unaffected = Unaffected(baseline="main", created="2026-01-02T03:04:05Z", commit="0123456789abcdef", files=1204)
    change = unaffected_change(unaffected, word, 0.1)
    assert (change.verdict, change.pairs, change.ratio) == (Verdict.PASS, 0, None)
    assert change.reason == (
        "unaffected: none of the 1,204 files that it reads changed since the baseline main at 0123456789, so it was "
        "not measured; time unchanged targets as well with --full"
    )
    outside_git = unaffected_change(replace(unaffected, commit=None), word, 0.1)
    assert "since the baseline main, so it" in outside_git.reason


def test_an_unchanged_target_that_was_timed_is_judged_by_its_pairs(sides) -> None:
    change = judged(sides, panel(1.0), same_work=True)
    assert (change.verdict, change.pairs) == (Verdict.PASS, 20)


@pytest.mark.parametrize(("cut_short", "reason"), [(OUT_OF_TIME,) * 2, (INTERRUPTED,) * 2, (None, SPOILT)])
@pytest.mark.parametrize("untimed", [Panel(trials={}), Panel(trials={"unit": Trial(name="unit")})])
def test_a_target_without_a_pair_names_the_reason(untimed, cut_short, reason, sides) -> None:
    change = judged(sides, untimed, cut_short=cut_short)
    assert (change.verdict, change.reason, change.pairs) == (Verdict.INCONCLUSIVE, word(reason), 0)


@pytest.mark.parametrize("broken", [0, 1])
def test_a_side_that_cannot_be_collected_cannot_be_compared(broken, sides) -> None:
    both = [replace(side, status=Status.FAILED, message="no") if place == broken else side
            for place, side in enumerate(sides)]  # fmt: skip
    change = judged(both, panel(3.0))
    assert change.verdict is Verdict.INCOMPARABLE
    assert change.reason.startswith(("at the base, ", "now, ")[broken])
    assert change.reason.endswith("the target could not be collected (failed): no")


def test_an_empty_head_is_not_compared(result) -> None:
    empty = result([1.0], items=0, status=Status.EMPTY)
    assert judged((result([1.0]), empty), Panel(trials={})).reason == word(EMPTY)


def test_a_side_that_was_not_measured_in_time_is_not_called_empty(result) -> None:
    never = result(counts=None, nodeids_sha256=None)
    for both in ((result([1.0]), never), (never, never)):
        change = judged(both, Panel(trials={}), cut_short=OUT_OF_TIME)
        assert (change.verdict, change.reason) == (Verdict.INCONCLUSIVE, word(OUT_OF_TIME))
