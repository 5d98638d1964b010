"""A target compared with itself: false alarms of the gate, the growth that it detects, and advice."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from collectbench.judge.paired.look import look
from collectbench.judge.paired.panel import LOOKS, Decision, Pair, Panel, Trial
from collectbench.judge.self_comparison import Replays, compare_with_itself
from collectbench.model.sample import Reference, Status
from collectbench.usecases.wording import word

pytestmark = pytest.mark.simulation

QUICK = Replays(relabellings=20, played=5)


@pytest.fixture
def noisy(result):
    """Returns a result of twice as many rounds as pairs, whose times have this standard deviation."""

    def build(pairs, sd, **changes):
        source = random.Random(f"{pairs}/{sd}")
        return result([math.exp(source.gauss(0, sd)) for _ in range(2 * pairs)], **changes)

    return build


def test_a_quiet_machine_raises_no_alarm_and_passes_what_did_not_change(noisy) -> None:
    comparison = compare_with_itself(noisy(10, 0.01), word, replays=QUICK)
    assert (comparison.pairs, comparison.relabellings) == (10, 20)
    assert (comparison.passed, comparison.failed, comparison.inconclusive) == (20, 0, 0)
    assert comparison.margin == pytest.approx(0.1)
    assert comparison.spread == pytest.approx(0.014, rel=0.6)
    assert comparison.advice == ()
    assert comparison.sights[0].margin < 0.1
    assert [sample.pair for sample in comparison.samples] == [number for pair in range(10) for number in (pair, pair)]


def test_a_noisy_machine_raises_no_alarm_and_gets_a_suitable_margin(noisy) -> None:
    comparison = compare_with_itself(noisy(10, 0.3), word, replays=QUICK)
    assert comparison.failed == 0
    assert comparison.inconclusive > 20 / 2
    (advice,) = comparison.advice
    needed = comparison.sights[-1].margin
    assert needed is not None
    assert advice.startswith("the 10 % margin is too small for this machine: with 20 pairs, an unchanged target is inc")
    assert advice.endswith(f"; tolerate more with --margin {math.ceil(100 * needed)}%")
    wider = compare_with_itself(noisy(10, 0.3), word, margin_floor=math.ceil(100 * needed) / 100, replays=QUICK)
    assert wider.advice == ()


def test_more_pairs_detect_smaller_growth_and_the_margin_adds_to_it(noisy) -> None:
    comparison = compare_with_itself(noisy(10, 0.1), word, replays=QUICK)
    assert [sight.pairs for sight in comparison.sights] == list(LOOKS)
    growths = [sight.growth for sight in comparison.sights]
    margins = [sight.margin for sight in comparison.sights]
    assert growths == sorted(growths, reverse=True)
    assert margins == sorted(margins, reverse=True)
    for growth, margin in zip(growths, margins, strict=True):
        assert 1 + growth == pytest.approx(1.1 * (1 + margin))


@pytest.mark.long
def test_growth_that_is_said_to_be_detected_in_four_of_five_cases_is_detected_about_that_often(noisy) -> None:
    growth = compare_with_itself(noisy(100, 0.1), word, replays=Replays(relabellings=1, played=20)).sights[0].growth
    assert growth is not None
    source, failed = random.Random(5), 0
    for _ in range(40):
        pairs = tuple(
            Pair(base=math.exp(source.gauss(0, 0.1)), head=(1 + growth) * math.exp(source.gauss(0, 0.1)))
            for _ in range(10)
        )
        panel = look(Panel(trials={"a": Trial(name="a", pairs=pairs)}))
        failed += panel.trials["a"].decided is Decision.OVER
    assert 0.5 < failed / 40 < 1.0


def test_too_few_pairs_cannot_decide_and_say_so(noisy) -> None:
    comparison = compare_with_itself(noisy(3, 0.01), word, replays=QUICK)
    assert (comparison.pairs, comparison.relabellings, comparison.sights) == (3, 0, ())
    assert comparison.spread is not None
    assert comparison.advice[0].startswith(
        "3 pairs cannot decide: the gate takes its first look at 10 pairs; take 10 pairs"
    )


def test_a_short_target_has_the_margin_that_nobody_notices(result) -> None:
    comparison = compare_with_itself(result([0.1, 0.101] * 10), word, replays=QUICK)
    assert comparison.margin == pytest.approx(0.05 / 0.1, rel=0.02)


def test_the_workload_shows_how_much_the_machine_varies(result, sample) -> None:
    cpus_s = [0.1, 0.11] * 5 + [0.11, 0.1] * 5
    beside = [sample(1.0, reference=Reference(wall_s=0.12, cpu_s=cpu_s)) for cpu_s in cpus_s]
    comparison = compare_with_itself(result(samples=tuple(beside)), word, replays=QUICK)
    assert comparison.reference_spread == pytest.approx(math.log(1.1), rel=0.1)
    without = compare_with_itself(result(samples=(*beside[:-1], sample(1.0))), word, replays=QUICK)
    assert without.reference_spread is None
    assert without.spread == 0.0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": Status.CRASHED, "message": "signal 11"}, "could not be collected (crashed): signal 11"),
        (
            {"status": Status.COLLECTION_ERRORS, "items": 0, "errors": 2},
            "collected no items, only 2 errors",
        ),
        ({"status": Status.EMPTY}, ""),
    ],
)
def test_a_target_that_cannot_be_collected_is_not_compared(changes, message, result) -> None:
    comparison = compare_with_itself(result([1.0] * 20, **changes), word, replays=QUICK)
    assert (comparison.pairs, comparison.relabellings, comparison.sights, comparison.advice) == (0, 0, (), ())
    assert comparison.message == message


def test_an_unpaired_round_and_times_of_zero_are_skipped(result) -> None:
    assert compare_with_itself(result([1.0] * 5), word, replays=QUICK).pairs == 2
    assert compare_with_itself(result([1.0] * 2), word, replays=QUICK).pairs == 0
    assert compare_with_itself(result([1.0] * 4 + [0.0, 1.0]), word, replays=QUICK).pairs == 2


def test_the_same_samples_give_the_same_answer(noisy) -> None:
    least = Replays(relabellings=5, played=2)
    first, second = (compare_with_itself(noisy(10, 0.2), word, seed=3, replays=least) for _ in range(2))
    assert first == second


def test_waits_that_vary_count_although_the_cpu_time_is_steady(result) -> None:
    steady = result([1.0] * 20)
    waiting = (replace(sample, waited_s=0.5 * (number % 2)) for number, sample in enumerate(steady.samples))
    compared = compare_with_itself(
        replace(steady, samples=tuple(waiting)), word, replays=Replays(relabellings=20, played=2)
    )
    assert compared.passed < compare_with_itself(steady, word, replays=Replays(relabellings=20, played=2)).passed == 20
