"""The paired test, held against brute force, scipy and simulated machines."""

from __future__ import annotations

import itertools
import math
import random
import statistics
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap, permutation_test

from collectbench.judge.paired.test import (
    ALPHA,
    LOOKS,
    Pair,
    Panel,
    Trial,
    detectable,
    detectable_effect,
    estimate,
    holm,
    is_contaminated,
    look,
    reference_ratio,
    sign_flip,
    tolerated,
)
from collectbench.model.comparison import Verdict

pytestmark = pytest.mark.simulation

TIMES = st.floats(min_value=0.01, max_value=100.0)
LOGS = st.integers(min_value=-40, max_value=40).map(lambda eighths: eighths / 8)  # sums of them are exact
PAIRED_LOGS = st.lists(st.tuples(LOGS, LOGS), min_size=1, max_size=8)
P_VALUES = st.sampled_from([0.0001, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.5, 1.0])


def flips(base, head, *, over=0.01, under=0.01, seed=1):
    return sign_flip(base, head, over=over, under=under, source=random.Random(seed))


def difference(base: Sequence[float], head: Sequence[float]) -> Fraction:
    """The statistic as its definition has it: in exact fractions, each of the faster half written down twice."""
    half = math.ceil(len(base) / 2)
    means = [[Fraction(value) for value in (*sorted(side), *sorted(side)[:half])] for side in (base, head)]
    return sum(means[1], Fraction()) - sum(means[0], Fraction())


def trial(ratio=1.0, pairs=20, noise=0.05, seed=0, name="unit", **changes) -> Trial:
    """Pairs of about two seconds from a machine whose speed drifts and that is disturbed now and then."""
    source = random.Random(seed)
    made, speed = [], 0.0
    for _ in range(pairs):
        speed = 0.7 * speed + source.gauss(0, noise)
        burst = 0.3 if source.random() < 0.1 else 0.0
        base, head = (2 * math.exp(speed + source.gauss(0, noise) + burst * source.random()) for _ in range(2))
        made.append(Pair(base_s=base, head_s=head * ratio))
    return replace(Trial(name=name, pairs=tuple(made)), **changes)


def judged(*trials: Trial, looks=LOOKS, seed=0) -> Panel:
    """The panel after all looks, each at the pairs that there would have been by then."""
    panel = Panel(trials={each.name: replace(each, pairs=()) for each in trials}, seed=seed)
    pairs = {each.name: each.pairs for each in trials}
    for count in looks:
        for name in panel.live:
            panel = panel.with_trial(replace(panel.trials[name], pairs=pairs[name][:count]))
        panel = look(panel, last=count == looks[-1])
    return panel


# The sign-flip test


@given(PAIRED_LOGS)
def test_few_pairs_are_tested_by_all_flips_as_brute_force_has_it(pairs):
    base, head = zip(*pairs, strict=True)
    observed = difference(base, head)
    outcomes = [
        difference(*zip(*(pair[::sign] for pair, sign in zip(pairs, signs, strict=True)), strict=True))
        for signs in itertools.product((1, -1), repeat=len(pairs))
    ]

    tails = flips(base, head)

    assert tails.at_least == sum(value >= observed for value in outcomes) / len(outcomes)
    assert tails.at_most == sum(value <= observed for value in outcomes) / len(outcomes)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(LOGS, LOGS), min_size=2, max_size=7))
def test_few_pairs_are_tested_as_scipy_tests_them(pairs):
    base, head = zip(*pairs, strict=True)

    def statistic(one, other):
        return float(difference(list(one), list(other)))

    for alternative, found in (("greater", flips(base, head).at_least), ("less", flips(base, head).at_most)):
        theirs = permutation_test(
            (base, head), statistic, permutation_type="samples", alternative=alternative, n_resamples=math.inf
        )
        assert found == pytest.approx(theirs.pvalue)


