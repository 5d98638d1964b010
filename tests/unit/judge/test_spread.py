from __future__ import annotations

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_benchmark.stats import Stats

from collectbench.judge.spread import spread

SECONDS = st.floats(min_value=1e-6, max_value=1e6)


@given(values=st.lists(SECONDS, min_size=1, max_size=40))
def test_the_figures_are_those_of_pytest_benchmark(values):
    theirs = Stats()
    for value in values:
        theirs.update(value)
    ours = asdict(spread(values))
    assert ours.pop("outliers") == theirs.outliers
    assert ours == pytest.approx({name: getattr(theirs, name) for name in ours})


def test_samples_of_zero_have_a_rate_of_zero():
    assert spread([0.0, 0.0]).ops == 0.0


def test_without_values_there_is_no_spread():
    with pytest.raises(ValueError, match="at least one"):
        spread([])
