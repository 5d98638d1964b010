from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.cost import daily_cost
from collectbench.model.cost import CostSettings
from collectbench.render.formats import render
from collectbench.render.parts.costs import cost_text
from collectbench.render.parts.options import RenderOptions


@pytest.mark.parametrize(
    ("growth_s", "settings", "text"),
    [
        (0.8, {"runs_per_day": 3075}, "suite: +800 ms a run = 41 minutes a day (3,075 runs)"),
        (
            0.8,
            {"runs_per_day": 1025, "workers": 3},
            "suite: +800 ms a run = 41 minutes a day (1,025 runs on 3 machines)",
        ),
        (
            2.0,
            {"runs_per_day": 1025, "workers": 3, "price_per_minute": 0.008, "currency": "EUR"},
            "suite: +2.00 s a run = 102 minutes, 0.82 EUR a day (1,025 runs on 3 machines)",
        ),
        (-60.0, {"runs_per_day": 500}, "suite: -60.0 s a run = 8.3 hours saved a day (500 runs)"),
        (1.5, {"runs_per_day": 1}, "suite: +1.50 s a run = 1.50 s a day (1 run)"),
        (1.5, {"runs_per_day": 0.5}, "suite: +1.50 s a run = 750 ms a day (0.5 runs)"),
        (60.0, {"runs_per_day": 2}, "suite: +60.0 s a run = 2 minutes a day (2 runs)"),
    ],
)
def test_a_cost_is_told_in_the_units_of_those_who_wait_and_pay(growth_s, settings, text) -> None:
    assert cost_text(daily_cost("suite", growth_s, CostSettings(**settings))) == text


def test_hostile_names_are_shown_as_they_are_spelt() -> None:
    settings = CostSettings(runs_per_day=60, price_per_minute=1.0, currency="\x1b[31m")
    assert cost_text(daily_cost("a\nb", 1.0, settings)).startswith(
        "a\\nb: +1.00 s a run = 60.0 s, 1.00 \\x1b[31m a day"
    )


@pytest.mark.parametrize(
    ("format_name", "begin"), [("text", "cost: "), ("markdown", "- **cost**: "), ("github", "cost: ")]
)
def test_a_comparison_tells_what_its_changes_cost(format_name, begin, documents) -> None:
    cost = daily_cost("suite", 0.8, CostSettings(runs_per_day=3075))
    text = render(replace(documents["comparison"], costs=(cost,)), format_name, RenderOptions(width=120))
    assert f"\n{begin}suite: +800 ms a run = 41 minutes a day (3,075 runs)\n" in text
