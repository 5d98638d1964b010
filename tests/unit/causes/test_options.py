from __future__ import annotations

import pytest

from collectbench.causes.options import values_of


@pytest.mark.parametrize(
    ("arguments", "values"),
    [
        (("-n", "4"), ("4",)),
        (("-n4", "--numprocesses=8"), ("4", "8")),
        (("--numprocesses", "auto", "tests"), ("auto",)),
        (("--no-header", "-x"), ()),
        (("-n",), ("",)),
    ],
)
def test_options_have_values_in_each_form(arguments, values) -> None:
    assert values_of(arguments, "-n", "--numprocesses") == values
