"""The simulation of a fleet: its schedule keeps to bounds, its test is collectbench's own, and it repeats."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import simulate_fleet
from collectbench.judge.paired.figures import CPU, WAITS
from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import CPU_ALPHA, LOOKS, Decision, Panel, Trial
from collectbench.judge.scheduling import makespan_s
from environments import ROOT
from fleet_power import (
    NAME,
    Noise,
    detectable_growth,
    drawn_pairs,
    error_of_estimate,
    fails,
    least_pairs_to_fail,
    panel_of,
    power,
)
from fleet_schedule import Fleet, Task, bound_s, run_fleet

SECONDS = st.lists(st.floats(0.1, 100), min_size=1, max_size=40)


def known(seconds: list[float]) -> list[Task]:
    """Targets whose times the client knows."""
    return [Task(expected_s=each, true_s=each) for each in seconds]


@given(SECONDS, st.integers(1, 8))
def test_workers_that_are_alike_and_live_take_the_longest_first(seconds: list[float], workers: int) -> None:
    outcome = run_fleet(known(seconds), Fleet(slowness=(1.0,) * workers), 1)
    assert outcome.makespan_s == pytest.approx(makespan_s(seconds, workers))
    assert (outcome.deaths, outcome.lost_s, outcome.archives) == (0, 0.0, workers)


@given(SECONDS, st.lists(st.floats(1.0, 1.2), min_size=1, max_size=8), st.booleans(), st.integers(0, 99))
def test_no_fleet_beats_the_bound(seconds: list[float], slowness: list[float], dying: bool, seed: int) -> None:
    fleet = Fleet(slowness=tuple(slowness), mean_life_s=200.0 if dying else None)
    outcome = run_fleet(known(seconds), fleet, seed)
    assert outcome.makespan_s >= bound_s(known(seconds), fleet) * (1 - 1e-9)


def test_a_worker_that_dies_gives_its_target_back_whole() -> None:
    fleet = Fleet(slowness=(1.0,), mean_life_s=50.0, restart_s=7.0, archive_bytes=10.0, bytes_per_s=5.0)
    outcome = run_fleet(known([40.0] * 10), fleet, 3)
    assert outcome.deaths > 0
    assert outcome.archives == 1 + outcome.deaths
    assert outcome.makespan_s == pytest.approx(10 * 40 + outcome.lost_s + 2 + outcome.deaths * (7 + 2))


def test_archives_pass_the_link_one_after_the_other() -> None:
    fleet = Fleet(slowness=(1.0,) * 3, archive_bytes=100.0, bytes_per_s=10.0)
    assert run_fleet(known([50.0] * 3), fleet, 1).makespan_s == pytest.approx(80)


def test_a_target_that_takes_longer_than_the_client_believes_comes_too_late() -> None:
    tasks = [Task(expected_s=2.0, true_s=2.0)] * 4 + [Task(expected_s=1.0, true_s=8.0)]
    fleet = Fleet(slowness=(1.0, 1.0))
    assert run_fleet(tasks, fleet, 1).makespan_s == 12
    assert bound_s(tasks, fleet) == 8


@pytest.mark.simulation
def test_the_share_of_one_target_is_what_holm_grants_the_smallest_of_many() -> None:
    """A panel of five, one of which grew, decides as a panel of that one with a fifth of the error."""
    decisions = []
    for seed in range(8):
        source = random.Random(seed)
        drawn = drawn_pairs(Noise(), 1.2, source)
        pairs = [next(drawn) for _ in range(LOOKS[-1])]
        others = {
            f"other {number}": [next(each) for _ in range(LOOKS[-1])]
            for number in range(4)
            for each in [drawn_pairs(Noise(), 1.0, source)]
        }
        among = _over_in_panel({NAME: pairs, **others}, panel_of(1.0, seed))
        alone = fails(iter(pairs), panel_of(1 / 5, seed))
        assert among == alone
        decisions.append(alone)
    assert {True, False} == set(decisions)


def _over_in_panel(pairs: dict[str, list], panel: Panel) -> bool:
    panel = replace(panel, trials={name: Trial(name=name) for name in pairs})
    for count in LOOKS:
        for name in panel.live:
            panel = panel.with_trial(replace(panel.trials[name], pairs=tuple(pairs[name][:count])))
        panel = look(panel, last=count == LOOKS[-1])
    return panel.trials[NAME].decided is Decision.OVER


@pytest.mark.simulation
def test_the_more_parts_share_the_error_the_less_is_found() -> None:
    found = [power(share, Noise(), 0.3, draws=30, seed=1) for share in (1.0, 1 / 6000)]
    assert found[0] > found[1]


def test_what_no_flips_can_show_never_fails() -> None:
    assert least_pairs_to_fail(1.0, CPU, 20) == 10
    assert least_pairs_to_fail(1 / 6000, CPU, 20) == 20
    assert least_pairs_to_fail(1 / 6000, WAITS, 20) is None
    assert least_pairs_to_fail(1 / 6000, WAITS, 60) == 25
    assert CPU_ALPHA / 10_000 < 0.5**20
    assert power(1 / 10_000, Noise(), 3.0, draws=5, seed=1) == 0


def test_the_same_seed_prints_the_same_and_another_one_does_not(capsys) -> None:
    small = ("--targets", "40", "--workers", "1,4", "--days", "2", "--draws", "4", "--tables", "time,limits")
    printed = []
    for seed in ("1", "1", "2"):
        simulate_fleet.main([*small, "--seed", seed])
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1] != printed[2]
    assert "| 4 | some are slower, some die |" in printed[0]
    assert "| the longest target |" in printed[0]


@pytest.mark.simulation
def test_each_way_to_share_the_error_has_a_row(capsys) -> None:
    small = ("--targets", "10", "--changed", "0.2", "--draws", "1", "--comparisons", "5", "--tables", "power,alarms")
    simulate_fleet.main(small)
    printed = capsys.readouterr().out
    assert printed.count("\n| 10 parts, with a suite | ") == 2
    assert "| 10 parts, with a suite | 10 | 0 of 5 | 0 of 1 |" in printed


def test_more_pairs_detect_smaller_growth_and_more_parts_only_larger() -> None:
    error = error_of_estimate(Noise(), 20, draws=10, seed=1)
    alone, among = ([detectable_growth(share, error, most) for most in (20, 60)] for share in (1.0, 1 / 6000))
    assert alone[0] > alone[1] > 0.1
    assert among[0] > among[1] > alone[1]
    assert detectable_growth(1 / 10_000, error, 20) is None


def test_a_table_that_does_not_exist_is_refused(capsys) -> None:
    with pytest.raises(SystemExit):
        simulate_fleet.main(["--tables", "time,nonsense"])
    assert "nonsense" in capsys.readouterr().err


def test_times_are_fitted_to_stored_runs() -> None:
    median_s, spread = simulate_fleet.fit([ROOT / "baselines" / "main.json"])
    assert 0.1 < median_s < 10
    assert 0 < spread < 3


@pytest.mark.parametrize(("seconds", "text"), [(5, "5 s"), (119, "119 s"), (600, "10.0 min"), (9000, "2.5 h")])
def test_durations_are_written_as_people_say_them(seconds: float, text: str) -> None:
    assert simulate_fleet.duration(seconds) == text
