"""The values of options of `verify`."""

from __future__ import annotations

import pytest

from collectbench.cli.verify_options import percentage


@pytest.mark.parametrize(("text", "value"), [("90", 90), ("99.5%", 99.5), ("0", 0), ("100 %", 100)])
def test_a_percentage_is_a_number_with_or_without_its_sign(text, value) -> None:
    assert percentage(text) == value


@pytest.mark.parametrize("text", ["", "many", "-1", "101", "nan", "0.9x"])
def test_anything_else_is_refused_with_an_example(text) -> None:
    with pytest.raises(ValueError, match="give a number from 0 to 100, such as 90"):
        percentage(text)
