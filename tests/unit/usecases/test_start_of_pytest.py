from __future__ import annotations

import pytest

from collectbench.config import Config
from collectbench.usecases.measure_options import MeasureOptions
from collectbench.usecases.start_of_pytest import LEAST_PATIENCE_S, patience_s


@pytest.mark.parametrize(
    ("options", "configured_s", "expected_s"),
    [
        ({}, 300.0, 300.0),
        ({"timeout_s": 70.0}, 300.0, 70.0),
        ({"max_time_s": 60.0}, 300.0, 60.0),
        ({"timeout_s": 50.0, "max_time_s": 60.0}, 300.0, 50.0),
        ({"max_time_s": 0.001}, 300.0, LEAST_PATIENCE_S),
        ({}, 1.0, LEAST_PATIENCE_S),
    ],
)
def test_an_inspection_may_take_as_long_as_a_round_and_the_command(options, configured_s, expected_s) -> None:
    assert patience_s(MeasureOptions(**options), Config(timeout_s=configured_s)) == expected_s