def test_many_pairs_are_tested_by_random_flips_that_agree_with_all_of_them():
    one = trial(1.03, pairs=13, seed=3)
    base = [math.log(pair.base_s) for pair in one.pairs]
    head = [math.log(pair.head_s) for pair in one.pairs]
    observed = float(difference(base, head)) - 1e-12
    exceeding = 0
    for signs in itertools.product((0, 1), repeat=13):
        swapped = [(h, b) if sign else (b, h) for b, h, sign in zip(base, head, signs, strict=True)]
        sides = [sorted(side) for side in zip(*swapped, strict=True)]
        exceeding += sum(sides[1]) + sum(sides[1][:7]) - sum(sides[0]) - sum(sides[0][:7]) >= observed
    exact = exceeding / 2**13

    found = flips(base, head, over=0.0005).at_least

    assert 0.01 < exact < 0.5
    assert found == pytest.approx(exact, rel=0.35)


def test_as_many_random_flips_are_taken_as_the_error_asks_for():
    base = [number / 100 for number in range(20)]
    tails = flips(base, [value + 1 for value in base], over=0.0001, under=0.5)

    assert tails.at_least <= 0.0001
    assert tails.at_least > 0


@given(PAIRED_LOGS)
def test_swapping_the_sides_swaps_the_tails(pairs):
    base, head = zip(*pairs, strict=True)
    one, other = flips(base, head), flips(head, base)

    assert (one.at_least, one.at_most) == (other.at_most, other.at_least)


