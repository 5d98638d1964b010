"""Holm's procedure, compared with the closure principle."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from collectbench.judge.paired.holm import holm

P_VALUES = st.sampled_from([0.0001, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.5, 1.0])


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

    assert {name for name, outcome in granted.items() if outcome.rejected} == rejected_by_closure(p_values, alpha)


def test_holm_holds_each_target_against_its_share_of_what_is_left():
    granted = holm({"a": 0.001, "b": 0.004, "c": 0.5}, 0.012)

    assert {name: round(outcome.level, 6) for name, outcome in granted.items()} == {"a": 0.004, "b": 0.006, "c": 0.012}
    assert [granted[name].rejected for name in "abc"] == [True, True, False]


def test_nothing_is_rejected_after_the_first_that_is_not():
    granted = holm({"a": 0.004, "b": 0.0041, "c": 0.0042, "d": 0.0043}, 0.012)

    assert not any(outcome.rejected for outcome in granted.values())
    assert {outcome.level for outcome in granted.values()} == {0.003}
