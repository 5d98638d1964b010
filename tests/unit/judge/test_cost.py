from __future__ import annotations

from dataclasses import replace

import pytest

from collectbench.judge.cost import cost_of_comparison, cost_of_step, daily_cost
from collectbench.model.comparison import Change, Comparison, CountsChange, TargetComparison, Verdict
from collectbench.model.cost import Cost, CostSettings
from histories import ENVIRONMENT, TOOL, counter_step, time_step

SETTINGS = CostSettings(runs_per_day=1025, workers=3, price_per_minute=0.008, currency="EUR")
SLOWER = Change(
    ratio=1.2, ci95=(1.15, 1.25), margin=0.1, pairs=None, p_value=None, minimum_detectable_effect=None,
    verdict=Verdict.FAIL, reason="", base_wall_s=4.0, head_wall_s=4.8,
)  # fmt: skip


def row(name="suite", change=SLOWER):
    return TargetComparison(
        name=name, verdict=Verdict.FAIL, reasons=(), budget=None, change=change, counters=None,
        counts=CountsChange(base=None, head=None, same_nodeids=None),
    )  # fmt: skip


def comparison(*targets, suite=None):
    return Comparison(
        tool=TOOL, created="", mode="stored", verdict=Verdict.FAIL, reasons=(), baseline="main",
        environment=ENVIRONMENT, targets=targets, suite=suite,
    )  # fmt: skip


def test_each_machine_of_each_run_waits_and_is_paid_for() -> None:
    cost = daily_cost("suite", 0.8, SETTINGS)
    assert cost.day_s == pytest.approx(0.8 * 1025 * 3)
    assert cost.day_price == pytest.approx(0.8 * 1025 * 3 / 60 * 0.008)
    assert (cost.run_s, cost.runs_per_day, cost.workers, cost.currency) == (0.8, 1025, 3, "EUR")


def test_without_a_price_there_is_only_the_time() -> None:
    assert daily_cost("suite", 2.0, CostSettings(runs_per_day=10)) == Cost(
        name="suite", run_s=2.0, day_s=20.0, runs_per_day=10, workers=1
    )


def test_the_suite_stands_for_its_parts() -> None:
    (cost,) = cost_of_comparison(comparison(row("tests/a"), suite=row()), SETTINGS)
    assert (cost.name, round(cost.run_s, 6)) == ("suite", 0.8)
    assert [each.name for each in cost_of_comparison(comparison(row("a"), row("b")), SETTINGS)] == ["a", "b"]


@pytest.mark.parametrize(
    ("changes", "growths"),
    [
        ({"ci95": (0.9, 1.3)}, []),
        ({"ci95": None}, []),
        ({"head_wall_s": None}, []),
        ({"base_wall_s": None}, []),
        ({"head_wall_s": 3.0}, []),
        ({"ci95": (0.7, 0.8), "head_wall_s": 3.0}, [-1.0]),
        ({"ci95": (0.7, 0.8)}, []),
    ],
)
def test_only_a_change_beyond_noise_has_a_cost(changes, growths) -> None:
    costs = cost_of_comparison(comparison(suite=row(change=replace(SLOWER, **changes))), SETTINGS)
    assert [cost.run_s for cost in costs] == growths


def test_a_target_without_a_baseline_has_no_cost() -> None:
    assert cost_of_comparison(comparison(suite=row(change=None)), SETTINGS) == ()


def test_only_a_step_of_the_time_has_a_cost() -> None:
    cost = cost_of_step("suite", time_step(3, 8.0, 9.5), SETTINGS)
    assert cost == daily_cost("suite", 1.5, SETTINGS)
    assert cost_of_step("suite", counter_step(3, "modules", 8, 9), SETTINGS) is None