@given(PAIRED_LOGS, st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_does_not_matter(pairs, shuffler):
    shuffled = list(pairs)
    shuffler.shuffle(shuffled)

    assert flips(*zip(*pairs, strict=True)) == flips(*zip(*shuffled, strict=True))


@given(PAIRED_LOGS)
def test_a_p_value_is_never_smaller_than_one_of_all_flips_can_be(pairs):
    tails = flips(*zip(*pairs, strict=True))

    assert min(tails.at_least, tails.at_most) >= 0.5 ** len(pairs)
    assert tails.at_least + tails.at_most > 1  # the observed one is in both


def test_without_pairs_nothing_speaks_against_anything():
    tails = flips((), ())
    assert (tails.at_least, tails.at_most) == (1.0, 1.0)


# Holm


def rejected_by_closure(p_values, alpha):
    """By the closure principle: rejected is what a Bonferroni test rejects in every set that holds it."""
    names = list(p_values)
    subsets = [set(some) for size in range(1, len(names) + 1) for some in itertools.combinations(names, size)]
    rejecting = [any(p_values[name] <= alpha / len(subset) for name in subset) for subset in subsets]
    return {
        name
        for name in names
        if all(rejects for subset, rejects in zip(subsets, rejecting, strict=True) if name in subset)
    }


@given(st.dictionaries(st.sampled_from("abcdef"), P_VALUES, min_size=1), st.sampled_from([0.01, 0.003]))
def test_holm_rejects_what_the_closure_principle_rejects(p_values, alpha):
    granted = holm(p_values, alpha)

    assert {name for name, each in granted.items() if each.rejected} == rejected_by_closure(p_values, alpha)


def test_holm_holds_each_target_against_its_share_of_what_is_left():
    granted = holm({"a": 0.001, "b": 0.004, "c": 0.5}, 0.012)

    assert {name: round(each.level, 6) for name, each in granted.items()} == {"a": 0.004, "b": 0.006, "c": 0.012}
    assert [granted[name].rejected for name in "abc"] == [True, True, False]


def test_what_stands_behind_one_that_is_not_rejected_is_not_rejected_either():
    granted = holm({"a": 0.004, "b": 0.0041, "c": 0.0042, "d": 0.0043}, 0.012)

    assert not any(each.rejected for each in granted.values())
    assert {each.level for each in granted.values()} == {0.003}


# Looks


@pytest.mark.parametrize("looks", [1, 2, 3, 4, 10])
def test_all_looks_together_spend_no_more_than_the_error(looks):
    panel = judged(trial(1.1, pairs=80, noise=0.2), looks=[10 + 5 * number for number in range(looks)])

    assert panel.spent_over <= ALPHA * (1 + 1e-12)
    assert panel.spent_under == pytest.approx(ALPHA)


def test_the_looks_come_at_10_15_and_20_pairs_and_then_every_five():
    assert [Panel(trials={}, looks=looks).next_look for looks in range(6)] == [10, 15, 20, 25, 30, 35]


def test_a_tree_held_against_itself_passes_at_the_first_look():
    found = judged(trial(noise=0.02)).trials["unit"]

    assert (found.decided, len(found.pairs)) == (Verdict.PASS, 10)


def test_a_clear_slowdown_fails_and_a_clear_speed_up_passes():
    found = judged(trial(1.5, name="slow"), trial(0.5, name="quick")).trials

    assert {name: each.decided for name, each in found.items()} == {"slow": Verdict.FAIL, "quick": Verdict.PASS}


def test_a_growth_just_at_the_margin_is_neither_passed_nor_failed():
    found = judged(trial(1.1, seed=5)).trials["unit"]

    assert found.decided is None
    assert len(found.pairs) == 20


def test_what_is_decided_is_not_judged_again():
    panel = look(Panel(trials={"unit": trial(1.5, pairs=10)}))
    again = look(panel.with_trial(replace(panel.trials["unit"], pairs=trial(pairs=15).pairs)))

    assert again.trials["unit"].decided is Verdict.FAIL
    assert again.trials["unit"].p_over == panel.trials["unit"].p_over


def test_a_look_at_which_no_target_could_fail_spends_nothing_on_failing():
    many = {str(number): trial(1.5, pairs=10, name=str(number), seed=number) for number in range(30)}
    panel = look(Panel(trials=many))

    assert panel.spent_over == 0.0
    assert panel.spent_under > 0
    assert not [each for each in panel.trials.values() if each.decided is Verdict.FAIL]
    assert {each.level for each in panel.trials.values()} == {0.0}


def test_a_target_without_a_pair_stays_undecided():
    panel = look(Panel(trials={"unit": Trial(name="unit")}), last=True)

    assert panel.trials["unit"].decided is None


def test_few_pairs_decide_nothing_even_at_the_last_look():
    panel = look(Panel(trials={"unit": trial(2.0, pairs=5)}), last=True)

    assert panel.trials["unit"].decided is None
    assert panel.trials["unit"].level == 0.0


def test_a_seed_decides_everything():
    noisy = trial(1.12, noise=0.2, seed=8)

    assert judged(noisy, seed=3) == judged(noisy, seed=3)


def test_growth_of_just_the_margin_fails_hardly_ever():
    """The true error is 1 %: more than 6 of 120 would happen once in 3,000 times."""
    found = [judged(trial(1.1, noise=0.1, seed=seed)).trials["unit"].decided for seed in range(120)]

    assert found.count(Verdict.FAIL) <= 6
    assert found.count(Verdict.PASS) <= 6


# Margin, estimate, detectable effect


def test_fifty_milliseconds_are_tolerated_however_short_a_target_is():
    short = Trial(name="unit", pairs=(Pair(base_s=0.2, head_s=0.2),))

    assert tolerated(short, 0.1) == pytest.approx(0.25)
    assert tolerated(trial(noise=0.0), 0.1) == pytest.approx(0.1)


@given(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_the_interval_of_the_ratio_holds_only_what_the_pairs_hold(pairs):
    found = estimate(Trial(name="unit", pairs=tuple(Pair(base_s=base, head_s=head) for base, head in pairs)), seed=1)
    lowest = min(head for _, head in pairs) / max(base for base, _ in pairs)
    highest = max(head for _, head in pairs) / min(base for base, _ in pairs)

    low, high = found.ci95
    assert lowest * (1 - 1e-9) <= low <= high <= highest * (1 + 1e-9)
    assert lowest * (1 - 1e-9) <= found.ratio <= highest * (1 + 1e-9)


def test_the_ratio_counts_the_faster_half_twice():
    pairs = [Pair(base_s=base, head_s=head) for base, head in ((1, 2), (1, 2), (8, 8), (8, 8))]

    assert estimate(Trial(name="unit", pairs=tuple(pairs)), seed=1).ratio == pytest.approx(2 ** (4 / 6))


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    found = [estimate(trial(1.2, seed=seed), seed=seed).ci95 for seed in range(60)]
    covering = sum(low <= 1.2 <= high for low, high in found)

    assert covering >= 48  # of 60; 57 are expected, and a bootstrap of twenty is a little narrow


def test_growth_of_the_detectable_effect_is_seen_in_about_four_of_five():
    effects = []
    for seed in range(20):
        panel = judged(trial(1.2, seed=seed))
        one = panel.trials["unit"]
        effects.append(detectable_effect(one, panel, estimate(one, seed=seed).log_error))
    effect = statistics.median(effects)

    seen = [judged(trial(1 + effect, seed=seed)).trials["unit"].decided is Verdict.FAIL for seed in range(100, 160)]

    assert 38 <= sum(seen) <= 58  # of 60; 48 are expected, and fewer or more would happen once in 300 times


def test_what_passed_early_is_told_by_the_pairs_that_would_have_been_taken_otherwise():
    panel = judged(trial(noise=0.02))
    one = panel.trials["unit"]
    error = estimate(one, seed=1).log_error

    effect = detectable_effect(one, panel, error)

    assert len(one.pairs) == 10
    assert effect is not None
    assert effect < detectable(0.1, error, 10, 0.0075)
    assert effect == pytest.approx(detectable(0.1, error / math.sqrt(2), 20, 0.0075))


def test_what_pairs_can_never_show_is_called_so():
    assert detectable(0.1, 0.05, 6, 0.01) is None
    assert detectable(0.1, 0.05, 7, 0.01) is not None
    assert detectable(0.1, 0.05, 20, 0.0) is None


@given(st.floats(0, 1), st.floats(0, 1), st.integers(10, 40))
def test_more_noise_hides_more(one, other, pairs):
    quiet, noisy = sorted((one, other))
    seen = [detectable(0.1, error, pairs, 0.01) for error in (quiet, noisy)]

    assert seen[0] is not None
    assert seen[1] is not None
    assert seen[0] + 1e-9 >= 0.1
    assert seen[0] <= seen[1]


# The reference workload


def with_reference(one: Trial, slower: float) -> Trial:
    source = random.Random(4)
    references = [0.1 * math.exp(source.gauss(0, 0.01)) for _ in one.pairs]
    pairs = [
        replace(pair, base_reference_s=reference, head_reference_s=reference * slower)
        for pair, reference in zip(one.pairs, references, strict=True)
    ]
    return replace(one, pairs=tuple(pairs))


def test_a_growth_that_the_machine_itself_shows_is_no_failure():
    found = judged(with_reference(trial(1.35), slower=1.4)).trials["unit"]

    assert found.decided is None
    assert found.contaminated


def test_a_growth_beyond_what_the_machine_shows_fails_all_the_same():
    assert judged(with_reference(trial(1.6), slower=1.05)).trials["unit"].decided is Verdict.FAIL
    assert judged(with_reference(trial(1.6), slower=0.8)).trials["unit"].decided is Verdict.FAIL


def test_without_a_reference_nothing_is_contaminated():
    assert reference_ratio(trial()) is None
    assert not is_contaminated(trial(1.5), 0.1, 0)


@pytest.mark.parametrize("time_s", [0.0, -1.0, math.inf, math.nan])
def test_what_is_no_time_makes_no_pair(time_s):
    assert not Pair(base_s=time_s, head_s=1.0).is_usable
    assert not Pair(base_s=1.0, head_s=time_s).is_usable
    assert Pair(base_s=1.0, head_s=1.0).is_usable


def test_the_interval_is_that_of_a_percentile_bootstrap_over_pairs_as_scipy_has_it():
    one = trial(1.2, noise=0.1, seed=2)
    logs = [
        [math.log(time_s) for time_s in side] for side in zip(*((p.base_s, p.head_s) for p in one.pairs), strict=True)
    ]

    def log_ratio(base, head):
        return float(difference(list(base), list(head))) / (20 + 10)

    theirs = bootstrap(
        logs, log_ratio, paired=True, vectorized=False, method="percentile", n_resamples=1000, random_state=1
    ).confidence_interval
    ours = estimate(one, seed=1).ci95

    width = theirs.high - theirs.low
    assert math.log(ours[0]) == pytest.approx(theirs.low, abs=0.2 * width)
    assert math.log(ours[1]) == pytest.approx(theirs.high, abs=0.2 * width)
