"""Looks, estimates and the reference workload, on simulated machines and compared with scipy."""

from __future__ import annotations

import math
import random
import statistics
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from collectbench.judge.paired.contamination import is_contaminated, reference_ratio
from collectbench.judge.paired.estimate import detectable_excess, estimate, excess_for
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import ALPHA, CPU_ALPHA, LOOKS, Decision, Pair, Panel, Trial
from collectbench.judge.paired.scale import RelativeMargin

pytestmark = pytest.mark.simulation

TIMES = st.floats(min_value=0.01, max_value=100.0)


def trial(ratio=1.0, pairs=20, noise=0.05, seed=0, name="unit", **changes) -> Trial:
    """Pairs of about two seconds from a machine whose speed drifts and that is disturbed now and then."""
    source = random.Random(seed)
    made, speed = [], 0.0
    for _ in range(pairs):
        speed = 0.7 * speed + source.gauss(0, noise)
        burst = 0.3 if source.random() < 0.1 else 0.0
        base, head = (2 * math.exp(speed + source.gauss(0, noise) + burst * source.random()) for _ in range(2))
        made.append(Pair(base=base, head=head * ratio))
    return replace(Trial(name=name, pairs=tuple(made)), **changes)


def judged(*trials: Trial, looks=LOOKS, seed=0) -> Panel:
    """The panel after all looks, each at the pairs that there would have been by then."""
    panel = Panel(trials={trial.name: replace(trial, pairs=()) for trial in trials}, seed=seed)
    pairs = {trial.name: trial.pairs for trial in trials}
    for count in looks:
        for name in panel.live:
            panel = panel.with_trial(replace(panel.trials[name], pairs=pairs[name][:count]))
        panel = look(panel, last=count == looks[-1])
    return panel


# Looks


@pytest.mark.parametrize("looks", [1, 2, 3, 4, 10])
def test_all_looks_together_spend_no_more_than_the_error(looks):
    panel = judged(trial(1.1, pairs=80, noise=0.2), looks=[10 + 5 * number for number in range(looks)])

    assert panel.spent_over <= ALPHA * (1 + 1e-12)
    assert panel.spent_under == pytest.approx(ALPHA)


def test_the_looks_come_at_10_15_and_20_pairs_and_then_every_five():
    assert [Panel(trials={}, looks=looks).next_look for looks in range(6)] == [10, 15, 20, 25, 30, 35]


def test_a_tree_compared_with_itself_is_under_at_the_first_look():
    judged_trial = judged(trial(noise=0.02)).trials["unit"]

    assert (judged_trial.decided, len(judged_trial.pairs)) == (Decision.UNDER, 10)


def test_a_clear_slowdown_is_over_and_a_clear_speed_up_is_under():
    trials = judged(trial(1.5, name="slow"), trial(0.5, name="quick")).trials

    assert {name: one.decided for name, one in trials.items()} == {"slow": Decision.OVER, "quick": Decision.UNDER}


def test_growth_of_just_the_margin_is_neither_over_nor_under():
    judged_trial = judged(trial(1.1, seed=5)).trials["unit"]

    assert judged_trial.decided is None
    assert len(judged_trial.pairs) == 20


def test_a_decided_target_is_not_judged_again():
    panel = look(Panel(trials={"unit": trial(1.5, pairs=10)}))
    again = look(panel.with_trial(replace(panel.trials["unit"], pairs=trial(pairs=15).pairs)))

    assert again.trials["unit"].decided is Decision.OVER
    assert again.trials["unit"].p_over == panel.trials["unit"].p_over


def test_a_look_at_which_no_target_could_be_over_spends_nothing_on_it():
    many = {str(number): trial(1.5, pairs=10, name=str(number), seed=number) for number in range(30)}
    panel = look(Panel(trials=many))

    assert panel.spent_over == 0.0
    assert panel.spent_under > 0
    assert not [name for name, one in panel.trials.items() if one.decided is Decision.OVER]
    assert {one.level for one in panel.trials.values()} == {0.0}


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


def test_growth_of_just_the_margin_is_hardly_ever_decided():
    """The true error is 1 %: more than 6 of 120 would happen once in 3,000 times."""
    decisions = [judged(trial(1.1, noise=0.1, seed=seed)).trials["unit"].decided for seed in range(120)]

    assert decisions.count(Decision.OVER) <= 6
    assert decisions.count(Decision.UNDER) <= 6


# Margin, estimate, detectable growth


def test_fifty_milliseconds_are_tolerated_however_short_a_target_is():
    margin = RelativeMargin(floor=0.1)

    assert margin.growth([0.2]) == pytest.approx(0.25)
    assert margin([Pair(base=0.2, head=0.2)]) == pytest.approx(math.log(1.25))
    assert margin.growth(trial(noise=0.0).base) == pytest.approx(0.1)


def estimated(one: Trial, seed=1):
    return estimate(one, Panel(trials={}, seed=seed))


