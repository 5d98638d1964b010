from __future__ import annotations

import pytest

from collectbench.render.parts.sparkline import sparkline


@pytest.mark.parametrize(
    ("numbers", "bars"),
    [
        ([], ""),
        ([None, None], "··"),
        ([1.0], "▅"),
        ([0.0, 0.0], "▁▁"),
        ([1.0, 1.01, 0.99, 1.0], "▄▅▄▄"),
        ([1.0, 1.0, 2.0, 2.0], "▁▁██"),
        ([1.0, None, 2.0], "▁·█"),
        ([0.0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"),
    ],
)
def test_each_number_is_a_bar_and_noise_is_flat(numbers, bars) -> None:
    assert sparkline(numbers, 20) == bars


def test_the_last_numbers_are_shown() -> None:
    assert sparkline([9.0, 1.0, 2.0], 2) == "▁█"
