"""How a cost grows with the items, and when that is unknown."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.growth import Cost, growth

SIZES = (1, 2, 4)
ITEMS = 100


def costs(seconds, laps=4):
    """The costs of `laps` laps; `seconds` takes the number of items and the lap."""
    return [Cost(lap, size, ITEMS * size, seconds(ITEMS * size, lap)) for lap in range(laps) for size in SIZES]


@given(exponent=st.floats(0.5, 3), fixed_s=st.sampled_from([0.0, 0.3]), scale=st.floats(0.01, 10))
def test_the_exponent_of_a_power_is_found_also_above_a_fixed_cost(exponent, fixed_s, scale) -> None:
    found = growth(costs(lambda items, lap: fixed_s + scale * (items / ITEMS) ** exponent))
    assert found is not None
    if not fixed_s:
        assert found.exponent == pytest.approx(exponent, abs=0.01)
    assert found.exponent <= exponent + 0.01
    assert found.low <= found.exponent <= found.high


@pytest.mark.parametrize("exponent", [1.3, 2.0, 3.0])
def test_a_fixed_cost_does_not_hide_growth(exponent) -> None:
    found = growth(costs(lambda items, lap: 5.0 + (items / ITEMS) ** exponent))
    assert found is not None
    assert (found.exponent, found.fixed_s) == (pytest.approx(exponent, abs=1e-6), pytest.approx(5.0))


def test_the_excess_is_what_linear_growth_from_the_smallest_size_does_not_explain() -> None:
    found = growth(costs(lambda items, lap: (items / ITEMS) ** 2))
    assert found is not None
    assert found.excess_s == pytest.approx(16 - 4)


def test_linear_growth_has_no_excess() -> None:
    found = growth(costs(lambda items, lap: items / ITEMS))
    assert found is not None
    assert found.excess_s == pytest.approx(0.0, abs=1e-6)


def test_a_step_that_costs_no_more_for_an_item_of_many_than_of_few_has_no_excess() -> None:
    found = growth(costs(lambda items, lap: 3.0 + (items / ITEMS) ** 1.5))
    assert found is not None
    assert found.low > 1.15
    assert found.excess_s < 0


@pytest.mark.simulation
@pytest.mark.parametrize("noise", [0.02, 0.1, 0.3])
def test_noise_alone_seldom_looks_like_growth(noise) -> None:
    draw = random.Random(12)
    alarms = 0
    for _ in range(400):
        found = growth(costs(lambda items, lap: items / ITEMS * (1 + draw.expovariate(1) * noise)))
        alarms += found is not None and found.exponent >= 1.3 and found.low > 1.15
    assert alarms <= 4


def test_quadratic_growth_is_clear_under_some_noise() -> None:
    draw = random.Random(12)
    for _ in range(100):
        found = growth(costs(lambda items, lap: (items / ITEMS) ** 2 * (1 + draw.expovariate(1) * 0.05)))
        assert found is not None
        assert found.low > 1.15


def test_a_cost_of_one_file_alone_is_no_growth_if_each_file_is_in_as_many_subsets_of_a_size() -> None:
    def in_the_last_quarter(items, lap):
        return float(3 in {(lap + number) % 4 for number in range(items // ITEMS)})

    found = growth(costs(in_the_last_quarter))
    assert found is None or found.low < 1.15


@pytest.mark.parametrize(
    "about",
    [
        costs(lambda items, lap: items / ITEMS, laps=3),
        costs(lambda items, lap: items / ITEMS, laps=13),
        costs(lambda items, lap: 0.0),
        costs(lambda items, lap: 1.0),
        costs(lambda items, lap: 1 / items),
        [each for each in costs(lambda items, lap: items / ITEMS) if each.size < 4],
        [each._replace(items=7) for each in costs(lambda items, lap: items / ITEMS)],
        [],
    ],
    ids=["few laps", "many laps", "no cost", "constant", "falling", "two sizes", "same items", "nothing"],
)
def test_growth_is_unknown_without_three_growing_sizes_in_enough_laps(about) -> None:
    assert growth(about) is None
