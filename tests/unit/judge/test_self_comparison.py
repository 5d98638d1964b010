"""A target against itself: how often the gate is wrong, what it can see, and what to do about it."""

from __future__ import annotations

import math
import random

import pytest

from collectbench.judge.paired.test import LOOKS, Pair, Panel, Trial, look
from collectbench.judge.self_comparison import Effort, compare_with_itself
from collectbench.model.comparison import Verdict
from collectbench.model.sample import Reference, Status

pytestmark = pytest.mark.simulation

QUICK = Effort(relabellings=20, played=5)


@pytest.fixture
def noisy(result):
    """A result of twice as many rounds as pairs, whose times scatter by that much."""

    def build(pairs, sd, **changes):
        source = random.Random(f"{pairs}/{sd}")
        return result([math.exp(source.gauss(0, sd)) for _ in range(2 * pairs)], **changes)

    return build


def test_a_quiet_machine_raises_no_alarm_and_passes_what_did_not_change(noisy) -> None:
    found = compare_with_itself(noisy(10, 0.01), effort=QUICK)
    assert (found.pairs, found.relabellings) == (10, 20)
    assert (found.passed, found.failed, found.inconclusive) == (20, 0, 0)
    assert found.margin == pytest.approx(0.1)
    assert found.spread == pytest.approx(0.014, rel=0.6)
    assert found.advice == ("a margin of +10 % suits: 10 pairs pass an unchanged target in four of five comparisons",)
    assert [sample.pair for sample in found.samples] == [number for pair in range(10) for number in (pair, pair)]


def test_a_noisy_machine_is_told_a_margin_that_it_can_hold_and_raises_no_alarm_either(noisy) -> None:
    found = compare_with_itself(noisy(10, 0.3), effort=QUICK)
    assert found.failed == 0
    assert found.inconclusive > 20 / 2
    (advice,) = found.advice
    needed = found.sights[-1].margin
    assert needed is not None
    assert advice.startswith(f"--margin {math.ceil(100 * needed)}%: within +10 %, 20 pairs leave an unchanged")
    wider = compare_with_itself(noisy(10, 0.3), margin_floor=math.ceil(100 * needed) / 100, effort=QUICK)
    assert wider.advice[0].endswith("20 pairs pass an unchanged target in four of five comparisons")


def test_more_pairs_see_smaller_growth_and_the_margin_adds_to_it(noisy) -> None:
    found = compare_with_itself(noisy(10, 0.1), effort=QUICK)
    assert [sight.pairs for sight in found.sights] == list(LOOKS)
    growths = [sight.growth for sight in found.sights]
    margins = [sight.margin for sight in found.sights]
    assert growths == sorted(growths, reverse=True)
    assert margins == sorted(margins, reverse=True)
    for growth, margin in zip(growths, margins, strict=True):
        assert 1 + growth == pytest.approx(1.1 * (1 + margin))


def test_what_is_said_to_be_seen_in_four_of_five_cases_is_seen_in_about_so_many(noisy) -> None:
    growth = compare_with_itself(noisy(100, 0.1), effort=Effort(relabellings=1, played=20)).sights[0].growth
    assert growth is not None
    source, failed = random.Random(5), 0
    for _ in range(40):
        pairs = tuple(
            Pair(base_s=math.exp(source.gauss(0, 0.1)), head_s=(1 + growth) * math.exp(source.gauss(0, 0.1)))
            for _ in range(10)
        )
        panel = look(Panel(trials={"a": Trial(name="a", pairs=pairs)}))
        failed += panel.trials["a"].decided is Verdict.FAIL
    assert 0.5 < failed / 40 < 1.0


def test_too_few_pairs_decide_nothing_and_say_so(noisy) -> None:
    found = compare_with_itself(noisy(3, 0.01), effort=QUICK)
    assert (found.pairs, found.relabellings, found.sights) == (3, 0, ())
    assert found.spread is not None
    assert found.advice[0].startswith("3 pairs decide nothing, since the gate looks from 10 on")


def test_a_short_target_has_the_margin_that_nobody_notices(result) -> None:
    found = compare_with_itself(result([0.1, 0.101] * 10), effort=QUICK)
    assert found.margin == pytest.approx(0.05 / 0.1, rel=0.02)


def test_the_workload_tells_how_much_the_machine_itself_varies(result, sample) -> None:
    cpus_s = [0.1, 0.11] * 5 + [0.11, 0.1] * 5
    beside = [sample(1.0, reference=Reference(wall_s=0.12, cpu_s=cpu_s)) for cpu_s in cpus_s]
    found = compare_with_itself(result(samples=tuple(beside)), effort=QUICK)
    assert found.reference_spread == pytest.approx(math.log(1.1), rel=0.1)
    without = compare_with_itself(result(samples=(*beside[:-1], sample(1.0))), effort=QUICK)
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
def test_what_cannot_be_collected_is_not_compared(changes, message, result) -> None:
    found = compare_with_itself(result([1.0] * 20, **changes), effort=QUICK)
    assert (found.pairs, found.relabellings, found.sights, found.advice) == (0, 0, (), ())
    assert found.message == message


def test_an_odd_round_and_times_that_are_none_are_left_out(result) -> None:
    assert compare_with_itself(result([1.0] * 5), effort=QUICK).pairs == 2
    assert compare_with_itself(result([1.0] * 2), effort=QUICK).pairs == 0
    assert compare_with_itself(result([1.0] * 4 + [0.0, 1.0]), effort=QUICK).pairs == 2


def test_the_same_samples_give_the_same_answer(noisy) -> None:
    least = Effort(relabellings=5, played=2)
    one, other = (compare_with_itself(noisy(10, 0.2), seed=3, effort=least) for _ in range(2))
    assert one == other