@given(st.lists(st.tuples(TIMES, TIMES), min_size=1, max_size=12))
@settings(max_examples=30)
def test_the_interval_of_the_ratio_holds_only_what_the_pairs_hold(pairs):
    estimate_ = estimated(Trial(name="unit", pairs=tuple(Pair(base=base, head=head) for base, head in pairs)))
    lowest = min(head for _, head in pairs) / max(base for base, _ in pairs)
    highest = max(head for _, head in pairs) / min(base for base, _ in pairs)

    low, high = map(math.exp, estimate_.ci95)
    assert lowest * (1 - 1e-9) <= low <= high <= highest * (1 + 1e-9)
    assert lowest * (1 - 1e-9) <= math.exp(estimate_.growth) <= highest * (1 + 1e-9)


def test_the_ratio_counts_the_faster_half_twice():
    pairs = [Pair(base=base, head=head) for base, head in ((1, 2), (1, 2), (8, 8), (8, 8))]

    assert estimated(Trial(name="unit", pairs=tuple(pairs))).growth == pytest.approx(4 / 6 * math.log(2))


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    intervals = [estimated(trial(1.2, seed=seed), seed=seed).ci95 for seed in range(60)]
    covering = sum(low <= math.log(1.2) <= high for low, high in intervals)

    assert covering >= 48  # of 60; 57 are expected, and a bootstrap of twenty is a little narrow


@pytest.mark.long
def test_growth_of_the_detectable_size_is_detected_in_about_four_of_five():
    excesses = []
    for seed in range(20):
        panel = judged(trial(1.2, seed=seed))
        one = panel.trials["unit"]
        excesses.append(detectable_excess(one, panel, estimated(one, seed=seed).error))
    ratio = 1.1 * math.exp(statistics.median(excesses))

    detected = [judged(trial(ratio, seed=seed)).trials["unit"].decided is Decision.OVER for seed in range(100, 160)]

    assert 38 <= sum(detected) <= 58  # of 60; 48 are expected, and fewer or more would happen once in 300 times


def test_for_an_early_decision_the_detectable_growth_assumes_all_pairs():
    panel = judged(trial(noise=0.02))
    one = panel.trials["unit"]
    error = estimated(one).error

    excess = detectable_excess(one, panel, error)

    assert len(one.pairs) == 10
    assert excess is not None
    assert excess < excess_for(error, 10, CPU_ALPHA * 0.7)
    assert excess == pytest.approx(excess_for(error / math.sqrt(2), 20, CPU_ALPHA * 0.7))


def test_too_few_pairs_can_never_detect_growth():
    assert excess_for(0.05, 6, 0.01) is None
    assert excess_for(0.05, 7, 0.01) is not None
    assert excess_for(0.05, 20, 0.0) is None


@pytest.mark.parametrize(("level", "allowed"), [(1.5 * 0.5**20, 0), (3 * 0.5**20, 1), (0.5**15, 5)])
def test_near_the_rarest_outcome_the_detectable_growth_lets_few_enough_pairs_lie_below_the_margin(level, allowed):
    deviation = 0.13
    excess = excess_for(deviation / math.sqrt(20), 20, level)
    below = statistics.NormalDist(mu=excess, sigma=deviation).cdf(0)
    chance = sum(math.comb(20, k) * below**k * (1 - below) ** (20 - k) for k in range(allowed + 1))
    assert chance >= 0.79
    if not allowed:
        assert chance == pytest.approx(0.8, abs=0.01)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(10, 40))
def test_more_noise_hides_more(one, other, pairs):
    quiet, noisy = (excess_for(error, pairs, 0.01) for error in sorted((one, other)))

    assert quiet is not None
    assert noisy is not None
    assert 0 <= quiet <= noisy


def test_the_interval_is_the_percentile_bootstrap_interval_over_pairs_that_scipy_computes():
    one = trial(1.2, noise=0.1, seed=2)
    logs = [[math.log(figure) for figure in side] for side in (one.base, one.head)]

    def log_ratio(base, head):
        sides = [sorted(side) for side in (base, head)]
        totals = [math.fsum((*side, *side[:10])) for side in sides]
        return (totals[1] - totals[0]) / (20 + 10)

    theirs = bootstrap(
        logs, log_ratio, paired=True, vectorized=False, method="percentile", n_resamples=1000, random_state=1
    ).confidence_interval
    low, high = estimated(one).ci95

    width = theirs.high - theirs.low
    assert low == pytest.approx(theirs.low, abs=0.2 * width)
    assert high == pytest.approx(theirs.high, abs=0.2 * width)


# The reference workload


def with_reference(one: Trial, slower: float) -> Trial:
    source = random.Random(4)
    references = [0.1 * math.exp(source.gauss(0, 0.01)) for _ in one.pairs]
    pairs = [
        replace(pair, base_reference_s=reference, head_reference_s=reference * slower)
        for pair, reference in zip(one.pairs, references, strict=True)
    ]
    return replace(one, pairs=tuple(pairs))


def test_growth_that_the_machine_itself_shows_is_not_over():
    judged_trial = judged(with_reference(trial(1.35), slower=1.4)).trials["unit"]

    assert judged_trial.decided is None
    assert judged_trial.contaminated


def test_growth_beyond_that_of_the_machine_is_over():
    assert judged(with_reference(trial(1.6), slower=1.05)).trials["unit"].decided is Decision.OVER
    assert judged(with_reference(trial(1.6), slower=0.8)).trials["unit"].decided is Decision.OVER


def test_without_a_reference_nothing_is_contaminated():
    assert reference_ratio(trial()) is None
    assert not is_contaminated(trial(1.5), Panel(trials={}))
