"""Sums of squares of autocorrelated values, held against a general least squares solver."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from collectbench.judge.history.whitened import whiten

VALUES = st.lists(st.floats(-1, 1), min_size=10, max_size=30)
CORRELATIONS = st.floats(0, 0.9)


def residual_squares(values: list[float], levels: list[list[float]], correlation: float) -> float:
    """The generalised least sum of squares, in variances of what is new, with the columns `levels` as the design."""
    size = len(values)
    covariance = np.array([[correlation ** abs(i - j) for j in range(size)] for i in range(size)])
    root = np.linalg.cholesky(covariance / (1 - correlation**2))
    design: NDArray[np.float64] = np.linalg.solve(root, np.array(levels).T)
    target: NDArray[np.float64] = np.linalg.solve(root, np.array(values))
    best = np.linalg.lstsq(design, target, rcond=None)[0]
    return float(((target - design @ best) ** 2).sum())


@given(values=VALUES, correlation=CORRELATIONS, data=st.data())
def test_the_cost_of_a_segment_is_its_generalised_least_sum_of_squares(
    values: list[float], correlation: float, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(values) - 2))
    end = data.draw(st.integers(start + 2, len(values)))
    expected = residual_squares(values[start:end], [[1.0] * (end - start)], correlation)
    assert whiten(values, correlation).cost(start, end) == pytest.approx(expected, abs=1e-6)


@given(values=VALUES, correlation=CORRELATIONS, data=st.data())
def test_a_step_explains_the_difference_that_a_second_level_makes(
    values: list[float], correlation: float, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(values) - 3))
    end = data.draw(st.integers(start + 3, len(values)))
    place = data.draw(st.integers(start + 1, end - 1))
    level = [1.0] * (end - start)
    step = [float(index >= place) for index in range(start, end)]
    part = values[start:end]
    expected = residual_squares(part, [level], correlation) - residual_squares(part, [level, step], correlation)
    assert whiten(values, correlation).explained(start, place, end) == pytest.approx(expected, abs=1e-6)
