"""The scale of differences: zero and negative figures are data, and the same test decides."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.paired.estimate import estimate
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import Decision, Pair, Panel, Trial
from collectbench.judge.paired.scale import RelativeMargin, Scale, WaitMargin

FIGURES = st.integers(min_value=-400, max_value=400).map(lambda eighths: eighths / 8)


@pytest.mark.parametrize("figure", [0.0, -1.0, math.inf, -math.inf, math.nan])
def test_a_ratio_needs_positive_finite_figures(figure) -> None:
    assert not Scale.LOG_RATIO.accepts(figure)
    assert Scale.LOG_RATIO.accepts(1.0)


@pytest.mark.parametrize("figure", [0.0, -1.0, 1.0])
def test_zero_and_negative_figures_have_a_difference(figure) -> None:
    assert Scale.DIFFERENCE.accepts(figure)
    assert Scale.DIFFERENCE.values([figure]) == [figure]


@pytest.mark.parametrize("figure", [math.inf, -math.inf, math.nan])
def test_figures_that_are_not_finite_have_no_difference(figure) -> None:
    assert not Scale.DIFFERENCE.accepts(figure)


def test_a_ratio_is_a_difference_of_logarithms() -> None:
    one, other = Scale.LOG_RATIO.values([2.0, 6.0])
    assert other - one == pytest.approx(math.log(3))
    assert RelativeMargin(floor=0.1)([Pair(base=2.0, head=2.0)]) == math.log1p(0.1)


def waits(growth_s: float, pairs: int = 20, *, seed: int = 0, noise_s: float = 0.05) -> Trial:
    """Pairs of seconds around zero: half of them are negative at the base."""
    source = random.Random(seed)
    made = []
    for _ in range(pairs):
        shared = source.gauss(0, noise_s)
        base, head = (shared + source.gauss(0, noise_s) for _ in range(2))
        made.append(Pair(base=base, head=head + growth_s))
    return Trial(name="unit", pairs=tuple(made))


def decided(trial: Trial, margin_s: float, seed: int = 0) -> Decision | None:
    panel = Panel(trials={"unit": trial}, scale=Scale.DIFFERENCE, margin=lambda pairs: margin_s, seed=seed)
    return look(panel, last=True).trials["unit"].decided


def test_growth_of_figures_around_zero_is_decided_in_their_own_unit() -> None:
    assert decided(waits(0.5), margin_s=0.1) is Decision.OVER
    assert decided(waits(0.0), margin_s=0.1) is Decision.UNDER
    assert decided(waits(-0.5), margin_s=0.1) is Decision.UNDER


def test_figures_that_are_all_zero_are_under_any_margin() -> None:
    nothing = Trial(name="unit", pairs=(Pair(base=0.0, head=0.0),) * 10)
    assert decided(nothing, margin_s=0.01) is Decision.UNDER


@pytest.mark.parametrize("growth_s", [0.05, 0.1, 0.19])
def test_a_shift_under_the_margin_is_not_over(growth_s) -> None:
    assert decided(waits(growth_s, noise_s=0.01), margin_s=0.2) is not Decision.OVER


def test_the_margin_is_computed_from_the_pairs() -> None:
    given_pairs: list[Sequence[Pair]] = []

    def margin(pairs: Sequence[Pair]) -> float:
        given_pairs.append(pairs)
        return max(0.02 * max(pair.base for pair in pairs), 0.02)

    trial = waits(0.5)
    look(Panel(trials={"unit": trial}, scale=Scale.DIFFERENCE, margin=margin), last=True)
    assert set(given_pairs) == {trial.pairs}


@pytest.mark.parametrize(("wall_s", "margin_s"), [(0.3, 0.05), (0.5, 0.05), (2.0, 0.2)])
def test_waits_may_grow_by_a_tenth_of_the_wall_time_or_by_50_ms(wall_s, margin_s) -> None:
    pairs = [Pair(base=0.0, head=0.0, base_wall_s=wall_s)] * 3
    assert WaitMargin(floor=0.1)(pairs) == pytest.approx(margin_s)


@pytest.mark.simulation
def test_a_difference_of_just_the_margin_is_hardly_ever_over_or_under() -> None:
    """The true error is 1 %: more than 6 of 120 would happen once in 3,000 times."""
    decisions = [decided(waits(0.1, seed=seed), margin_s=0.1, seed=seed) for seed in range(120)]

    assert decisions.count(Decision.OVER) <= 6
    assert decisions.count(Decision.UNDER) <= 6


@given(st.lists(st.tuples(FIGURES, FIGURES), min_size=1, max_size=8), FIGURES)
def test_the_estimate_of_a_difference_moves_with_the_head(figures, shift) -> None:
    panel = Panel(trials={}, scale=Scale.DIFFERENCE)
    here = estimate(Trial(name="a", pairs=tuple(Pair(base=base, head=head) for base, head in figures)), panel)
    moved = estimate(Trial(name="a", pairs=tuple(Pair(base=base, head=head + shift) for base, head in figures)), panel)

    assert moved.growth == pytest.approx(here.growth + shift, abs=1e-9)
    assert moved.ci95 == pytest.approx([end + shift for end in here.ci95], abs=1e-9)
    assert here.ci95[0] <= here.ci95[1]


def test_a_slower_machine_explains_a_difference_too() -> None:
    pairs = tuple(
        Pair(base=2.0 + i / 100, head=3.0 + i / 100, base_reference_s=0.1, head_reference_s=0.15) for i in range(20)
    )
    panel = Panel(trials={"unit": Trial(name="unit", pairs=pairs)}, scale=Scale.DIFFERENCE, margin=lambda pairs: 0.1)
    trial = look(panel, last=True).trials["unit"]
    assert (trial.decided, trial.contaminated) == (None, True)
