"""The statistic and its sign-flip test, compared with brute force and with scipy."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import permutation_test

from collectbench.judge.paired.flips import sign_flip

pytestmark = pytest.mark.simulation

LOGS = st.integers(min_value=-40, max_value=40).map(lambda eighths: eighths / 8)  # sums of them are exact
PAIRED_LOGS = st.lists(st.tuples(LOGS, LOGS), min_size=1, max_size=8)


def flips(base, head, *, over=0.01, under=0.01, seed=1):
    return sign_flip(base, head, over=over, under=under, source=random.Random(seed))


def difference(base: Sequence[float], head: Sequence[float]) -> Fraction:
    """The statistic by its definition: in exact fractions, each value of the smaller half written down twice."""
    half = math.ceil(len(base) / 2)
    means = [[Fraction(value) for value in (*sorted(side), *sorted(side)[:half])] for side in (base, head)]
    return sum(means[1], Fraction()) - sum(means[0], Fraction())


@given(PAIRED_LOGS)
def test_few_pairs_are_tested_by_all_flips_as_in_brute_force(pairs):
    base, head = zip(*pairs, strict=True)
    observed = difference(base, head)
    outcomes = [
        difference(*zip(*(pair[::sign] for pair, sign in zip(pairs, signs, strict=True)), strict=True))
        for signs in itertools.product((1, -1), repeat=len(pairs))
    ]

    tails = flips(base, head)

    assert tails.at_least == sum(value >= observed for value in outcomes) / len(outcomes)
    assert tails.at_most == sum(value <= observed for value in outcomes) / len(outcomes)


@settings(max_examples=15)
@given(st.lists(st.tuples(LOGS, LOGS), min_size=2, max_size=7))
def test_few_pairs_have_the_p_values_of_scipy(pairs):
    base, head = zip(*pairs, strict=True)

    def statistic(one, other):
        return float(difference(list(one), list(other)))

    for alternative, p_value in (("greater", flips(base, head).at_least), ("less", flips(base, head).at_most)):
        theirs = permutation_test(
            (base, head), statistic, permutation_type="samples", alternative=alternative, n_resamples=math.inf
        )
        assert p_value == pytest.approx(theirs.pvalue)


def test_many_pairs_are_tested_by_random_flips_that_agree_with_all_of_them():
    source = random.Random(6)
    base = [source.gauss(0, 0.05) for _ in range(13)]
    head = [value + source.gauss(0.03, 0.05) for value in base]
    observed = float(difference(base, head)) - 1e-12
    exceeding = 0
    for signs in itertools.product((0, 1), repeat=13):
        swapped = [(h, b) if sign else (b, h) for b, h, sign in zip(base, head, signs, strict=True)]
        sides = [sorted(side) for side in zip(*swapped, strict=True)]
        exceeding += sum(sides[1]) + sum(sides[1][:7]) - sum(sides[0]) - sum(sides[0][:7]) >= observed
    exact = exceeding / 2**13

    p_value = flips(base, head, over=0.0005).at_least

    assert 0.01 < exact < 0.5
    assert p_value == pytest.approx(exact, rel=0.35)


def test_where_an_error_asks_for_more_flips_than_there_are_all_are_taken():
    base = [number / 8 for number in range(13)]
    head = [value + 1 for value in base]
    head[4] = base[4] - 0.25
    outcomes = [
        difference(
            *zip(*(pair[::sign] for pair, sign in zip(zip(base, head, strict=True), signs, strict=True)), strict=True)
        )
        for signs in itertools.product((1, -1), repeat=13)
    ]
    exact = sum(value >= difference(base, head) for value in outcomes) / 2**13

    assert exact >= 2 / 2**13
    for seed in (1, 2):
        assert flips(base, head, over=1e-6, seed=seed).at_least == exact


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


def test_without_pairs_all_p_values_are_one():
    tails = flips((), ())
    assert (tails.at_least, tails.at_most) == (1.0, 1.0)


@pytest.mark.parametrize(("shift", "expected"), [(1.0, (0.5**20, 1.0)), (-1.0, (1.0, 0.5**20))])
def test_of_many_pairs_that_all_differ_in_one_direction_the_p_value_is_exact(shift, expected) -> None:
    base = [1 + number / 100 for number in range(20)]
    tails = sign_flip(base, [value + shift for value in base], over=1e-6, under=1e-6, source=random.Random(1))
    assert (tails.at_least, tails.at_most) == expected
