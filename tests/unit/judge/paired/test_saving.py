"""The figure of an experiment, and how many pairs decide it."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import ALPHA, Decision, Pair, Panel, Trial
from collectbench.judge.paired.saving import LOOKS_AT, Saving, margin_s, wall_of_its_own_s
from collectbench.model.sample import Noise, RoundKind, Sample


def panel_of(savings_s, wall_s=1.0, seed=0) -> Panel:
    """The panel after each look at pairs with these savings, until it is decided."""
    panel = Saving().panel(seed=seed, share=1.0)
    panel = replace(panel, trials={"one": Trial(name="one")})
    for count, saving_s in enumerate(savings_s, 1):
        if panel.trials["one"].decided is None:
            pair = Saving().pair(sample(wall_s - saving_s), sample(wall_s))
            panel = panel.with_trial(panel.trials["one"].after(pair))
            if count == panel.next_look:
                panel = look(panel, last=count == LOOKS_AT[-1])
    return panel


def sample(wall_s, **changes) -> Sample:
    return Sample(
        kind=RoundKind.TIMED, wall_s=wall_s, user_s=wall_s, system_s=0.0, peak_rss_bytes=1, exit_code=0, **changes
    )


def test_seven_pairs_that_agree_decide() -> None:
    over = panel_of([0.1] * 20)
    assert over.trials["one"].decided is Decision.OVER
    assert len(over.trials["one"].pairs) == LOOKS_AT[0] == 7
    assert panel_of([0.001] * 20).trials["one"].decided is Decision.UNDER


def test_a_saving_must_exceed_two_percent_and_twenty_milliseconds() -> None:
    assert margin_s(0.5) == pytest.approx(0.02)
    assert margin_s(10.0) == pytest.approx(0.2)
    assert panel_of([0.15] * 20, wall_s=10.0).trials["one"].decided is Decision.UNDER


@pytest.mark.simulation
def test_few_experiments_prove_a_saving_that_is_only_the_margin() -> None:
    source, proven = random.Random(1), 0
    for number in range(200):
        savings_s = [0.02 + source.gauss(0, 0.05) for _ in range(10)]  # two of four looks, nine tenths of the error
        proven += panel_of(savings_s, seed=number).trials["one"].decided is Decision.OVER
    assert proven <= 200 * ALPHA + 3 * (200 * ALPHA) ** 0.5


SPIKES = {3: 0.4, 9: 0.3, 13: 0.5}
"""Seconds by which a pair of one of the arms is too slow, since another program got into its way."""


def test_a_few_rounds_that_other_programs_slow_down_do_not_hide_a_saving() -> None:
    panel = Saving().panel(seed=0, share=1.0)
    source = random.Random(1)
    trial = Trial(name="one")
    for number in range(15):
        noise = (abs(source.gauss(0, 0.04)) for _ in range(2))
        with_it, without = 1.5 + next(noise) + SPIKES.get(number, 0.0), 1.65 + next(noise) + SPIKES.get(number + 1, 0.0)
        trial = trial.after(Pair(base=with_it, head=without))
    panel = replace(panel, trials={"one": trial})
    assert look(panel, last=True).trials["one"].decided is Decision.OVER
    assert look(replace(panel, weight=2), last=True).trials["one"].decided is None


def test_queueing_does_not_count_unless_it_may_be_the_doing_of_the_tree() -> None:
    alone = sample(1.0, queued_s=0.4, threads_or_children=False, others_cpu_s=0.001)
    with_threads = sample(2.0, queued_s=0.5, threads_or_children=True, others_cpu_s=0.2)
    untold = sample(2.0, queued_s=0.5, threads_or_children=True)
    assert wall_of_its_own_s(alone) == pytest.approx(0.601)
    assert wall_of_its_own_s(with_threads) == pytest.approx(1.7)
    assert wall_of_its_own_s(untold) == 2.0
    assert wall_of_its_own_s(sample(2.0)) == 2.0


def test_a_pair_in_which_the_machine_slept_is_no_pair() -> None:
    assert Saving().pair(sample(1.0, noise=Noise(suspended_s=3.0)), sample(1.0)) is None
